//! Administration: what may be done to sources, runs and removals beside the configuration file, and by whom.
//!
//! ```text
//! /api/admin/…  ──▶ Service ─┐              ┌─▶ Book     sources, pauses   (notes in the ledger)
//! command line  ─────────────┴─▶ Admin::act ┼─▶ Runs     start, cancel
//!                                           ├─▶ pipeline preview, accept, undelete, remove
//!                                           └─▶ Audit    who did what       (notes in the ledger)
//! tokens.json   ──▶ Tokens ──▶ who asks
//! ```
//!
//! The same code does it for both: what is refused to a token and what is refused to everybody is decided here.

mod audit;
mod decide;
mod permission;
pub(crate) mod remote;
mod service;
mod settings;
mod token_file;
mod tokens;

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use moisson_store::{Store, StoreError};
use moisson_web::admin::{
    Action, Answer, Caller, Refusal, RunStarted, Running, SourceSettings, Sources, Stamp,
};

pub use service::Service;
pub use tokens::{NewToken, Token, Tokens};

use self::audit::{Audit, Line};
use crate::{
    book::{Book, Entry},
    config::{Config, SourceConfig},
    pipeline::{Harvesting, Lines, RunMode, harvesting},
    runs::{Claim, Runs, UnderWay},
};

/// Who asks.
#[derive(Debug, Clone)]
pub enum Who {
    /// Somebody with a token.
    Token(Caller),
    /// Somebody at the machine, by their name there.
    CommandLine(String),
}

impl std::fmt::Display for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Token(caller) => write!(f, "token {}", caller.name),
            Self::CommandLine(user) => write!(f, "command line ({user})"),
        }
    }
}

/// Does what is asked, if it may be done, and writes it down.
#[derive(Debug)]
pub struct Admin {
    config: Arc<Config>,
    store: Store,
    book: Arc<Book>,
    /// None on the command line, where nothing runs beside.
    runs: Option<Runs>,
    audit: Audit,
    /// Held while the book is changed.
    changing: Mutex<()>,
    clock: fn() -> Timestamp,
}

type Done = Result<Answer, Refusal>;

impl Admin {
    /// With the sources of `book`, and `runs` if the store is being served.
    pub fn new(
        config: Arc<Config>,
        store: Store,
        book: Arc<Book>,
        runs: Option<Runs>,
        clock: fn() -> Timestamp,
    ) -> Self {
        let tokens = Tokens::in_folder(&config.data);
        let audit = Audit::new(store.clone(), config.admin, tokens);
        Self { config, store, book, runs, audit, changing: Mutex::default(), clock }
    }

    /// Does what is asked.
    ///
    /// # Errors
    /// When it may not or cannot be done. Then nothing was changed, and that it was asked is in the audit log.
    pub async fn act(self: &Arc<Self>, who: Who, action: Action) -> Done {
        if let Action::Preview(_) | Action::PreviewSettings(_) = &action {
            return self.preview(who, action).await;
        }
        let admin = Arc::clone(self);
        // Not dropped with the request: what was begun is finished and written down.
        tokio::task::spawn_blocking(move || admin.act_now(&who, action))
            .await
            .unwrap_or_else(|error| Err(Refusal::Failed(format!("it stopped unexpectedly: {error}"))))
    }

    fn act_now(&self, who: &Who, action: Action) -> Done {
        let mut line = Line::of(&action);
        let done = permission::check(who, &action).and_then(|()| self.done(who, action, &mut line));
        match (&done, line.as_mut()) {
            (Err(refusal), Some(line)) => line.refused(refusal),
            (Ok(_), Some(line)) if line.is_written() => return done,
            (Ok(_), Some(_)) => {}
            (_, None) => return done,
        }
        let Some(line) = line else { return done };
        match self.audit.write(line, &self.stamp(who), Vec::new()) {
            Ok(()) => done,
            Err(error) => done.and(Err(failed(&error))),
        }
    }

    fn done(&self, who: &Who, action: Action, line: &mut Option<Line>) -> Done {
        let mut unwritten = Line::default();
        let line = line.as_mut().unwrap_or(&mut unwritten);
        match action {
            Action::Sources => Ok(self.sources(who)),
            Action::Source(name) => self.shown(&name),
            Action::Add(settings) => self.add(who, &settings, line),
            Action::Change(name, patch) => self.change(who, &name, &patch, line),
            Action::Remove(name, records) => self.remove(who, &name, records, line),
            Action::Pause(name) => self.pause(who, &name, line),
            Action::Resume(name) => self.resume(who, &name, line),
            Action::Run { source, full, accept_deletions } => {
                let mode = RunMode { full, accept_deletions, ..RunMode::default() };
                self.run(&source, mode, line)
            }
            Action::Cancel(name) => self.cancel(who, &name, line),
            Action::Accept { source, run } => self.accept(who, (&source, &run), line),
            Action::Undelete { source, records } => self.undelete(who, (&source, &records), line),
            Action::Audit { source, before, size } => {
                let page = self.audit.page(who, source.as_deref(), before, size);
                Ok(Answer::Audit(page.map_err(|error| failed(&error))?))
            }
            Action::Preview(_) | Action::PreviewSettings(_) => {
                Err(Refusal::Failed("a preview is asked for elsewhere".to_owned()))
            }
        }
    }

    fn sources(&self, who: &Who) -> Answer {
        let entries = self.book.entries().into_iter();
        let sources = entries
            .filter(|entry| permission::may_see(who, entry.name()))
            .map(|entry| self.settings_of(entry));
        Answer::Sources(Sources { sources: sources.collect() })
    }

    /// A source as it is now.
    fn shown(&self, name: &str) -> Done {
        self.known(name).map(|entry| Answer::Source(Box::new(self.settings_of(entry))))
    }

    fn settings_of(&self, entry: Entry) -> SourceSettings {
        let under_way = self.runs.as_ref().and_then(|runs| runs.of(entry.name()));
        SourceSettings {
            name: entry.name().to_owned(),
            declared: entry.declared,
            settings: entry.settings.to_json(),
            paused: entry.paused,
            added: entry.added,
            changed: entry.changed,
            running: under_way.map(|it| Running { run: it.run.0, since: it.since }),
            notes: entry.notes,
        }
    }

    /// The source of that name, or a refusal that lists those that there are.
    fn known(&self, name: &str) -> Result<Entry, Refusal> {
        self.book.find(name).ok_or_else(|| {
            Refusal::Unknown(format!("there is no source `{name}`; known are {}", self.book.names()))
        })
    }

    fn run(&self, name: &str, mode: RunMode, line: &mut Line) -> Done {
        let entry = self.known(name)?;
        let Some(runs) = &self.runs else {
            return Err(Refusal::conflict(format!(
                "nothing is being served; `moisson harvest {name}` runs it"
            )));
        };
        let run = runs.start(entry.settings, mode).map_err(|held| busy(name, held))?;
        line.run = Some(run.0.clone());
        let note = format!(
            "`{name}` is being harvested; `/api/runs/{run}?source={name}` has the report when it is over"
        );
        Ok(Answer::Run(RunStarted { source: name.to_owned(), run: run.0, note }))
    }

    fn cancel(&self, who: &Who, name: &str, line: &mut Line) -> Done {
        self.known(name)?;
        let run = self.runs.as_ref().and_then(|runs| runs.cancel(name, &who.to_string()));
        let Some(run) = run else {
            return Err(Refusal::conflict(format!(
                "`{name}` is not being harvested; there is nothing to cancel"
            )));
        };
        line.run = Some(run.0.clone());
        let note = format!("run `{run}` of `{name}` ends after the page being read; nothing is removed");
        Ok(Answer::Run(RunStarted { source: name.to_owned(), run: run.0, note }))
    }

    /// Holds a source while its records are changed by hand.
    fn hold(&self, name: &str) -> Result<Option<Claim>, Refusal> {
        let claim = self.runs.as_ref().map(|runs| runs.claim(name, false)).transpose();
        claim.map_err(|held| busy(name, held))
    }

    async fn preview(self: &Arc<Self>, who: Who, action: Action) -> Done {
        let (admin, asked_by) = (Arc::clone(self), who.clone());
        let prepared = tokio::task::spawn_blocking(move || admin.prepare(&asked_by, &action)).await;
        let settings = prepared.map_err(|error| Refusal::Failed(error.to_string()))??;
        let harvesting = self.harvesting().map_err(|error| failed(&error))?;
        // What is not configured as it must be is the asker's to mend: a variable that is not set, say.
        let preview = harvesting.preview(&settings).await;
        Ok(Answer::Preview(Box::new(preview.map_err(|error| Refusal::Settings(vec![format!("{error:#}")]))?)))
    }

    /// Whether a look at a source may be had, and at which; written down before anything is fetched.
    fn prepare(&self, who: &Who, action: &Action) -> Result<Arc<SourceConfig>, Refusal> {
        let mut line = Line::of(action).unwrap_or_default();
        let settings = permission::check(who, action).and_then(|()| match action {
            Action::PreviewSettings(settings) => {
                let source = settings::read(settings)?;
                permission::check_network(who, &source, None)?;
                Ok(Arc::new(source))
            }
            Action::Preview(name) => Ok(self.known(name)?.settings),
            _ => Err(Refusal::Failed("this is no preview".to_owned())),
        });
        match &settings {
            Ok(_) => line.came_to("begun"),
            Err(refusal) => line.refused(refusal),
        }
        self.audit.write(line, &self.stamp(who), Vec::new()).map_err(|error| failed(&error))?;
        settings
    }

    fn harvesting(&self) -> anyhow::Result<Harvesting> {
        match &self.runs {
            Some(runs) => Ok(runs.harvesting().clone()),
            None => harvesting(&self.config, &self.store, Arc::new(Lines)),
        }
    }

    fn stamp(&self, who: &Who) -> Stamp {
        Stamp { by: who.to_string(), at: (self.clock)() }
    }

    fn changing(&self) -> std::sync::MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn busy(name: &str, held: UnderWay) -> Refusal {
    if !held.is_run {
        return Refusal::conflict(format!(
            "somebody is deciding about the records of `{name}`; try again in a moment"
        ));
    }
    let run = held.run.0;
    let detail = format!("`{name}` is being harvested by run `{run}`; wait for its end or cancel it");
    Refusal::Conflict { detail, run: Some(run) }
}

/// Something of ours failed.
fn failed(error: &anyhow::Error) -> Refusal {
    Refusal::Failed(format!("{error:#}"))
}

/// What the pipeline refuses is a conflict; what the store cannot do is a failure.
fn refused(error: &anyhow::Error) -> Refusal {
    if error.chain().any(|cause| cause.downcast_ref::<StoreError>().is_some()) {
        failed(error)
    } else {
        Refusal::conflict(format!("{error:#}"))
    }
}
