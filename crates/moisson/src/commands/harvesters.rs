//! `moisson harvesters`.

use serde_json::json;

use super::Done;
use crate::{
    cli::{Format, HarvestersArgs},
    terminal,
};

pub(super) fn run(args: &HarvestersArgs) -> anyhow::Result<Done> {
    let chosen: Vec<_> = match &args.kind {
        Some(kind) => vec![moisson_harvesters::find(kind)?],
        None => moisson_harvesters::ALL.to_vec(),
    };
    if args.format == Format::Json {
        let all: Vec<_> = chosen
            .iter()
            .map(|harvester| {
                let about = harvester.about();
                let options: Vec<_> = about
                    .options
                    .iter()
                    .map(|(name, default, meaning)| json!({ "name": name, "default": default, "meaning": meaning }))
                    .collect();
                json!({
                    "kind": harvester.name(), "title": about.title, "summary": about.summary,
                    "specification": about.specification, "example": about.example, "options": options,
                })
            })
            .collect();
        terminal::json(&all)?;
        return Ok(Done::Well);
    }
    for harvester in &chosen {
        let about = harvester.about();
        terminal::line(&format!("{:<14}{}", harvester.name(), about.title));
        if args.kind.is_some() {
            terminal::line(&format!("\n{}\n{}\n\nOptions", about.summary, about.specification));
            for (name, default, meaning) in about.options {
                terminal::line(&format!("  {name:<22}{meaning} (default: {default})"));
            }
            terminal::line(&format!("\nExample\n\n{}", about.example.trim()));
        }
    }
    if args.kind.is_none() {
        terminal::line("\n`moisson harvesters KIND` shows the options of a kind and an example.");
    }
    Ok(Done::Well)
}
