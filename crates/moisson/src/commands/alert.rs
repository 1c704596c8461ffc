//! `moisson alert test`: whether a channel works.

use std::sync::Arc;

use anyhow::Context;

use super::{Done, runtime};
use crate::{
    alerts::{Event, Sender},
    cli::{AlertArgs, AlertCommand},
    config::Config,
    schedule, terminal,
};

pub(super) fn run(config: Config, args: &AlertArgs) -> anyhow::Result<Done> {
    let AlertCommand::Test { name } = &args.command;
    let channel = config.alert.iter().find(|channel| channel.name.as_str() == name).cloned();
    let channel = channel.with_context(|| {
        let known: Vec<_> = config.alert.iter().map(|channel| format!("`{}`", channel.name)).collect();
        match known.as_slice() {
            [] => format!("unknown alert `{name}`; none is configured, add an `[[alert]]` table"),
            known => format!("unknown alert `{name}`; configured are {}", known.join(", ")),
        }
    })?;
    let sender = Sender::new(Arc::new(config));
    runtime()?
        .block_on(sender.send(&channel, &Event::test(schedule::now())))
        .with_context(|| format!("the alert `{name}` does not work"))?;
    terminal::line(&format!("a test message was sent by the alert `{name}`"));
    Ok(Done::Well)
}
