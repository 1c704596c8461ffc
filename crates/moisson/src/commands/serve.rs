//! `moisson serve`.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Context;
use jiff::Timestamp;
use moisson_dcat::{Agent, Contact, Iri, Text};
use moisson_store::Store;
use moisson_web::{AppState, Language, Portal, SourceView, SourcesView};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Done, runtime};
use crate::{
    cli::ServeArgs,
    config::{Config, PortalConfig},
    documents::Documents,
    pipeline::{Lines, RunMode, harvesting, open_store},
    schedule::{self, Scheduler, next_run},
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
    let running = Arc::new(Running::default());
    let sources = Arc::new(Configured {
        config: Arc::clone(&config),
        store: store.clone(),
        running: Arc::clone(&running),
    });
    let state = AppState {
        store: store.clone(),
        portal: Arc::new(portal(&config.portal)?),
        sources,
        documents: Arc::new(documents(&config)?),
        limits: moisson_web::Limits {
            query: config.limits.query.limits(),
            check: config.limits.check.limits(),
            ..moisson_web::Limits::default()
        },
        metrics: moisson_web::install_metrics()?,
        clock: schedule::now,
    };
    let scheduled = if with_schedule {
        tokio::spawn(scheduler(Arc::clone(&config), &store, running, stop.clone())?)
    } else {
        tokio::spawn(async {})
    };
    let limits = state.limits.clone();
    moisson_web::serve(listener, moisson_web::app(state), &limits, stop.clone().cancelled_owned()).await;
    stop.cancel();
    scheduled.await?;
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

/// The schedule of all enabled sources, as a future that ends after `stop` with the runs under way.
fn scheduler(
    config: Arc<Config>,
    store: &Store,
    running: Arc<Running>,
    stop: CancellationToken,
) -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut scheduler = Scheduler::new(config.schedule.max_runs, config.schedule.jitter_seconds);
    for source in config.source.iter().filter(|source| source.enabled) {
        if let Some(expression) = source.expression(&config.schedule.time_zone)? {
            let last = crate::pipeline::last_started(store, source.name.as_str())?;
            scheduler.add(source.name.to_string(), expression, last);
            if let Some(window) = source.window {
                let zone = source.zone(&config.schedule.time_zone)?;
                scheduler.within(source.name.as_str(), window, zone);
            }
        }
    }
    let harvesting = harvesting(&config, store, Arc::new(Lines))?;
    let cancel = stop.clone();
    Ok(scheduler.serve(stop, move |name| {
        let (harvesting, cancel) = (harvesting.clone(), cancel.clone());
        let (config, running) = (Arc::clone(&config), Arc::clone(&running));
        async move {
            let Some(source) = config.source.iter().find(|s| s.name.as_str() == name) else { return };
            running.begin(&name);
            let mode = RunMode { scheduled: true, ..RunMode::default() };
            if let Err(error) = harvesting.run(source, mode, cancel).await {
                tracing::error!(source.name = name, "the run failed: {error:#}");
            }
            running.end(&name);
        }
    }))
}

/// Which sources are being harvested, and since when.
#[derive(Debug, Default)]
struct Running(Mutex<BTreeMap<String, Timestamp>>);

impl Running {
    fn begin(&self, name: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), schedule::now());
    }

    fn end(&self, name: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    fn since(&self, name: &str) -> Option<Timestamp> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).copied()
    }
}

/// The configured sources, for the pages and the API.
#[derive(Debug)]
struct Configured {
    config: Arc<Config>,
    store: Store,
    running: Arc<Running>,
}

impl SourcesView for Configured {
    fn is_masked(&self, source: &str) -> bool {
        let configured = self.config.source.iter().find(|one| one.name.as_str() == source);
        // What a source that is no longer configured left behind is treated as the portal treats any.
        let policy =
            configured.map_or(self.config.portal.personal_data, |source| self.config.personal_data(source));
        policy == moisson_dcat::party::PersonalData::Mask
    }

    fn sources(&self) -> Vec<SourceView> {
        let schedule = &self.config.schedule;
        self.config
            .source
            .iter()
            .map(|source| {
                let name = source.name.as_str();
                let expression = source.expression(&schedule.time_zone).ok().flatten();
                let last = crate::pipeline::last_started(&self.store, name).ok().flatten();
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
                    enabled: source.enabled,
                    next_run: next.filter(|_| source.enabled).map(|at| at.max(schedule::now())),
                    running_since: self.running.since(name),
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
