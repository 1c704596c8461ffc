//! Delivering what waits: one task per channel, so that a dead receiver holds up nobody, least of all a harvest.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use moisson_harvest::{
    Client, FetchError,
    client::{ClientConfig, Fault},
};
use moisson_store::Store;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{Event, Told, look_for_stale_sources, mail, webhook};
use crate::{
    book::Book,
    config::{AlertConfig, Config},
    pipeline::source_names,
};

/// How often to look and to try.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Between two looks at what waits.
    pub look: Duration,
    /// Between two looks for stale sources.
    pub stale: Duration,
    /// Before the second attempt; doubled with each further one.
    pub first_wait: Duration,
    /// The most between two attempts.
    pub longest_wait: Duration,
    /// What is older than this is given up.
    pub give_up: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            look: Duration::from_secs(5),
            stale: Duration::from_mins(5),
            first_wait: Duration::from_secs(10),
            longest_wait: Duration::from_hours(1),
            give_up: Duration::from_hours(3 * 24),
        }
    }
}

/// What a round of deliveries left undone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Undelivered {
    /// Events that wait on for a channel.
    pub waiting: usize,
    /// The channel did not answer, or refused.
    pub failed: bool,
}

/// Sends events by the channels of a configuration. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sender {
    config: Arc<Config>,
    client: Client,
}

impl Sender {
    /// For the channels of a configuration.
    pub fn new(config: Arc<Config>) -> Self {
        let contact = config.portal.contact.clone().unwrap_or_else(|| config.portal.base.to_string());
        // A client of its own: what its hosts are waited for has nothing to do with harvesting.
        let client = Client::new(ClientConfig::new(&contact, u64::from(std::process::id())));
        Self { config, client }
    }

    /// Sends one event by one channel, once.
    ///
    /// # Errors
    /// When it was not taken.
    pub async fn send(&self, channel: &AlertConfig, event: &Event) -> anyhow::Result<()> {
        self.send_about(&self.config, channel, event).await
    }

    /// The same, with the sources that there are now.
    async fn send_about(&self, config: &Config, channel: &AlertConfig, event: &Event) -> anyhow::Result<()> {
        let usual = config.portal.languages.first().map_or("en", String::as_str);
        let language = channel.language.as_deref().unwrap_or(usual);
        match (&channel.webhook, &channel.mail) {
            (Some(webhook), _) => {
                webhook::send(&self.client, (channel, webhook), config, event, language).await
            }
            (None, Some(mail)) => mail::send((channel, mail), config, event, language).await,
            // A checked configuration rules this out.
            (None, None) => Ok(()),
        }
    }
}

/// Delivers what waits in a store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Deliverer {
    config: Arc<Config>,
    sender: Sender,
    /// Where sources may have been added since.
    book: Option<Arc<Book>>,
    store: Store,
    clock: fn() -> Timestamp,
    pace: Pace,
}

impl Deliverer {
    /// For the channels of a configuration.
    pub fn new(config: Arc<Config>, store: Store, clock: fn() -> Timestamp, pace: Pace) -> Self {
        Self { sender: Sender::new(Arc::clone(&config)), book: None, config, store, clock, pace }
    }

    /// Takes the sources from the book instead of the configuration: they may change.
    #[must_use]
    pub fn with_sources_of(self, book: Arc<Book>) -> Self {
        Self { book: Some(book), ..self }
    }

    /// The configuration with the sources that there are now.
    fn config(&self) -> Arc<Config> {
        self.book.as_ref().map_or_else(|| Arc::clone(&self.config), |book| Arc::new(book.as_config()))
    }

    /// Delivers, and looks for stale sources, until `stop`.
    pub async fn serve(self, stop: CancellationToken) {
        let mut tasks = JoinSet::new();
        for channel in self.config.alert.clone() {
            let (deliverer, stop) = (self.clone(), stop.clone());
            tasks.spawn(async move { deliverer.serve_channel(&channel, stop).await });
        }
        let (deliverer, waiting) = (self.clone(), stop.clone());
        tasks.spawn(async move { deliverer.serve_stale(waiting).await });
        while let Some(ended) = tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a task that delivers alerts ended unexpectedly");
            }
        }
    }

    async fn serve_stale(&self, stop: CancellationToken) {
        loop {
            let (config, store, now) = (self.config(), self.store.clone(), (self.clock)());
            let looking = tokio::task::spawn_blocking(move || look_for_stale_sources(&config, &store, now));
            if let Err(error) | Ok(Err(error)) = looking.await.map_err(anyhow::Error::from) {
                tracing::error!("cannot look for stale sources: {error:#}");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(self.pace.stale) => {}
            }
        }
    }

    async fn serve_channel(&self, channel: &AlertConfig, stop: CancellationToken) {
        let mut failures = 0_u32;
        loop {
            let wait = match failures.checked_sub(1) {
                None => self.pace.look,
                Some(exponent) => {
                    let factor = 2_u32.saturating_pow(exponent.min(20));
                    self.pace.first_wait.saturating_mul(factor).min(self.pace.longest_wait)
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(wait) => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                left = self.round(channel) => match left {
                    Ok(left) => failures = if left.failed { failures.saturating_add(1) } else { 0 },
                    Err(error) => {
                        tracing::error!(alert = %channel.name, "cannot see what is to be told: {error:#}");
                        failures = failures.saturating_add(1);
                    }
                }
            }
        }
    }

    /// Tries once to deliver all that waits for any channel. For programs that end.
    pub async fn once(&self) {
        for channel in &self.config.alert {
            if let Err(error) = self.round(channel).await {
                tracing::error!(alert = %channel.name, "cannot see what is to be told: {error:#}");
            }
        }
    }

    /// Tries to deliver all that waits for one channel.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn round(&self, channel: &AlertConfig) -> anyhow::Result<Undelivered> {
        let config = self.config();
        let waiting = self.waiting(channel, &config).await?;
        let mut left = Undelivered { waiting: waiting.len(), failed: false };
        for event in waiting {
            let name = channel.name.as_str();
            let age = (self.clock)().duration_since(event.at);
            let given_up = match self.sender.send_about(&config, channel, &event).await {
                Ok(()) => {
                    tracing::info!(
                        alert = name,
                        alert.id = event.id,
                        source.name = event.source,
                        "an alert was delivered"
                    );
                    count(name, "delivered");
                    false
                }
                Err(error) => {
                    count(name, "failed");
                    left.failed = true;
                    let old = Duration::try_from(age).is_ok_and(|age| age > self.pace.give_up);
                    if !old {
                        tracing::warn!(
                            alert = name,
                            alert.id = event.id,
                            "an alert could not be delivered and is tried again: {error:#}"
                        );
                        if is_down(&error) {
                            break;
                        }
                        continue;
                    }
                    tracing::error!(alert = name, alert.id = event.id, "an alert is given up: {error:#}");
                    count(name, "given_up");
                    true
                }
            };
            self.done(&event, name.to_owned()).await?;
            left.waiting -= 1;
            if given_up {
                break;
            }
        }
        metrics::gauge!("moisson_alerts_waiting", "alert" => channel.name.to_string())
            .set(f64::from(u32::try_from(left.waiting).unwrap_or(u32::MAX)));
        Ok(left)
    }

    /// What waits for a channel, oldest first.
    async fn waiting(&self, channel: &AlertConfig, config: &Arc<Config>) -> anyhow::Result<Vec<Event>> {
        let (store, config, name) = (self.store.clone(), Arc::clone(config), channel.name.to_string());
        let events = tokio::task::spawn_blocking(move || {
            let mut events = Vec::new();
            for source in source_names(&config, &store)? {
                let told = Told::load(&store, &source)?;
                let of_channel = told.waiting.into_iter().filter(|waiting| waiting.channels.contains(&name));
                events.extend(of_channel.map(|waiting| waiting.event));
            }
            events.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
            anyhow::Ok(events)
        });
        events.await?
    }

    async fn done(&self, event: &Event, channel: String) -> anyhow::Result<()> {
        let (store, now, id, source) =
            (self.store.clone(), (self.clock)(), event.id.clone(), event.source.clone());
        let marking = tokio::task::spawn_blocking(move || {
            let _lock = Told::lock();
            let mut told = Told::load(&store, &source)?;
            told.done(&id, &channel);
            told.store(&store, &source, now)
        });
        marking.await?
    }
}

fn count(alert: &str, outcome: &'static str) {
    metrics::counter!("moisson_alert_deliveries_total", "alert" => alert.to_owned(), "outcome" => outcome)
        .increment(1);
}

/// Whether the receiver did not answer at all, so that it need not be asked again for another event now.
fn is_down(error: &anyhow::Error) -> bool {
    !error.chain().any(|cause| {
        cause.downcast_ref::<FetchError>().is_some_and(|error| matches!(error.fault, Fault::Status { .. }))
    })
}
