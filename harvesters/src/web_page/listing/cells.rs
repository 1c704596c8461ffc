//! A row of a table as the entry of a list: what the headings of the columns say of its cells.

use scraper::ElementRef;

use super::super::{
    dates,
    html::{text_of, text_without},
    text::folded,
};

/// Longest text of a cell that is read, in characters.
const MAX_CELL: usize = 5_000;

/// Most columns that are looked at.
const MAX_COLUMNS: usize = 100;

/// Beginnings of headings, without accents.
const TITLES: [&str; 9] = [
    "titre",
    "intitule",
    "nom du jeu",
    "jeu de donnees",
    "jeux de donnees",
    "dataset",
    "titel",
    "naam",
    "title",
];
const DESCRIPTIONS: [&str; 5] = ["descri", "beschrijving", "beschreibung", "omschrijving", "resume"];
const DATES: [&str; 11] = [
    "mise a jour",
    "mis a jour",
    "date de mise a jour",
    "date de maj",
    "derniere mise a jour",
    "derniere maj",
    "laatst bijgewerkt",
    "last update",
    "last modified",
    "modifie",
    "gewijzigd",
];

/// What the cells of a row are.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cells {
    /// Whether the columns have headings.
    pub(super) has_headings: bool,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    /// Of the last change.
    pub(super) date: Option<String>,
    /// What stands under other headings, with them.
    pub(super) others: String,
}

/// Reads a row; of anything else, and of tables whose cells span several columns, nothing.
pub(super) fn of(item: ElementRef<'_>) -> Cells {
    let mut cells = Cells::default();
    if item.value().name() != "tr" {
        return cells;
    }
    let Some(headings) = headings(item) else { return cells };
    cells.has_headings = true;
    let (mut first, mut others) = (None, Vec::new());
    let is_link = |element: ElementRef<'_>| element.value().name() == "a";
    for (said_above, cell) in headings.iter().zip(cells_of(item)) {
        let heading = folded(said_above);
        let is = |beginnings: &[&str]| beginnings.iter().any(|beginning| heading.starts_with(beginning));
        let said = || Some(text_without(cell, MAX_CELL, &is_link)).filter(|text| !text.is_empty());
        if is(&TITLES) {
            cells.title = cells.title.or_else(said);
        } else if is(&DESCRIPTIONS) {
            cells.description = cells.description.or_else(said);
        } else if is(&DATES) {
            cells.date = cells.date.or_else(|| said().map(|text| dates::find(&text).unwrap_or(text)));
        } else if let Some(text) = said().filter(|text| text.chars().any(char::is_alphanumeric)) {
            let whole = if heading.is_empty() { text.clone() } else { format!("{said_above} : {text}") };
            if first.is_none() && others.is_empty() && is_name(&text) {
                first = Some((text, whole));
            } else {
                others.push(whole);
            }
        }
    }
    // The first column names what the row is about, unless another says that it does.
    match (first, &cells.title) {
        (Some((text, _)), None) => cells.title = Some(text),
        (Some((_, whole)), Some(_)) => others.insert(0, whole),
        (None, _) => {}
    }
    cells.others = others.join("\n");
    cells
}

/// Whether a text can be a name: not a date, a number or a size.
pub(super) fn is_name(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 3 && dates::find(text).is_none_or(|date| dates::iso(text) != date)
}

/// The headings over the cells of a row.
fn headings(row: ElementRef<'_>) -> Option<Vec<String>> {
    let mut around = row.ancestors().filter_map(ElementRef::wrap);
    let table = around.find(|element| element.value().name() == "table")?;
    let first = table.descendent_elements().find(|element| element.value().name() == "tr")?;
    let is_heading = cells_of(first).all(|cell| cell.value().name() == "th") || is_in_head(first);
    if first.id() == row.id() || !is_heading {
        return None;
    }
    let spans = |cell: ElementRef<'_>| cell.attr("colspan").is_some_and(|span| span.trim() != "1");
    if cells_of(first).chain(cells_of(row)).any(spans) || cells_of(first).count() != cells_of(row).count() {
        return None;
    }
    Some(cells_of(first).map(|cell| text_of(cell, 100)).collect())
}

fn is_in_head(row: ElementRef<'_>) -> bool {
    row.parent().and_then(ElementRef::wrap).is_some_and(|parent| parent.value().name() == "thead")
}

fn cells_of(row: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    row.child_elements().filter(|cell| matches!(cell.value().name(), "td" | "th")).take(MAX_COLUMNS)
}
