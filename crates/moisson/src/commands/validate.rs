//! `moisson validate`.

use std::{
    fs::File,
    io::{self, IsTerminal, Write},
    path::Path,
};

use anyhow::{Context, bail};
use moisson_harvest::Limits as FetchLimits;
use moisson_shacl::Options;
use moisson_validate::{
    Checked, Document, Limits, Reading, Rules, ShapesFile, Syntax, Verdict, Words, check,
    format::{self, Look},
};
use url::Url;

use super::{Done, load, runtime};
use crate::{
    cli::{Colour, ReportFormat, ValidateArgs},
    documents::Documents,
    terminal,
};

/// Largest file of shapes, in bytes.
const SHAPES_MAX: u64 = 64 << 20;

pub(super) fn run(config: &Path, args: &ValidateArgs) -> anyhow::Result<Done> {
    let rules = rules(args)?;
    for notice in rules.notices() {
        terminal::note(&format!("note: {notice}"));
    }
    let words = words(args.lang.as_deref())?;
    let documents = documents(config, args)?;
    let mut limits = Limits::default();
    limits.max_statements = args.max_statements.unwrap_or(limits.max_statements);
    limits.max_bytes = args.max_bytes.unwrap_or(limits.max_bytes);
    limits.max_held_bytes = args.max_held_bytes.unwrap_or(limits.max_held_bytes);
    let checked = check(&rules, documents, &limits, &|| false)?;
    let report = written(&checked, words, args)?;
    if let Some(path) = &args.output {
        let shown = path.display();
        std::fs::write(path, &report).with_context(|| format!("cannot write `{shown}`"))?;
        // The verdict belongs before people's eyes, wherever the report goes.
        let short = format::text(&checked, words, &Look { groups: 0, ..Look::default() });
        terminal::note(short.trim_end());
    } else {
        let mut out = io::stdout().lock();
        let _closed_pipe = out.write_all(report.as_bytes());
        let _closed_pipe = out.flush();
    }
    Ok(match checked.verdict() {
        Verdict::Conforms => Done::Well,
        Verdict::Violations => Done::Wrong,
        Verdict::Error => Done::Failed,
    })
}

fn written(checked: &Checked, words: &Words, args: &ValidateArgs) -> anyhow::Result<String> {
    Ok(match args.format {
        ReportFormat::Text => {
            let mut look = if args.all { Look::ALL } else { Look::default() };
            look.colours = match args.colour {
                Colour::Always => true,
                Colour::Never => false,
                Colour::Auto => {
                    args.output.is_none()
                        && io::stdout().is_terminal()
                        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
                }
            };
            format::text(checked, words, &look)
        }
        ReportFormat::Json => serde_json::to_string_pretty(&format::json(checked, words))? + "\n",
        ReportFormat::Sarif => serde_json::to_string_pretty(&format::sarif(checked, words))? + "\n",
        ReportFormat::Junit => format::junit(checked, words),
        ReportFormat::Turtle => format::turtle(checked),
    })
}

/// What to check against: a name of a profile is one, anything that looks like a path is a file.
fn rules(args: &ValidateArgs) -> anyhow::Result<Rules> {
    let options = Options { strict: args.strict, ..Options::default() };
    if args.shapes.is_empty() {
        return Ok(Rules::usual_with(&options)?);
    }
    let (mut profiles, mut files) = (Vec::new(), Vec::new());
    for name in &args.shapes {
        let path = Path::new(name);
        let is_profile = moisson_shapes::find(name).is_ok();
        let looks_like_path = path.extension().is_some_and(|e| Syntax::named(&e.to_string_lossy()).is_some())
            || name.contains(std::path::MAIN_SEPARATOR)
            || path.is_file();
        if is_profile || !looks_like_path {
            profiles.push(name.as_str());
            continue;
        }
        let size = std::fs::metadata(path).with_context(|| format!("cannot read the shapes `{name}`"))?.len();
        if size > SHAPES_MAX {
            bail!("the shapes `{name}` have {size} bytes; at most {SHAPES_MAX} are read");
        }
        let bytes = std::fs::read(path).with_context(|| format!("cannot read the shapes `{name}`"))?;
        files.push(ShapesFile { name: name.clone(), bytes });
    }
    Ok(Rules::new(&profiles, files, &options)?)
}

/// The language that is asked for, or else that of the terminal.
fn words(asked: Option<&str>) -> anyhow::Result<&'static Words> {
    if let Some(language) = asked {
        if !Words::has(language) {
            bail!("unknown language `{language}`; known are `fr`, `nl`, `de`, `en`");
        }
        return Ok(Words::of(language));
    }
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    Ok(Words::of(&set.unwrap_or_default()))
}

/// Opens what is to be checked. Addresses are fetched now; files are read when their turn comes.
fn documents(config: &Path, args: &ValidateArgs) -> anyhow::Result<Vec<Document<'static>>> {
    let syntax = args
        .syntax
        .as_deref()
        .map(|name| {
            Syntax::named(name).with_context(|| {
                let known = Syntax::ALL.map(|syntax| format!("`{}`", syntax.name())).join(", ");
                format!("unknown syntax `{name}`; known are {known}")
            })
        })
        .transpose()?;
    if args.document.iter().filter(|name| *name == "-").count() > 1 {
        bail!("`-` is given twice; standard input can be read once only");
    }
    let mut documents = Vec::new();
    for name in &args.document {
        let mut document = match address(name) {
            Some(url) => fetched(config, args, &url)?,
            None if name == "-" => Document::new("standard input", io::stdin()),
            None => file(name)?,
        };
        document.syntax = syntax;
        document.reading = if args.lenient { Reading::Lenient } else { Reading::Strict };
        if let Some(base) = &args.base {
            let url =
                Url::parse(base).with_context(|| format!("the base `{base}` is no absolute address"))?;
            document.base = Some(url.to_string());
        }
        documents.push(document);
    }
    Ok(documents)
}

/// An address of the web; anything else is a path.
fn address(name: &str) -> Option<Url> {
    let (scheme, _) = name.split_once("://")?;
    ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)).then(|| Url::parse(name).ok())?
}

fn file(name: &str) -> anyhow::Result<Document<'static>> {
    let path = Path::new(name);
    let file = File::open(path).with_context(|| format!("cannot read `{name}`"))?;
    if file.metadata().is_ok_and(|about| about.is_dir()) {
        bail!("`{name}` is a folder; name the files in it");
    }
    let base = path.canonicalize().ok().and_then(|path| Url::from_file_path(path).ok());
    Ok(Document { base: base.map(String::from), ..Document::new(name, file) })
}

fn fetched(config: &Path, args: &ValidateArgs, url: &Url) -> anyhow::Result<Document<'static>> {
    let (contact, limits) = if config.exists() {
        let config = load(config)?;
        let contact = config.portal.contact.clone().unwrap_or_else(|| config.portal.base.to_string());
        (contact, config.limits.harvest)
    } else {
        ("moisson validate".to_owned(), FetchLimits::default())
    };
    let documents = Documents::new(&contact, limits, &args.allow)?;
    let fetched = runtime()?.block_on(documents.fetch(url)).map_err(|error| {
        let hint = if error.to_string().contains("--allow") {
            ""
        } else {
            "; `--allow HOST` admits a private address"
        };
        match error.fault {
            moisson_harvest::client::Fault::Address(_) => anyhow::anyhow!("{error}{hint}"),
            _ => anyhow::anyhow!("{error}"),
        }
    })?;
    Ok(Document {
        base: Some(fetched.url.to_string()),
        content_type: fetched.content_type,
        ..Document::new(url.as_str(), io::Cursor::new(fetched.body))
    })
}
