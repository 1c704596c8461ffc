//! `moisson source`, and what other commands administer: on the store itself, or through a running server.

use std::{io::Read, path::Path, sync::Arc, time::Duration};

use anyhow::{Context, bail};
use moisson_web::{
    Language,
    admin::{Action, Records},
};
use serde_json::{Map, Value, json};

use super::{Done, harvest, load, open, runtime, said};
use crate::{
    admin::{Admin, Who, remote::Remote},
    book::Book,
    cli::{AddSource, ChangeSource, Format, HarvestArgs, RunSource, SourceCommand, Where},
    schedule, terminal,
};

/// The largest file of settings, in bytes.
const MAX_FILE: u64 = 1 << 20;
/// How often a server is asked whether a run is over.
const POLL: Duration = Duration::from_millis(500);

pub(super) fn run(config: &Path, command: &SourceCommand) -> anyhow::Result<Done> {
    let one =
        |name: &String, action: fn(String) -> Action, at: &Where| act(config, &action(name.clone()), at);
    match command {
        SourceCommand::List(at) => act(config, &Action::Sources, at),
        SourceCommand::Show(args) => one(&args.source, Action::Source, &args.at),
        SourceCommand::Add(args) => act(config, &Action::Add(settings(args)?), &args.at),
        SourceCommand::Change(args) => act(config, &change(args)?, &args.at),
        SourceCommand::Remove(args) => {
            let records = if args.with_records { Records::Remove } else { Records::Keep };
            act(config, &Action::Remove(args.source.clone(), records), &args.at)
        }
        SourceCommand::Pause(args) => one(&args.source, Action::Pause, &args.at),
        SourceCommand::Resume(args) => one(&args.source, Action::Resume, &args.at),
        SourceCommand::Preview(args) => {
            let is_new = args.kind.is_some() || args.url.is_some() || args.file.is_some();
            if !is_new && !args.set.is_empty() {
                bail!("`--set` describes a source that is not added yet; give `--kind` and `--url` too");
            }
            let action = if is_new {
                Action::PreviewSettings(settings(args)?)
            } else {
                Action::Preview(args.source.clone())
            };
            act(config, &action, &args.at)
        }
        SourceCommand::Run(args) => run_now(config, args),
        SourceCommand::Cancel(args) => one(&args.source, Action::Cancel, &args.at),
    }
}

/// Does something, here or there, and prints the answer. The configuration is read only if it is done here: whoever
/// administers a server from elsewhere has none.
///
/// # Errors
/// When it may not or cannot be done.
pub(super) fn act(config: &Path, action: &Action, at: &Where) -> anyhow::Result<Done> {
    let answer = match &at.server {
        Some(server) => {
            let language = matches!(action, Action::Preview(_) | Action::PreviewSettings(_)).then(language);
            let language = language.map_or("", Language::tag);
            runtime()?.block_on(Remote::new(server)?.ask(action, language))?
        }
        None => here(config, action)?,
    };
    if at.format == Format::Json {
        terminal::json(&answer)?;
    } else {
        terminal::line(&said::text(action, &answer));
    }
    Ok(said::done(action, &answer))
}

/// Does something on the store itself.
fn here(config: &Path, action: &Action) -> anyhow::Result<Value> {
    let config = Arc::new(load(config)?);
    let store = open(&config, || through_server(action))?;
    let book = Arc::new(Book::open(Arc::clone(&config), store.clone())?);
    let admin = Arc::new(Admin::new(config, store, book, None, schedule::now));
    let answer = runtime()?.block_on(admin.act(Who::CommandLine(user()), action.clone()))?;
    Ok(answer.document(language())?)
}

/// The same through the server, as a person types it.
fn through_server(action: &Action) -> String {
    let verb = |verb: &str, name: &str| format!("moisson source {verb} {name}");
    match action {
        Action::Sources => "moisson source list".to_owned(),
        Action::Source(name) => verb("show", name),
        Action::Add(_) => "moisson source add …".to_owned(),
        Action::Change(name, _) => verb("change", name) + " …",
        Action::Remove(name, Records::Keep) => verb("remove", name),
        Action::Remove(name, Records::Remove) => verb("remove", name) + " --with-records",
        Action::Pause(name) => verb("pause", name),
        Action::Resume(name) => verb("resume", name),
        Action::Preview(name) => verb("preview", name),
        Action::PreviewSettings(_) => "moisson source preview …".to_owned(),
        Action::Run { source, .. } => verb("run", source),
        Action::Cancel(name) => verb("cancel", name),
        Action::Accept { source, run } => format!("moisson accept {source} {run}"),
        Action::Undelete { source, records } => format!("moisson undelete {source} {}", records.join(" ")),
        Action::Audit { .. } => "moisson audit".to_owned(),
    }
}

fn run_now(config: &Path, args: &RunSource) -> anyhow::Result<Done> {
    let RunSource { source, full, accept_deletions, wait, at } = args;
    let Some(server) = &at.server else {
        let args = HarvestArgs {
            source: vec![source.clone()],
            dry_run: false,
            full: *full,
            accept_deletions: *accept_deletions,
            format: at.format,
        };
        return harvest::run(&load(config)?, &args);
    };
    let action = Action::Run { source: source.clone(), full: *full, accept_deletions: *accept_deletions };
    if !wait {
        return act(config, &action, at);
    }
    let remote = Remote::new(server)?;
    let report = runtime()?.block_on(async {
        let started = remote.ask(&action, "").await?;
        let run = started.get("run").and_then(Value::as_str).context("the server named no run")?.to_owned();
        terminal::note(started.get("note").and_then(Value::as_str).unwrap_or_default());
        loop {
            let found = remote.read(&format!("/api/runs?source={source}&size=5")).await?.unwrap_or_default();
            let runs = found.get("runs").and_then(Value::as_array).cloned().unwrap_or_default();
            let report = runs
                .into_iter()
                .find(|report| report.get("run").and_then(Value::as_str) == Some(run.as_str()));
            // A long run is there before it is over.
            let is_over = |report: &Value| report["outcome"].as_str().is_some_and(|it| it != "running");
            if let Some(report) = report.filter(is_over) {
                return anyhow::Ok(report);
            }
            tokio::time::sleep(POLL).await;
        }
    })?;
    if at.format == Format::Json {
        terminal::json(&report)?;
    } else {
        terminal::line(&said::report(&report));
    }
    Ok(said::of_run(&report))
}

/// The settings on the command line and in a file, those on the command line first.
fn settings(args: &AddSource) -> anyhow::Result<Value> {
    let mut settings = match &args.file {
        Some(path) => from_file(path)?,
        None => Map::new(),
    };
    settings.insert("name".to_owned(), json!(args.source));
    for (key, value) in [("kind", &args.kind), ("url", &args.url)] {
        if let Some(value) = value {
            settings.insert(key.to_owned(), json!(value));
        }
    }
    let mut settings = Value::Object(settings);
    for pair in &args.set {
        let (key, value) = pair_of(pair)?;
        put(&mut settings, &key, value)?;
    }
    Ok(settings)
}

fn from_file(path: &Path) -> anyhow::Result<Map<String, Value>> {
    let shown = path.display();
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin().take(MAX_FILE).read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(MAX_FILE).read_to_string(&mut text))
    };
    read.with_context(|| format!("cannot read the settings in `{shown}`"))?;
    toml::from_str(&text).with_context(|| format!("`{shown}` is not the table of a source in TOML"))
}

fn change(args: &ChangeSource) -> anyhow::Result<Action> {
    let mut patch = json!({});
    for pair in &args.set {
        let (key, value) = pair_of(pair)?;
        put(&mut patch, &key, value)?;
    }
    for key in &args.unset {
        put(&mut patch, key, Value::Null)?;
    }
    if patch == json!({}) {
        bail!("nothing is to be changed; give `--set KEY=VALUE` or `--unset KEY`");
    }
    Ok(Action::Change(args.source.clone(), patch))
}

/// `key=value`: the value as TOML reads it, or else as text.
fn pair_of(pair: &str) -> anyhow::Result<(String, Value)> {
    let (key, text) = pair
        .split_once('=')
        .with_context(|| format!("`{pair}` has no `=`; write it like `--set language=fr`"))?;
    let table: Option<Map<String, Value>> = toml::from_str(&format!("value = {text}")).ok();
    let value = table.filter(|table| table.len() == 1).and_then(|mut table| table.remove("value"));
    Ok((key.trim().to_owned(), value.unwrap_or_else(|| json!(text))))
}

/// Puts a value at a key with dots.
fn put(target: &mut Value, key: &str, value: Value) -> anyhow::Result<()> {
    let (first, rest) = key.split_once('.').map_or((key, None), |(first, rest)| (first, Some(rest)));
    if first.is_empty() {
        bail!("`{key}` is no setting; write it like `options.rows`");
    }
    let Value::Object(table) = target else { bail!("`{key}`: what stands there is no table") };
    match rest {
        None => {
            table.insert(first.to_owned(), value);
            Ok(())
        }
        Some(rest) => put(table.entry(first.to_owned()).or_insert_with(|| json!({})), rest, value),
    }
}

/// Who is at the machine.
pub(super) fn user() -> String {
    let named = ["SUDO_USER", "USER", "LOGNAME"];
    let named = named.iter().find_map(|name| std::env::var(name).ok().filter(|user| !user.is_empty()));
    named.unwrap_or_else(|| "unknown".to_owned())
}

/// The language of the terminal.
fn language() -> Language {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"];
    let set = set.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    set.and_then(|tag| Language::from_tag(&tag)).unwrap_or(Language::En)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_in_the_file_or_as_text() {
        let mut settings = json!({});
        for pair in [
            "options.rows=100",
            "language=fr",
            "schedule=30 2 * * *",
            "enabled=false",
            "profiles=[\"belgium\"]",
        ] {
            let (key, value) = pair_of(pair).unwrap();
            put(&mut settings, &key, value).unwrap();
        }
        put(&mut settings, "window", Value::Null).unwrap();
        let expected = json!({
            "options": { "rows": 100 }, "language": "fr", "schedule": "30 2 * * *", "enabled": false,
            "profiles": ["belgium"], "window": null,
        });
        assert_eq!(settings, expected);
        assert!(pair_of("language").unwrap_err().to_string().contains("--set language=fr"));
        assert!(put(&mut settings, "language.x", Value::Null).is_err());
        assert!(put(&mut settings, ".x", Value::Null).is_err());
    }
}
