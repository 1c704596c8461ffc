//! What the source can put right: the findings of the check and the remarks of the mapping.

use std::collections::BTreeMap;

use maud::{Markup, html};
use moisson_dcat::Remark;
use moisson_store::StoredRecord;

use crate::{
    findings::{self, Finding, FindingSeverity},
    labels,
    reader::Reader,
    texts::{counted, fill, format, properties, remarks},
};

/// More lines than this are not listed on the page.
const MAX_LISTED: usize = 40;

pub(super) fn section(reader: &Reader, record: &StoredRecord) -> Markup {
    let texts = reader.texts;
    let findings = findings::grouped(&record.report, reader.language);
    let remarks = said(reader, &record.remarks);
    html! {
        section.card #quality {
            h2 { (texts.quality_title) }
            @if !record.report.conforms.is_empty() {
                p {
                    @for (profile, conforms) in &record.report.conforms {
                        @let profile = labels::profile(profile, reader.language);
                        @if *conforms { span.badge.good { (fill(texts.conforms_profile, &[("profile", profile)])) } }
                        @else { span.badge.warn { (fill(texts.conforms_not_profile, &[("profile", profile)])) } }
                        " "
                    }
                }
            }
            @if findings.is_empty() && remarks.is_empty() { p { (texts.quality_good) } }
            @if !findings.is_empty() {
                p.muted { (texts.quality_intro) }
                ul.findings { @for finding in findings.iter().take(MAX_LISTED) { (line(reader, finding)) } }
                (left_out(reader, findings.len()))
            }
            @if !remarks.is_empty() {
                h3 { (texts.remarks_title) }
                p.muted { (texts.remarks_intro) }
                ul { @for (message, places) in remarks.iter().take(MAX_LISTED) { (remark(reader, message, places)) } }
                (left_out(reader, remarks.len()))
            }
        }
    }
}

fn line(reader: &Reader, finding: &Finding) -> Markup {
    let texts = reader.texts;
    let (class, word) = match finding.severity {
        FindingSeverity::Violation => ("bad", texts.severity_violation),
        FindingSeverity::Warning => ("warn", texts.severity_warning),
        FindingSeverity::Info => ("info", texts.severity_info),
    };
    html! {
        li {
            div { span class={ "badge " (class) } { (word) } }
            div {
                p { (finding.message) }
                p.muted.small {
                    @if !finding.property.is_empty() { (properties::heading(&finding.property, reader.language)) }
                    @if finding.count > 1 { " · " (counted(finding.count, texts.times_one, texts.times_many, reader.language)) }
                    @if let Some(value) = finding.values.first() { " · " code { (crate::summary::shorten(value, 120)) } }
                }
            }
        }
    }
}

/// Remarks that say the same come together, with the places they were made at.
fn said<'a>(reader: &Reader, all: &'a [Remark]) -> Vec<(String, Vec<&'a Remark>)> {
    let mut groups: BTreeMap<(moisson_dcat::RemarkCode, String), Vec<&Remark>> = BTreeMap::new();
    for remark in all {
        groups.entry((remark.code, remarks::message(remark, reader.language))).or_default().push(remark);
    }
    groups.into_iter().map(|((_, message), remarks)| (message, remarks)).collect()
}

fn remark(reader: &Reader, message: &str, places: &[&Remark]) -> Markup {
    let times = u64::try_from(places.len()).unwrap_or_default();
    let texts = reader.texts;
    html! {
        li {
            (message)
            @if let Some(first) = places.first() {
                " " span.muted.small {
                    @if !first.place.is_empty() { code { (first.place) } }
                    @if times > 1 { " · " (counted(times, texts.times_one, texts.times_many, reader.language)) }
                }
            }
        }
    }
}

fn left_out(reader: &Reader, all: usize) -> Markup {
    let n = u64::try_from(all.saturating_sub(MAX_LISTED)).unwrap_or_default();
    html! { @if n > 0 { p.muted { (fill(reader.texts.quality_left_out, &[("n", &format::number(n, reader.language))])) } } }
}
