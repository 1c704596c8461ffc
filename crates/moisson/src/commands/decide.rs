//! `moisson accept` and `undelete`: what a person decides about removals; and `moisson audit`, who decided what.

use std::path::Path;

use moisson_web::admin::Action;

use super::{Done, source::act};
use crate::cli::{AcceptArgs, AuditArgs, UndeleteArgs};

pub(super) fn accept(config: &Path, args: &AcceptArgs) -> anyhow::Result<Done> {
    act(config, &Action::Accept { source: args.source.clone(), run: args.run.clone() }, &args.at)
}

pub(super) fn undelete(config: &Path, args: &UndeleteArgs) -> anyhow::Result<Done> {
    act(config, &Action::Undelete { source: args.source.clone(), records: args.record.clone() }, &args.at)
}

pub(super) fn audit(config: &Path, args: &AuditArgs) -> anyhow::Result<Done> {
    let action =
        Action::Audit { source: args.source.clone(), before: args.before, size: usize::from(args.size) };
    act(config, &action, &args.at)
}
