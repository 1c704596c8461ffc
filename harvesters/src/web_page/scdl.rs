//! An SCDL *catalogue* ([schema](https://schema.data.gouv.fr/scdl/catalogue/)): one CSV file that lists the
//! datasets of a French local authority, one a row.

use std::collections::{BTreeMap, BTreeSet};

use moisson_dcat::{Remark, RemarkCode};
use serde_json::{Map, Value, json};
use url::Url;

use super::{
    nodes::shortened,
    options::Options,
    text::{folded, slug},
};
use crate::table::{DELIMITERS, Row, Rows};

/// The columns of version 0.1.3, in its order.
pub(super) const COLUMNS: [&str; 20] = [
    "COLL_NOM",
    "COLL_SIRET",
    "ID",
    "TITRE",
    "DESCRIPTION",
    "THEME",
    "PRODUCTEUR_NOM",
    "PRODUCTEUR_SIRET",
    "COUV_SPAT_MAILLE",
    "COUV_SPAT_NOM",
    "COUV_TEMP_DEBUT",
    "COUV_TEMP_FIN",
    "DATE_PUBL",
    "FREQ_MAJ",
    "DATE_MAJ",
    "MOTS_CLES",
    "LICENCE",
    "NOMBRE_RESSOURCES",
    "FORMAT_RESSOURCES",
    "URL",
];

/// Other headings for the same columns, folded.
const OTHER_HEADINGS: &[(&str, &str)] = &[
    ("coll_insee", "COLL_SIRET"),
    ("collectivite", "COLL_NOM"),
    ("nom_collectivite", "COLL_NOM"),
    ("nom_de_la_collectivite", "COLL_NOM"),
    ("siret_collectivite", "COLL_SIRET"),
    ("identifiant", "ID"),
    ("id_jeu", "ID"),
    ("identifiant_du_jeu_de_donnees", "ID"),
    ("titre_du_jeu_de_donnees", "TITRE"),
    ("title", "TITRE"),
    ("nom", "TITRE"),
    ("description_du_jeu_de_donnees", "DESCRIPTION"),
    ("thematique", "THEME"),
    ("themes", "THEME"),
    ("producteur", "PRODUCTEUR_NOM"),
    ("nom_du_producteur", "PRODUCTEUR_NOM"),
    ("siret_producteur", "PRODUCTEUR_SIRET"),
    ("couverture_spatiale_maille", "COUV_SPAT_MAILLE"),
    ("couverture_spatiale_nom", "COUV_SPAT_NOM"),
    ("couverture_temporelle_debut", "COUV_TEMP_DEBUT"),
    ("couverture_temporelle_fin", "COUV_TEMP_FIN"),
    ("date_publication", "DATE_PUBL"),
    ("date_de_publication", "DATE_PUBL"),
    ("frequence_maj", "FREQ_MAJ"),
    ("frequence", "FREQ_MAJ"),
    ("frequence_de_mise_a_jour", "FREQ_MAJ"),
    ("date_mise_a_jour", "DATE_MAJ"),
    ("date_de_mise_a_jour", "DATE_MAJ"),
    ("date_de_maj", "DATE_MAJ"),
    ("mots_clefs", "MOTS_CLES"),
    ("mot_cle", "MOTS_CLES"),
    ("license", "LICENCE"),
    ("nb_ressources", "NOMBRE_RESSOURCES"),
    ("nombre_de_ressources", "NOMBRE_RESSOURCES"),
    ("format_ressource", "FORMAT_RESSOURCES"),
    ("formats_ressources", "FORMAT_RESSOURCES"),
    ("format", "FORMAT_RESSOURCES"),
    ("formats", "FORMAT_RESSOURCES"),
    ("lien", "URL"),
    ("url_acces", "URL"),
    ("adresse", "URL"),
];

/// How many known columns make a table an SCDL catalogue.
const ENOUGH_COLUMNS: usize = 4;

/// Most rows that are read.
const MAX_ROWS: usize = 100_000;

/// Rows before the headings that are passed over: titles that spreadsheets put on top.
const MAX_ROWS_ABOVE: usize = 10;

/// A catalogue that was read.
#[derive(Debug, Default)]
pub(super) struct Catalogue {
    /// Id, body and remarks of each dataset, in the order of the file.
    pub(super) datasets: Vec<Entry>,
    pub(super) broken: Vec<BrokenRow>,
    /// What was wrong with the table as a whole.
    pub(super) remarks: Vec<Remark>,
    /// Why rows may be missing.
    pub(super) cut: Option<String>,
}

/// A dataset and its rows.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) rows: Vec<Map<String, Value>>,
    pub(super) remarks: Vec<Remark>,
    titles: BTreeSet<Option<String>>,
    addresses: BTreeSet<Option<String>>,
}

/// A row that is no dataset.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BrokenRow {
    pub(super) line: usize,
    pub(super) reason: String,
    pub(super) text: String,
}

/// The headings of a table: delimiter, columns in our spelling, and how many rows stand above and with them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Headings {
    delimiter: u8,
    names: Vec<String>,
    rows: usize,
}

/// Whether a text is a table with the columns of the schema.
pub(super) fn is_catalogue(text: &str) -> bool {
    headings(text, None).is_some()
}

/// Reads a catalogue. `None` when no row has its headings.
pub(super) fn read(text: &str, url: &Url, options: &Options) -> Option<Catalogue> {
    let headings = headings(text, options.delimiter)?;
    let mut catalogue = Catalogue::default();
    for column in
        ["ID", "TITRE", "URL"].iter().filter(|column| !headings.names.iter().any(|name| name == *column))
    {
        catalogue.remarks.push(remark(RemarkCode::MissingValue, "", column, "the table has no such column"));
    }
    let mut by_id: BTreeMap<String, usize> = BTreeMap::new();
    let mut rows = Rows::of(text, headings.delimiter).skip(headings.rows);
    for row in rows.by_ref().take(MAX_ROWS) {
        take(&row, &headings, url, &mut by_id, &mut catalogue);
    }
    if rows.next().is_some() {
        catalogue.cut = Some(format!("the table has more than {MAX_ROWS} rows; the rest was not read"));
    } else if !text.ends_with(['\n', '\r']) && last_row_is_short(text, &headings) {
        catalogue.cut = Some(
            "the last row has fewer columns than the others and no line end; the file may be cut short"
                .to_owned(),
        );
    }
    Some(catalogue)
}

fn take(
    row: &Row<'_>,
    headings: &Headings,
    url: &Url,
    by_id: &mut BTreeMap<String, usize>,
    catalogue: &mut Catalogue,
) {
    let place = format!("line {}", row.line);
    let mut object = Map::new();
    let mut values = row.values.iter();
    for (name, value) in headings.names.iter().zip(values.by_ref()) {
        if !value.is_empty() {
            super::nodes::add(&mut object, name, json!(value));
        }
    }
    let beyond: Vec<&String> = values.filter(|value| !value.is_empty()).collect();
    if !beyond.is_empty() {
        object.insert("…".to_owned(), json!(beyond));
    }
    let text = |column: &str| object.get(column).and_then(super::nodes::first_text).map(str::to_owned);
    let (given, title, address) = (text("ID"), text("TITRE"), text("URL"));
    let name = address.clone().or_else(|| title.as_deref().map(slug).filter(|name| !name.is_empty()));
    let Some(id) = given.clone().or_else(|| name.map(|name| without_given_id(&name, address.is_some(), url)))
    else {
        let reason = "the row has neither `ID`, `TITRE` nor `URL`; fill at least `ID` and `TITRE`".to_owned();
        catalogue.broken.push(BrokenRow { line: row.line, reason, text: row.text.to_owned() });
        return;
    };
    let mut remarks = Vec::new();
    if given.is_none() {
        remarks.push(remark(
            RemarkCode::MissingValue,
            "identifier",
            &place,
            "the row has no `ID`; its address or title stands in",
        ));
    }
    if row.mended {
        remarks.push(remark(
            RemarkCode::RepairedSyntax,
            "",
            &place,
            "quotes that were not doubled or not closed",
        ));
    }
    let id = shortened(id);
    let here = *by_id.entry(id.clone()).or_insert(catalogue.datasets.len());
    if here == catalogue.datasets.len() {
        catalogue.datasets.push(Entry { id, ..Entry::default() });
    }
    if let Some(entry) = catalogue.datasets.get_mut(here) {
        remarks.extend(entry.repeated(title, address, &place));
        entry.remarks.append(&mut remarks);
        entry.rows.push(object);
    }
}

impl Entry {
    /// Several rows with the same id are one dataset. Different addresses are its resources, which is fine;
    /// different titles are more likely a mistake.
    fn repeated(&mut self, title: Option<String>, address: Option<String>, place: &str) -> Option<Remark> {
        let is_first = self.rows.is_empty();
        match (self.titles.insert(title), self.addresses.insert(address)) {
            _ if is_first => None,
            (false, true) => None,
            (false, false) => Some("the same title and address in another row with this `ID`"),
            (true, _) => {
                Some("another row with this `ID` has another `TITRE`; give each dataset an `ID` of its own")
            }
        }
        .map(|detail| Remark {
            value: self.id.chars().take(200).collect(),
            ..remark(RemarkCode::DuplicateId, "identifier", place, detail)
        })
    }
}

/// An address is its own id; a title needs the catalogue's address with it.
fn without_given_id(name: &str, is_address: bool, url: &Url) -> String {
    if is_address { name.to_owned() } else { format!("{}#{name}", super::address::without_fragment(url)) }
}

/// Finds the row of headings, and with it the delimiter: the one that gives the most known columns.
fn headings(text: &str, delimiter: Option<u8>) -> Option<Headings> {
    let delimiters = delimiter.map_or_else(|| DELIMITERS.to_vec(), |delimiter| vec![delimiter]);
    let candidates = delimiters.into_iter().flat_map(|delimiter| {
        Rows::of(text, delimiter).take(MAX_ROWS_ABOVE + 1).enumerate().map(move |(index, row)| {
            let names: Vec<String> = row.values.iter().map(|heading| column(heading)).collect();
            let known: BTreeSet<&String> =
                names.iter().filter(|name| COLUMNS.contains(&name.as_str())).collect();
            let known = known.len();
            (known, Headings { delimiter, names, rows: index + 1 })
        })
    });
    let mut best: Option<(usize, Headings)> = None;
    for (known, headings) in candidates {
        if known >= ENOUGH_COLUMNS && best.as_ref().is_none_or(|(other, _)| known > *other) {
            best = Some((known, headings));
        }
    }
    let (_, mut headings) = best?;
    let mut seen = BTreeSet::new();
    for (index, name) in headings.names.iter_mut().enumerate() {
        if name.is_empty() {
            *name = format!("column {}", index + 1);
        }
        // A second column of the same name is kept apart.
        if !seen.insert(name.clone()) {
            *name = format!("{name} {}", index + 1);
        }
    }
    Some(headings)
}

/// A heading in the schema's spelling; one that the schema does not have, as it stands.
fn column(heading: &str) -> String {
    let words: Vec<String> = folded(heading)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let folded = words.join("_");
    let known = COLUMNS.iter().find(|column| column.eq_ignore_ascii_case(&folded)).copied();
    let other = || OTHER_HEADINGS.iter().find(|(other, _)| *other == folded).map(|(_, column)| *column);
    known.or_else(other).map_or_else(|| heading.trim().to_owned(), str::to_owned)
}

fn last_row_is_short(text: &str, headings: &Headings) -> bool {
    let last = Rows::of(text, headings.delimiter).last();
    last.is_some_and(|row| row.values.len() < headings.names.len() || row.mended)
}

fn remark(code: RemarkCode, property: &'static str, place: &str, detail: &str) -> Remark {
    Remark {
        code,
        property: property.into(),
        place: place.to_owned(),
        value: String::new(),
        detail: detail.to_owned(),
    }
}
