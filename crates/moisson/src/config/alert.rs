//! `[[alert]]`: one channel by which people or programs are told what changed about sources.

use std::path::PathBuf;

use lettre::message::Mailbox;
use moisson_harvest::{SourceName, client::Allowed};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{LANGUAGES, error::Fault};
use crate::alerts::{Event, EventKind};

/// One `[[alert]]` table: a webhook or mail.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertConfig {
    /// Names the channel in logs, metrics and `moisson alert test`. Under another name it is another channel.
    pub name: SourceName,
    /// What is told. Default: everything.
    #[serde(default = "all_events")]
    pub events: Vec<EventKind>,
    /// The sources of which it is told, by name. Default: all.
    #[serde(default)]
    pub sources: Option<Vec<String>>,
    /// The language of the sentences. Default: the first of the portal.
    #[serde(default)]
    pub language: Option<String>,
    /// A JSON document sent by `POST`.
    #[serde(default)]
    pub webhook: Option<WebhookConfig>,
    /// A mail.
    #[serde(default)]
    pub mail: Option<MailConfig>,
}

/// `[alert.webhook]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookConfig {
    /// Where to.
    pub url: Url,
    /// The environment variable with the key of the signature; without one nothing is signed.
    #[serde(default)]
    pub secret_env: Option<String>,
    /// Private addresses that the webhook may be on: `host`, `host:port`, an address or a network.
    #[serde(default)]
    pub allow: Vec<String>,
}

/// `[alert.mail]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    /// The server that takes mail for us.
    pub server: String,
    /// Its port. Default: 587 with `starttls`, 465 with `tls`, 25 with `none`.
    #[serde(default)]
    pub port: Option<u16>,
    /// How the connection is protected.
    #[serde(default)]
    pub tls: MailTls,
    /// A file with certificates, in PEM, of authorities to trust for this server besides those of the system; relative to the
    /// configuration file.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// The environment variable with `user:password`.
    #[serde(default)]
    pub credentials_env: Option<String>,
    /// The sender.
    pub from: String,
    /// The recipients.
    pub to: Vec<String>,
}

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// TLS is asked for after connecting; a server that does not offer it is an error.
    #[default]
    Starttls,
    /// TLS from the start.
    Tls,
    /// In the clear: for a server on this very machine.
    None,
}

impl AlertConfig {
    /// Whether the channel is to be told of this event.
    pub fn wants(&self, event: &Event) -> bool {
        let source = self.sources.as_ref().is_none_or(|sources| sources.contains(&event.source));
        source && self.events.contains(&event.kind)
    }

    pub(super) fn faults(&self, position: usize, faults: &mut Vec<Fault>) {
        let mut add = |keys: &[&str], message: String| {
            faults.push(Fault::at(
                &["alert"],
                format!("alert `{}` (number {}), `{}`: {message}", self.name, position + 1, keys.join(".")),
            ));
        };
        if self.webhook.is_some() == self.mail.is_some() {
            add(&["webhook"], "an alert needs a `webhook` or a `mail`, and not both".to_owned());
        }
        if self.events.is_empty() || self.events.contains(&EventKind::Test) {
            let known: Vec<_> = EventKind::ALL.map(|kind| format!("`{}`", kind.name())).to_vec();
            add(&["events"], format!("name at least one of {}", known.join(", ")));
        }
        if let Some(language) =
            self.language.as_ref().filter(|language| !LANGUAGES.contains(&language.as_str()))
        {
            let known = LANGUAGES.map(|language| format!("`{language}`")).join(", ");
            add(&["language"], format!("unknown language `{language}`; known are {known}"));
        }
        if let Some(webhook) = &self.webhook {
            if !matches!(webhook.url.scheme(), "http" | "https") || !webhook.url.username().is_empty() {
                add(&["webhook", "url"], "use an http or https address without a user name".to_owned());
            }
            for entry in &webhook.allow {
                if let Err(error) = entry.parse::<Allowed>() {
                    add(&["webhook", "allow"], error.to_string());
                }
            }
        }
        if let Some(mail) = &self.mail {
            for address in std::iter::once(&mail.from).chain(&mail.to) {
                if let Err(error) = address.parse::<Mailbox>() {
                    add(&["mail", "to"], format!("`{address}` is no mail address: {error}"));
                }
            }
            if mail.to.is_empty() {
                add(&["mail", "to"], "name at least one recipient".to_owned());
            }
            if mail.tls == MailTls::None && mail.ca_file.is_some() {
                let message =
                    "nobody's certificate is looked at without TLS; use `starttls` or `tls`, or no `ca_file`";
                add(&["mail", "ca_file"], message.to_owned());
            }
            if mail.tls == MailTls::None && mail.credentials_env.is_some() {
                let message =
                    "credentials are not sent in the clear; use `starttls` or `tls`, or no credentials";
                add(&["mail", "tls"], message.to_owned());
            }
        }
    }
}

fn all_events() -> Vec<EventKind> {
    EventKind::ALL.to_vec()
}
