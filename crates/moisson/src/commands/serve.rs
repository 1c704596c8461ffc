//! `moisson serve`.

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context;
use moisson_dcat::{Agent, Contact, Iri, Text};
use moisson_store::{Store, StoredRecord};
use moisson_web::{AppState, Language, Portal, SourceView, SourcesView, WaitingRemovals};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Done, runtime};
use crate::{
    admin::{Admin, Service, Tokens},
    alerts::{Deliverer, Pace},
    book::{Book, Entry},
    cli::ServeArgs,
    config::{Config, PortalConfig},
    documents::Documents,
    pipeline::{
        Lines, explain, harvesting, last_started, open_store, perhaps_unmasked, show_metrics,
        waiting_removals,
    },
    runs::Runs,
    schedule::{self, Planned, Scheduler, next_run},
    serving::Serving,
    terminal,
};

pub(super) fn run(mut config: Config, args: &ServeArgs) -> anyhow::Result<Done> {
    if let Some(address) = args.address {
        config.serve.address = address;
    }
    let store = open_store(&config)?;
    runtime()?.block_on(async {
        let listener = listen(config.serve.address).await?;
        let address = listener.local_addr()?;
        terminal::note(&format!("serving `{}` at http://{address}/", config.portal.title.get("en")));
        let stop = stop_on_signal();
        serve(Arc::new(config), store, listener, !args.no_schedule, stop).await
    })?;
    Ok(Done::Well)
}

/// Listens on an address.
///
/// # Errors
/// When it is taken or not ours.
pub(super) async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}; choose another with `--address`"))
}

/// A token that an interrupt or a termination signal cancels.
pub(super) fn stop_on_signal() -> CancellationToken {
    let stop = CancellationToken::new();
    let cancelled = stop.clone();
    tokio::spawn(async move {
        let terminated = async {
            match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                Ok(mut signal) => {
                    signal.recv().await;
                }
                Err(_) => std::future::pending::<()>().await,
            }
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            () = terminated => {}
        }
        cancelled.cancel();
    });
    stop
}

/// Serves the portal and runs the schedule until `stop`.
///
/// # Errors
/// When the server cannot be started, or fails.
pub(super) async fn serve(
    config: Arc<Config>,
    store: Store,
    listener: TcpListener,
    with_schedule: bool,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let metrics = moisson_web::install_metrics()?;
    let _serving = Serving::at(&config.data, listener.local_addr()?);
    let book = Arc::new(Book::open(Arc::clone(&config), store.clone())?);
    for (source, records) in perhaps_unmasked(&book.as_config(), &store)? {
        tracing::warn!(
            source.name = source,
            "{records} records of masked source `{source}` were stored by other rules and may still tell personal data: \
             stop, and run `moisson remap {source}`, or let the source run"
        );
    }
    let runs = Runs::new(harvesting(&config, &store, Arc::new(Lines))?, stop.clone());
    show_metrics(&book.as_config(), &store)?;
    let sources = Arc::new(Configured {
        config: Arc::clone(&config),
        store: store.clone(),
        book: Arc::clone(&book),
        runs: runs.clone(),
    });
    let admin =
        Admin::new(Arc::clone(&config), store.clone(), Arc::clone(&book), Some(runs.clone()), schedule::now);
    let tokens = Tokens::in_folder(&config.data);
    let state = AppState {
        store: store.clone(),
        portal: Arc::new(portal(&config.portal)?),
        sources,
        documents: Arc::new(documents(&config)?),
        admin: Arc::new(Service::new(Arc::new(admin), tokens, schedule::now)),
        limits: moisson_web::Limits {
            query: config.limits.query.limits(),
            check: config.limits.check.limits(),
            ..moisson_web::Limits::default()
        },
        metrics,
        clock: schedule::now,
    };
    let deliverer = Deliverer::new(Arc::clone(&config), store.clone(), schedule::now, Pace::default());
    let alerts = tokio::spawn(deliverer.with_sources_of(Arc::clone(&book)).serve(stop.clone()));
    let scheduled = if with_schedule {
        tokio::spawn(scheduler((config, store.clone(), book), runs.clone(), stop.clone()))
    } else {
        tokio::spawn(async {})
    };
    let limits = state.limits.clone();
    moisson_web::serve(listener, moisson_web::app(state), &limits, stop.clone().cancelled_owned()).await;
    stop.cancel();
    scheduled.await?;
    runs.ended().await;
    alerts.await?;
    tokio::task::spawn_blocking(move || store.settle()).await??;
    Ok(())
}

/// What fetches the documents that visitors want checked: public addresses only, one attempt, in little time.
fn documents(config: &Config) -> anyhow::Result<Documents> {
    let check = config.limits.check;
    let time_ms = check.time_seconds.saturating_mul(1_000);
    let limits = &config.limits.harvest;
    let limits = moisson_harvest::Limits {
        max_body_bytes: check.bytes.min(limits.max_body_bytes),
        max_attempts: 1,
        connect_timeout_ms: time_ms.min(limits.connect_timeout_ms),
        reply_timeout_ms: time_ms.min(limits.reply_timeout_ms),
        body_timeout_ms: time_ms.min(limits.body_timeout_ms),
        ..limits.clone()
    };
    let contact = config.portal.contact.clone().unwrap_or_else(|| config.portal.base.to_string());
    Documents::new(&contact, limits, &[])
}

/// The schedule of all sources that are on, as a future that ends after `stop` with the runs under way. What changes in
/// the book takes effect within a second.
async fn scheduler(
    (config, store, book): (Arc<Config>, Store, Arc<Book>),
    runs: Runs,
    stop: CancellationToken,
) {
    let mut seen = 0;
    let planned = Arc::clone(&book);
    let plan = move || {
        let version = planned.version();
        if version == seen {
            return None;
        }
        seen = version;
        let on = planned.entries().into_iter().filter(Entry::is_on);
        Some(on.filter_map(|entry| plan_of(&config, &store, &entry)).collect())
    };
    let scheduler = Scheduler::new(runs.harvesting().config().schedule.jitter_seconds);
    scheduler
        .serve(stop, plan, move |name| {
            let (runs, entry) = (runs.clone(), book.find(&name));
            async move {
                if let Some(entry) = entry {
                    runs.scheduled(&entry.settings).await;
                }
            }
        })
        .await;
}

/// When a source is due, if it has a schedule.
fn plan_of(config: &Config, store: &Store, entry: &Entry) -> Option<Planned> {
    let (source, default_zone) = (&entry.settings, &config.schedule.time_zone);
    let planned = || {
        let Some(expression) = source.expression(default_zone)? else { return Ok(None) };
        let zone = source.zone(default_zone)?;
        anyhow::Ok(Some(Planned {
            name: entry.name().to_owned(),
            expression,
            window: source.window.map(|window| (window, zone)),
            last_started: last_started(store, entry.name())?,
        }))
    };
    planned().unwrap_or_else(|error| {
        tracing::error!(source.name = entry.name(), "the source is not on the schedule: {error:#}");
        None
    })
}

/// The sources, for the pages and the API.
#[derive(Debug)]
struct Configured {
    config: Arc<Config>,
    store: Store,
    book: Arc<Book>,
    runs: Runs,
}

impl SourcesView for Configured {
    fn is_masked(&self, source: &str) -> bool {
        let known = self.book.find(source);
        // What a source that is no longer there left behind is treated as the portal treats any.
        let policy = known
            .map_or(self.config.portal.personal_data, |entry| self.config.personal_data(&entry.settings));
        policy == moisson_dcat::party::PersonalData::Mask
    }

    fn explain(&self, record: &StoredRecord, language: &str) -> Result<serde_json::Value, String> {
        let explanation = explain(&self.book.as_config(), &self.store, record, language);
        let explanation = explanation.map_err(|error| format!("{error:#}"))?;
        serde_json::to_value(explanation).map_err(|error| error.to_string())
    }

    fn sources(&self) -> Vec<SourceView> {
        let schedule = &self.config.schedule;
        self.book
            .entries()
            .into_iter()
            .map(|entry| {
                let (source, on) = (&entry.settings, entry.is_on());
                let name = source.name.as_str();
                let expression = source.expression(&schedule.time_zone).ok().flatten();
                let waiting = waiting_removals(&self.store, name).unwrap_or_else(|error| {
                    tracing::error!(source.name = name, "cannot see which removals wait: {error:#}");
                    None
                });
                let last = last_started(&self.store, name).ok().flatten();
                let next = next_run(expression.as_ref(), last, name, schedule.jitter_seconds);
                let next = next.map(|at| match (source.window, source.zone(&schedule.time_zone)) {
                    (Some(window), Ok(zone)) => window.opens(at.max(schedule::now()), &zone),
                    _ => at,
                });
                SourceView {
                    name: name.to_owned(),
                    title: source.title.as_ref().map(crate::config::Localised::texts).unwrap_or_default(),
                    kind: source.kind.clone(),
                    url: source.url.to_string(),
                    schedule: source.schedule.clone(),
                    enabled: on,
                    paused: entry.paused.clone(),
                    waiting: waiting.map(|(run, records)| WaitingRemovals { run, records }),
                    next_run: next.filter(|_| on).map(|at| at.max(schedule::now())),
                    running_since: self.runs.of(name).map(|run| run.since),
                }
            })
            .collect()
    }
}

/// The portal as the pages and feeds show it.
fn portal(config: &PortalConfig) -> anyhow::Result<Portal> {
    let mailto = |email: &String| Iri::new(format!("mailto:{email}"));
    let publisher = Agent {
        name: config.publisher.name.texts(),
        homepage: config.publisher.homepage.clone(),
        mbox: config.publisher.email.as_ref().map(mailto).transpose()?,
        ..Agent::default()
    };
    let mut portal = Portal::new(&config.base_iri()?, config.title.texts(), publisher);
    portal.description = config.description.as_ref().map(crate::config::Localised::texts).unwrap_or_default();
    portal.languages = config.languages.iter().filter_map(|tag| Language::from_tag(tag)).collect();
    portal.contact = config.publisher.email.as_ref().map(mailto).transpose()?.map(|address| Contact {
        r#fn: vec![Text { value: config.publisher.name.get("fr").to_owned(), lang: None }],
        has_email: vec![address],
        ..Contact::default()
    });
    Ok(portal)
}
