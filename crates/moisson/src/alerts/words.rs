//! What is said of an event, in four languages: what happened, where, what to do.
//!
//! Reasons and errors come from the pipeline and are in English; they are quoted as they are.

use std::fmt::Write as _;

use moisson_dcat::write::segment;

use super::{Event, sentences::sentences};
use crate::config::Config;

/// An event in the words of one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// One line, without control characters.
    pub subject: String,
    /// What happened and where, in sentences.
    pub what: String,
    /// What to do.
    pub advice: String,
    /// The address of the run's report, if a run showed it.
    pub run_url: Option<String>,
    /// The address of the source's page.
    pub source_url: Option<String>,
    /// All of it as plain text.
    pub text: String,
}

/// `Reason`, `Errors`, `Report`, `Source`, `never`.
fn labels(language: &str) -> [&'static str; 5] {
    match language {
        "fr" => ["Raison", "Erreurs", "Rapport", "Source", "toujours"],
        "nl" => ["Reden", "Fouten", "Verslag", "Bron", "het begin"],
        "de" => ["Grund", "Fehler", "Bericht", "Quelle", "Beginn"],
        _ => ["Reason", "Errors", "Report", "Source", "the beginning"],
    }
}

impl Message {
    /// Says an event in a language.
    pub fn of(event: &Event, config: &Config, language: &str) -> Self {
        let source = config.source.iter().find(|source| source.name.as_str() == event.source);
        let title = source.and_then(|source| source.title.as_ref()).map(|title| title.get(language));
        let base = config.portal.base.as_str().trim_end_matches('/');
        let [reason, errors, report, of_source, never] = labels(language);
        let since =
            event.last_success.map_or_else(|| never.to_owned(), |at| at.strftime("%Y-%m-%d").to_string());
        let held_back = event.counts.held_back.to_string();
        let values = [
            ("source", title.filter(|title| !title.is_empty()).unwrap_or(&event.source)),
            ("name", &event.source),
            ("url", source.map_or("", |source| source.url.as_str())),
            ("run", event.run.as_deref().unwrap_or_default()),
            ("n", &held_back),
            ("since", &since),
        ];
        let [subject, what, advice] =
            sentences(event.kind, language).map(|text| one_line(&fill(text, &values)));
        let run_url = event.run.as_ref();
        let run_url = run_url.map(|run| format!("{base}/id/run/{}/{}", segment(&event.source), segment(run)));
        let source_url =
            (!event.source.is_empty()).then(|| format!("{base}/sources/{}", segment(&event.source)));
        let mut text = format!("{what}\n\n{advice}\n");
        if let Some(why) = &event.reason {
            let _infallible = write!(text, "\n{reason}: {}\n", one_line(why));
        }
        if !event.errors.is_empty() {
            let _infallible = write!(text, "\n{errors}:\n");
        }
        for error in &event.errors {
            let _infallible = writeln!(text, "- {}", one_line(error));
        }
        for (label, url) in [(report, &run_url), (of_source, &source_url)] {
            if let Some(url) = url {
                let _infallible = write!(text, "\n{label}: {url}\n");
            }
        }
        let _infallible = write!(text, "\n-- \n{} <{base}/>\n", one_line(config.portal.title.get(language)));
        Self { subject, what, advice, run_url, source_url, text }
    }
}

/// Replaces words in braces, once: what is filled in is not looked at again.
fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| *value));
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// A text without line ends and other control characters: nothing from outside may end a header or a line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{alerts::EventKind, config::EXAMPLE, pipeline::RunReport};

    #[test]
    fn every_event_is_said_in_every_language_and_nothing_from_outside_ends_a_line() {
        let config = Config::parse(EXAMPLE, std::path::Path::new("moisson.toml")).unwrap();
        let at = jiff::Timestamp::UNIX_EPOCH;
        let mut report = RunReport::new("metropole", "ckan", "R1", at);
        report.reason = Some("it said\r\nBcc: all@example.org {url}".to_owned());
        report.held_back = 12;
        for kind in EventKind::ALL.into_iter().chain([EventKind::Test]) {
            let event = Event::of_run(kind, &report, at);
            let said: Vec<Message> = crate::config::LANGUAGES
                .iter()
                .map(|language| Message::of(&event, &config, language))
                .collect();
            for (at, message) in said.iter().enumerate() {
                assert!(
                    !message.subject.contains(char::is_control) && !message.subject.contains('{'),
                    "{message:?}"
                );
                assert!(message.text.contains("it said  Bcc: all@example.org {url}"), "{}", message.text);
                assert!(message.text.contains("https://catalogue.example.org/id/run/metropole/R1"));
                assert!(
                    !message.advice.is_empty()
                        && !message.what.contains('{')
                        && !message.advice.contains('{')
                );
                assert!(said.iter().skip(at + 1).all(|other| other.what != message.what), "{message:?}");
            }
        }
        let held = Message::of(&Event::of_run(EventKind::HeldBack, &report, at), &config, "en");
        assert!(held.advice.contains("`moisson accept metropole R1`"), "{}", held.advice);
        assert_eq!(held.subject, "metropole: 12 removals wait for your word");
    }
}
