//! The page on which a municipality checks a description of its own. It needs no script.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use maud::{Markup, html};
use moisson_shapes::{PROFILES, Pipeline};
use moisson_validate::{
    Checked, DocumentRead, FaultKind, Finding, Group, Rule, Severity, Verdict, Words, best, compact_path,
    plain,
};
use oxrdf::{Literal, Term};

use super::asked::{Asked, PASTED};
use crate::{
    pages::{
        html::{is_followable, link_out},
        layout::{Here, Page},
    },
    problem::Problem,
    reader::Reader,
    server::Server,
    summary::shorten,
    texts::{counted, fill, format},
};

/// More resources than this are not listed on the page.
const GROUPS_SHOWN: usize = 100;
/// More findings of one rule than this are not listed.
const FINDINGS_SHOWN: usize = 5;
/// More faults of one document than this are not listed.
const FAULTS_SHOWN: usize = 20;
/// A longer text is not shown again in its field, in bytes.
const TEXT_SHOWN: usize = 200 << 10;

/// The form alone.
pub(super) fn blank(server: &Server, reader: &Reader) -> Response {
    let asked = Asked::default();
    let texts = reader.texts;
    let body = html! {
        h1 { (texts.validate_title) }
        p.lead { (texts.validate_intro) }
        (form(server, reader, &asked))
    };
    Page { title: texts.validate_title, here: Some(Here::Check), ..Page::new(reader) }.response(&body)
}

/// What came of a check, and the form as it was filled in.
pub(super) fn with_outcome(
    server: &Server,
    reader: &Reader,
    asked: &Asked,
    outcome: Result<Checked, Problem>,
) -> Response {
    let texts = reader.texts;
    let words = Words::of(reader.language.tag());
    let (status, shown) = match &outcome {
        Ok(checked) => (StatusCode::OK, result(reader, words, checked)),
        Err(problem) => (
            problem.kind.status(),
            html! {
                div.note.bad role="alert" {
                    p { strong { (texts.validate_failed) } }
                    // Like those of the API, details are in English.
                    p lang="en" { (problem.detail) }
                }
            },
        ),
    };
    let body = html! {
        h1 { (texts.validate_title) }
        section #result {
            h2 { (texts.validate_result) }
            (shown)
        }
        section {
            h2 { (texts.validate_again) }
            (form(server, reader, asked))
        }
    };
    let title = format!("{} – {}", texts.validate_result, texts.validate_title);
    let page = Page { title: &title, here: Some(Here::Check), hidden: true, status, ..Page::new(reader) };
    let mut response = page.response(&body);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().remove(header::ETAG);
    if let Err(problem) = outcome
        && let Some(value) =
            axum::response::IntoResponse::into_response(problem).headers().get(header::RETRY_AFTER)
    {
        response.headers_mut().insert(header::RETRY_AFTER, value.clone());
    }
    response
}

fn form(server: &Server, reader: &Reader, asked: &Asked) -> Markup {
    let texts = reader.texts;
    let size = format::bytes(server.app.limits.check.bytes, reader.language);
    let shown = if asked.text.len() > TEXT_SHOWN { "" } else { asked.text.as_str() };
    let is_chosen = |profile: &moisson_shapes::Profile| {
        if asked.profiles.is_empty() {
            profile.pipeline == Pipeline::Always
        } else {
            asked.profiles.iter().any(|name| name == profile.name)
        }
    };
    html! {
        form.check.card method="post" action=(reader.link("/validate")) enctype="multipart/form-data" {
            @if let Some(language) = reader.chosen() { input type="hidden" name="lang" value=(language); }
            fieldset {
                legend { (texts.validate_way) }
                p.muted.small { (texts.validate_way_hint) }
                div.field {
                    label for="url" { (texts.validate_url_label) }
                    input #url type="url" name="url" value=(asked.url) aria-describedby="url-hint" autocomplete="url";
                    p.muted.small #url-hint { (texts.validate_url_hint) }
                }
                div.field {
                    label for="file" { (texts.validate_file_label) }
                    input #file type="file" name="file" aria-describedby="file-hint"
                        accept=".ttl,.rdf,.xml,.owl,.jsonld,.json,.nt,.nq,.trig,.gz";
                    p.muted.small #file-hint { (fill(texts.validate_file_hint, &[("size", &size)])) }
                }
                div.field {
                    label for="text" { (texts.validate_text_label) }
                    textarea.code #text name="text" rows="10" spellcheck="false" aria-describedby="text-hint" { "\n" (shown) }
                    p.muted.small #text-hint { (texts.validate_text_hint) }
                }
            }
            fieldset {
                legend { (texts.validate_profiles) }
                p.muted.small { (texts.validate_profiles_hint) }
                @for profile in PROFILES {
                    @let id = format!("profile-{}", profile.name);
                    div.choice {
                        input id=(id) type="checkbox" name="profile" value=(profile.name) checked[is_chosen(profile)];
                        label for=(id) { (profile.title(reader.language.tag())) }
                    }
                }
                div.choice {
                    input #lenient type="checkbox" name="lenient" value="true" checked[asked.lenient];
                    label for="lenient" { (texts.validate_lenient) }
                }
            }
            div.row {
                button type="submit" { (texts.validate_button) }
                span.muted.small { (texts.validate_private) }
            }
        }
        p.muted.small { a href=(reader.link("/api#validate")) { (texts.validate_api) } }
    }
}

fn result(reader: &Reader, words: &Words, checked: &Checked) -> Markup {
    let texts = reader.texts;
    let counts = &checked.counts;
    let (class, verdict) = match checked.verdict() {
        Verdict::Conforms => ("good", words.verdict_conforms),
        Verdict::Violations => ("bad", words.verdict_violations),
        Verdict::Error => ("bad", words.verdict_error),
    };
    let found = [
        (Severity::Violation, counts.violations),
        (Severity::Warning, counts.warnings),
        (Severity::Info, counts.infos),
    ]
    .map(|(severity, n)| words.severities(severity, n));
    let nothing = counts.datasets == 0 && checked.groups.is_empty() && checked.verdict() != Verdict::Error;
    let shown = u64::try_from(GROUPS_SHOWN).unwrap_or_default();
    html! {
        div class={ "note " (class) } role="status" {
            p { strong { (verdict) } }
            p { (words.counted(counts.datasets, words.datasets_one, words.datasets_many)) " · " (found.join(" · ")) }
            @if nothing { p { (words.nothing) } }
            @if checked.verdict() == Verdict::Conforms && !nothing && checked.groups.is_empty() { p { (texts.validate_good) } }
        }
        p {
            @for profile in &checked.profiles {
                @let title = moisson_shapes::find(&profile.name).map_or(profile.name.as_str(), |known| known.title(reader.language.tag()));
                @if profile.conforms() { span.badge.good { (fill(texts.conforms_profile, &[("profile", title)])) } }
                @else { span.badge.warn { (fill(texts.conforms_not_profile, &[("profile", title)])) } }
                " "
            }
        }
        @for document in checked.documents.iter().filter(|document| !document.faults.is_empty()) {
            (faults(reader, words, document))
        }
        @if !checked.groups.is_empty() {
            h3 { (texts.validate_findings) }
            @for found in checked.groups.iter().take(GROUPS_SHOWN) { (group(reader, words, checked, found)) }
            @if checked.groups.len() > GROUPS_SHOWN {
                p.muted { (fill(texts.validate_shown, &[("n", &format::number(shown, reader.language))])) }
            }
        }
        @if counts.left_out > 0 { p.muted { (fill(words.left_out, &[("n", &format::number(counts.left_out, reader.language))])) } }
    }
}

fn faults(reader: &Reader, words: &Words, document: &DocumentRead) -> Markup {
    let pasted = document.name == PASTED;
    let name =
        if pasted { reader.texts.validate_text_label.to_owned() } else { shorten(&document.name, 120) };
    let listed = document.faults.len().min(FAULTS_SHOWN);
    let more = document.fault_count.saturating_sub(u64::try_from(listed).unwrap_or_default());
    html! {
        div.card {
            h3 { (reader.texts.validate_documents) (words.colon) (name) }
            ul.findings {
                @for fault in document.faults.iter().take(FAULTS_SHOWN) {
                    @let class = if fault.kind == FaultKind::Note { "badge" } else { "badge bad" };
                    li {
                        div { span class=(class) { (words.fault_kind(fault.kind)) } }
                        div {
                            p lang="en" { (shorten(&fault.message, 400)) }
                            @if let Some(line) = fault.line {
                                p.muted.small {
                                    (fill(words.line, &[("n", &line.to_string())]))
                                    @if let Some(column) = fault.column { ":" (column) }
                                }
                            }
                        }
                    }
                }
            }
            @if more > 0 { p.muted { (fill(words.more, &[("n", &format::number(more, reader.language))])) } }
            @if document.statements > 0 && document.failed() { p { (words.rest_checked) } }
        }
    }
}

fn group(reader: &Reader, words: &Words, checked: &Checked, group: &Group) -> Markup {
    let title = best(&group.title, words.language);
    let line = group.place.and_then(|place| place.line);
    html! {
        section.card {
            h4 {
                span.muted { (words.kind(group.kind)) (words.colon) }
                @match title { Some(title) => (spoken(words, title)), None => (words.untitled) }
            }
            p.muted.small {
                (node(reader, words, &group.node))
                @if let Some(line) = line { " · " (fill(words.line, &[("n", &line.to_string())])) }
                @if checked.documents.len() > 1 && let Some(document) = group.place.and_then(|place| checked.documents.get(place.document)) {
                    " · " (document.name)
                }
            }
            ul.findings { @for one in &group.rules { (rule(reader, words, group, one)) } }
        }
    }
}

fn rule(reader: &Reader, words: &Words, group: &Group, rule: &Rule) -> Markup {
    let texts = reader.texts;
    let class = match rule.severity {
        Severity::Violation => "bad",
        Severity::Warning => "warn",
        Severity::Info => "info",
    };
    let (message, language) = words.message(rule);
    let times = u64::try_from(rule.findings.len()).unwrap_or_default();
    let property = compact_path(&rule.path);
    html! {
        li {
            div { span class={ "badge " (class) } { (words.severity(rule.severity)) } }
            div {
                p lang=[language] { (message) }
                p.muted.small {
                    @if !property.is_empty() { code { (property) } " · " }
                    @if times > 1 { (counted(times, texts.times_one, texts.times_many, reader.language)) " · " }
                    (rule.profile)
                    @if let Some(rule) = rule.see_also.as_deref().filter(|iri| is_followable(iri)) {
                        " · " (link_out(reader, rule, texts.validate_rule))
                    }
                }
                @let places: Vec<Markup> = rule.findings.iter().take(FINDINGS_SHOWN).filter_map(|one| finding(reader, words, group, one)).collect();
                @if !places.is_empty() {
                    ul.places.small {
                        @for place in places { li { (place) } }
                        @if rule.findings.len() > FINDINGS_SHOWN {
                            @let more = u64::try_from(rule.findings.len() - FINDINGS_SHOWN).unwrap_or_default();
                            li.muted { (fill(words.more, &[("n", &format::number(more, reader.language))])) }
                        }
                    }
                }
            }
        }
    }
}

/// Where a rule is not followed, if that is more than the dataset as a whole.
fn finding(reader: &Reader, words: &Words, group: &Group, finding: &Finding) -> Option<Markup> {
    let mut parts = Vec::new();
    let line = finding.place.and_then(|place| place.line);
    if let Some(line) = line.filter(|_| finding.place != group.place) {
        parts.push(html! { (fill(words.line, &[("n", &line.to_string())])) });
    }
    if finding.focus_node != group.node {
        parts.push(node(reader, words, &finding.focus_node));
    }
    if let Some(value) = finding.value.as_ref().filter(|value| **value != finding.focus_node) {
        let shown =
            if value.is_blank_node() { words.nameless.to_owned() } else { shorten(&plain(value), 120) };
        parts.push(html! { code { (shown) } });
    }
    if finding.shared_with > 0 {
        let others = format::number(finding.shared_with, reader.language);
        parts.push(html! { (fill(words.shared, &[("n", &others)])) });
    }
    let last = parts.len().checked_sub(1)?;
    Some(html! { @for (at, part) in parts.iter().enumerate() { (part) @if at < last { " · " } } })
}

fn node(reader: &Reader, words: &Words, node: &Term) -> Markup {
    if node.is_named_node() {
        let iri = plain(node);
        link_out(reader, &iri, &shorten(&iri, 150))
    } else {
        html! { (words.nameless) }
    }
}

fn spoken(words: &Words, text: &Literal) -> Markup {
    let language = text.language().filter(|tag| tag.split('-').next() != Some(words.language));
    html! { span lang=[language] { (shorten(text.value(), 200)) } }
}
