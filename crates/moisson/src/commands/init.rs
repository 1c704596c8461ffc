//! `moisson init`.

use std::{fs::OpenOptions, io::Write, path::Path};

use anyhow::Context;

use super::Done;
use crate::{cli::InitArgs, config::EXAMPLE, terminal};

pub(super) fn run(path: &Path, args: &InitArgs) -> anyhow::Result<Done> {
    let shown = path.display();
    let opened = if args.force {
        OpenOptions::new().write(true).create(true).truncate(true).open(path)
    } else {
        OpenOptions::new().write(true).create_new(true).open(path)
    };
    let mut file = opened.with_context(|| {
        if path.exists() {
            format!("`{shown}` is there already; add `--force` to write over it")
        } else {
            format!("cannot write `{shown}`")
        }
    })?;
    file.write_all(EXAMPLE.as_bytes()).with_context(|| format!("cannot write `{shown}`"))?;
    terminal::line(&format!("wrote `{shown}`; edit it, then run `moisson check` and `moisson serve`"));
    Ok(Done::Well)
}
