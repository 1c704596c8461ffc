//! The catalogue as a table: `/catalog/exports/csv`, and the exports of the platform before it.
//!
//! | heading | becomes |
//! | --- | --- |
//! | `datasetid`, `dataset_id` | the id |
//! | `title`, `default.title` | `metas.default.title` |
//! | `dcat.creator`, `inspire.file_identifier` | `metas.dcat.creator`, … |
//! | `Titre`, `Mots clés` | `metas.catalog.Titre`, …: a label, read by its meaning |
//!
//! Rows become datasets in the shape of version 2.1.

use std::borrow::Cow;

use bytes::Bytes;
use moisson_dcat::{Remark, RemarkCode};
use moisson_harvest::{Broken, Found, Page, ReadError, Record, RecordId, Reply};
use serde_json::{Map, Value, json};

use super::{metas::DEFAULT, options::Options};
use crate::{
    charset,
    json::excerpt,
    spelling::{Field, field},
    table::{DELIMITERS, Row, Rows},
};

/// Most rows that are read.
const ROWS_MAX: usize = 1_000_000;

/// Longest id of a record, in bytes.
const ID_MAX: usize = 2_000;

/// The template of columns that are headed by labels.
const LABELLED: &str = "catalog";

/// Labels of the id in the languages of the platform, folded by [`simple`].
const ID_LABELS: [&str; 8] = [
    "datasetid",
    "identifiantdujeudedonnees",
    "identifiantjeudedonnees",
    "datasetidentifier",
    "identificatievandedataset",
    "datasetidentificatie",
    "datensatzid",
    "datensatzkennung",
];

/// Keys of the dataset itself.
const OWN: [&str; 5] = ["dataset_uid", "has_records", "features", "visibility", "data_visible"];

/// What a column holds.
#[derive(Debug, PartialEq, Eq)]
enum Column {
    Id,
    Own(String),
    Meta(String, String),
}

/// Reads a catalogue.
pub(super) fn read(
    options: &Options,
    reply: &Reply<'_>,
    emit: &mut dyn FnMut(Found),
) -> Result<Page, ReadError> {
    let content_type = reply.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let charset::Decoded { text, remark } =
        charset::decode(&reply.body, content_type.map(|(_, value)| value.as_str()), None);
    let other = |found: String, place: &str, hint: &str| ReadError {
        expected: "the catalogue as a table with a column `datasetid`".to_owned(),
        found,
        place: place.to_owned(),
        hint: hint.to_owned(),
    };
    let Some((delimiter, columns)) = headings(&text) else {
        let hint = "give the address of the catalogue's CSV export, or the portal's own address";
        return Err(other(format!("`{}`", excerpt(&text)), "line 1", hint));
    };
    let mut page = Page { remarks: remark.into_iter().collect(), ..Page::default() };
    let mut rows = Rows::of(&text, delimiter).skip(1);
    let mut last = None;
    let mut count: u64 = 0;
    for row in rows.by_ref().take(ROWS_MAX) {
        count += 1;
        dataset(options, &columns, &row, emit, &mut page);
        last = Some((row.line, row.values.len(), row.mended));
    }
    if rows.next().is_some() {
        page.shortfall = Some(format!("the table has more than {ROWS_MAX} rows; the rest was not read"));
    } else if let Some((line, _, _)) =
        last.filter(|(_, width, mended)| !text.ends_with(['\n', '\r']) && (*width < columns.len() || *mended))
    {
        let hint = "the transfer was cut or the portal failed while writing; fetch it again later";
        return Err(other(
            "a table that ends in the middle of a row".to_owned(),
            &format!("line {line}"),
            hint,
        ));
    }
    page.total = Some(count);
    Ok(page)
}

/// The delimiter, and what each column holds; `None` when no delimiter gives a column of ids.
fn headings(text: &str) -> Option<(u8, Vec<Column>)> {
    let read = |delimiter: u8| {
        let columns: Vec<Column> =
            Rows::of(text, delimiter).next()?.values.iter().map(|h| column(h)).collect();
        (columns.len() > 1 && columns.contains(&Column::Id)).then_some((delimiter, columns))
    };
    DELIMITERS.into_iter().filter_map(read).max_by_key(|(_, columns)| columns.len())
}

fn column(heading: &str) -> Column {
    let heading = heading.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let is_key = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'))
    };
    if ID_LABELS.contains(&simple(heading).as_str()) {
        return Column::Id;
    }
    match heading.split_once('.') {
        Some((template, key)) if is_key(template) && !key.is_empty() => {
            Column::Meta(template.to_owned(), key.to_owned())
        }
        _ if OWN.contains(&heading) => Column::Own(heading.to_owned()),
        _ if is_key(heading) => Column::Meta(DEFAULT.to_owned(), heading.to_owned()),
        _ if field(heading).is_some_and(|(field, _)| field == Field::Identifier) => Column::Id,
        _ => Column::Meta(LABELLED.to_owned(), heading.to_owned()),
    }
}

/// A label without case, accents and signs.
fn simple(label: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    label.nfd().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn dataset(
    options: &Options,
    columns: &[Column],
    row: &Row<'_>,
    emit: &mut dyn FnMut(Found),
    page: &mut Page,
) {
    let place = format!("line {}", row.line);
    let (mut id, mut own, mut metas) = (None, Map::new(), Map::new());
    for (column, value) in columns.iter().zip(&row.values).filter(|(_, value)| !value.trim().is_empty()) {
        match column {
            Column::Id if id.is_none() => id = Some(value.trim().to_owned()),
            Column::Id => {}
            Column::Own(key) => {
                own.insert(key.clone(), own_value(value));
            }
            Column::Meta(template, key) => {
                let template = metas.entry(template.clone()).or_insert_with(|| json!({}));
                if let Value::Object(template) = template {
                    template.entry(key.clone()).or_insert_with(|| json!(value));
                }
            }
        }
    }
    let beyond: Vec<&String> =
        row.values.iter().skip(columns.len()).filter(|v| !v.trim().is_empty()).collect();
    if !beyond.is_empty() {
        own.insert("…".to_owned(), json!(beyond));
    }
    let id = match id {
        Some(id) if id.len() <= ID_MAX => id,
        given => {
            let reason = match given {
                Some(id) => format!("an id of {} bytes; at most {ID_MAX} are taken", id.len()),
                None => "a row without `datasetid`; the portal should give one".to_owned(),
            };
            emit(Found::Broken(Broken { place, reason, body: Bytes::copy_from_slice(row.text.as_bytes()) }));
            return;
        }
    };
    let basic = |key: &str| metas.get(DEFAULT)?.get(key)?.as_str().map(str::trim);
    let is_copy = basic("federated").is_some_and(|federated| federated.eq_ignore_ascii_case("true"))
        || basic("source_dataset").is_some();
    if is_copy && !options.federated {
        page.gone.push(RecordId(id));
        return;
    }
    // The table does not say so itself.
    if let Some(count) = basic("records_count").and_then(|count| count.parse::<u64>().ok()) {
        own.entry("has_records").or_insert(json!(count > 0));
    }
    own.insert("dataset_id".to_owned(), json!(id));
    own.insert("metas".to_owned(), Value::Object(metas));
    let remark = row.mended.then(|| Remark {
        code: RemarkCode::RepairedSyntax,
        property: Cow::Borrowed(""),
        place,
        value: String::new(),
        detail: "quotes that were not doubled or not closed".to_owned(),
    });
    emit(Found::Record(Record {
        id: RecordId(id),
        media_type: Cow::Borrowed("application/json"),
        body: Bytes::from(Value::Object(own).to_string()),
        remarks: remark.into_iter().collect(),
    }));
}

/// A value of the dataset's own: yes or no, a list, or a text.
fn own_value(value: &str) -> Value {
    match value.trim() {
        yes if yes.eq_ignore_ascii_case("true") => json!(true),
        no if no.eq_ignore_ascii_case("false") => json!(false),
        list if list.contains(',') => json!(list.split(',').map(str::trim).collect::<Vec<_>>()),
        one => json!(one),
    }
}

#[cfg(test)]
mod tests {
    use super::{Column, column, headings};

    #[test]
    fn headings_are_keys_of_templates_or_labels() {
        let meta = |template: &str, key: &str| Column::Meta(template.to_owned(), key.to_owned());
        for (heading, wanted) in [
            ("\u{feff}datasetid", Column::Id),
            ("Identifiant du jeu de données", Column::Id),
            ("title", meta("default", "title")),
            ("default.title", meta("default", "title")),
            ("dcat.accrualperiodicity", meta("dcat", "accrualperiodicity")),
            ("has_records", Column::Own("has_records".to_owned())),
            ("Mots clés", meta("catalog", "Mots clés")),
        ] {
            assert_eq!(column(heading), wanted, "{heading}");
        }
    }

    #[test]
    fn the_delimiter_is_the_one_that_gives_most_columns() {
        assert_eq!(headings("datasetid;title;a,b\n").unwrap().0, b';');
        assert_eq!(headings("datasetid,title\n").unwrap().0, b',');
        assert!(headings("id;title\n").is_none() || headings("a;b\n").is_none());
        assert!(headings("<html>\n").is_none());
    }
}
