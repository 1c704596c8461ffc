//! Events by webhook: a JSON document sent by `POST`, signed if there is a key.
//!
//! `crates/moisson/alerts/webhook.schema.json` describes the document. It goes through the client that harvests too, so it
//! reaches no private address that the channel does not allow, and follows no redirect.

use anyhow::{Context, bail};
use hmac::{Hmac, Mac};
use moisson_harvest::{
    Client, Method, Request, Source, SourceAccess,
    client::{Allowed, Politeness, RobotsRule},
};
use serde::Serialize;
use sha2::Sha256;

use super::{Event, Message};
use crate::config::{AlertConfig, Config, WebhookConfig};

/// The body of a webhook.
#[derive(Debug, Serialize)]
struct Document<'a> {
    version: u8,
    id: &'a str,
    event: &'static str,
    at: jiff::Timestamp,
    portal: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Named<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<Named<'a>>,
    subject: &'a str,
    what: &'a str,
    advice: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    errors: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    last_success: Option<jiff::Timestamp>,
    counts: super::event::EventCounts,
    language: &'a str,
    text: &'a str,
}

#[derive(Debug, Serialize)]
struct Named<'a> {
    id: &'a str,
    url: &'a str,
}

/// Sends one event.
///
/// # Errors
/// When the key is not in the environment, or no answer with a status from 200 to 299 came.
pub(super) async fn send(
    client: &Client,
    (alert, to): (&AlertConfig, &WebhookConfig),
    config: &Config,
    event: &Event,
    language: &str,
) -> anyhow::Result<()> {
    let message = Message::of(event, config, language);
    let body = body(event, &message, config, language)?;
    let source = Source {
        name: alert.name.clone(),
        kind: "webhook".to_owned(),
        url: to.url.clone(),
        language: None,
        options: serde_json::Map::new(),
    };
    let mut access = SourceAccess::new(&source);
    access.allow = allowed(to)?;
    access.politeness = Politeness { concurrency: 1, delay_ms: 0, robots: RobotsRule::Ignore };
    access.limits.max_attempts = 1;
    access.limits.max_redirects = 0;
    access.limits.reply_timeout_ms = access.limits.reply_timeout_ms.min(30_000);
    access.headers = vec![("moisson-event-id".to_owned(), event.id.clone())];
    if let Some(variable) = &to.secret_env {
        let key = std::env::var(variable).with_context(|| {
            format!("alert `{}`: the environment variable `{variable}` with its key is not set", alert.name)
        })?;
        access.headers.push(("moisson-signature".to_owned(), signature(key.trim(), &body)?));
    }
    let request = Request {
        method: Method::Post,
        body: Some(("application/json".to_owned(), body)),
        ..Request::get(to.url.clone(), "*/*", "alert")
    };
    client.fetch(&access, &request, None).await?;
    Ok(())
}

fn allowed(to: &WebhookConfig) -> anyhow::Result<Vec<Allowed>> {
    to.allow.iter().map(|entry| entry.parse().map_err(|error| anyhow::anyhow!("{error}"))).collect()
}

fn body(event: &Event, message: &Message, config: &Config, language: &str) -> anyhow::Result<String> {
    let source = Some(event.source.as_str()).filter(|source| !source.is_empty());
    let run = event.run.as_deref();
    let document = Document {
        version: 1,
        id: &event.id,
        event: event.kind.name(),
        at: event.at,
        portal: config.portal.base.as_str(),
        source: source.zip(message.source_url.as_deref()).map(|(id, url)| Named { id, url }),
        run: run.zip(message.run_url.as_deref()).map(|(id, url)| Named { id, url }),
        subject: &message.subject,
        what: &message.what,
        advice: &message.advice,
        reason: event.reason.as_deref(),
        errors: &event.errors,
        last_success: event.last_success,
        counts: event.counts,
        language,
        text: &message.text,
    };
    Ok(serde_json::to_string(&document)?)
}

/// `sha256=` and the HMAC ([RFC 2104](https://www.rfc-editor.org/rfc/rfc2104)) of the body in hexadecimal digits.
fn signature(key: &str, body: &str) -> anyhow::Result<String> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { bail!("the key cannot be used") };
    mac.update(body.as_bytes());
    Ok(format!("sha256={}", hex::encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{alerts::EventKind, config::EXAMPLE, pipeline::RunReport};

    #[test]
    fn the_signature_is_that_of_the_specification() {
        // RFC 4231, test case 2.
        let expected = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(signature("Jefe", "what do ya want for nothing?").unwrap(), expected);
    }

    #[test]
    fn the_document_has_what_its_schema_says() {
        let schema: serde_json::Value =
            serde_json::from_str(include_str!("../../alerts/webhook.schema.json")).unwrap();
        let described = schema["properties"].as_object().unwrap();
        let required: BTreeSet<&str> =
            schema["required"].as_array().unwrap().iter().filter_map(|name| name.as_str()).collect();
        let config = Config::parse(EXAMPLE, std::path::Path::new("moisson.toml")).unwrap();
        let at = jiff::Timestamp::UNIX_EPOCH;
        let mut report = RunReport::new("metropole", "ckan", "R1", at);
        report.reason = Some("down".to_owned());
        let mut full = Event::of_run(EventKind::Failure, &report, at);
        full.last_success = Some(at);
        for (event, most) in [(full, true), (Event::test(at), false)] {
            let message = Message::of(&event, &config, "fr");
            let body: serde_json::Value =
                serde_json::from_str(&body(&event, &message, &config, "fr").unwrap()).unwrap();
            let keys: BTreeSet<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
            let known: BTreeSet<&str> = described.keys().map(String::as_str).collect();
            assert!(required.is_subset(&keys) && keys.is_subset(&known), "{body:#}");
            assert!(!most || keys == known, "{body:#}");
        }
        let events = schema["properties"]["event"]["enum"].as_array().unwrap();
        assert_eq!(events.len(), EventKind::ALL.len() + 1);
        assert!(EventKind::ALL.iter().all(|kind| events.contains(&kind.name().into())));
    }
}
