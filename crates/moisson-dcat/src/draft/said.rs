//! What a source said: raw text, and where in the record it stood.

use crate::Extra;

/// One raw value of a record, borrowed from it.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// The text as the source wrote it.
    pub value: &'a str,
    /// Where in the record: `resources/3/url`, `line 12`, `metas.default.title`.
    pub place: &'a str,
    /// The language tag the source gave to this very text.
    pub lang: Option<&'a str>,
    /// What to keep in `extra` when no field can hold the value; without it, `place` and `value` as a key.
    /// RDF sources give the statement here.
    pub kept_as: Option<&'a Extra>,
}

/// One raw value and its place.
///
/// ```
/// use moisson_dcat::draft::said;
/// let title = said("title_translated/fr", "Arbres de la ville").lang("fr");
/// assert_eq!(title.lang, Some("fr"));
/// ```
pub fn said<'a>(place: &'a str, value: &'a str) -> Said<'a> {
    Said { value, place, lang: None, kept_as: None }
}

impl<'a> Said<'a> {
    /// The same in a language: `.lang("fr")` or `.lang(option)`.
    #[must_use]
    pub fn lang(self, lang: impl Into<Option<&'a str>>) -> Self {
        Self { lang: lang.into(), ..self }
    }

    /// The same, with the statement to keep when no field can hold the value.
    #[must_use]
    pub fn kept_as(self, extra: &'a Extra) -> Self {
        Self { kept_as: Some(extra), ..self }
    }

    /// The same place and language with another value (a part of this one).
    #[must_use]
    pub(crate) fn part<'b>(self, value: &'b str) -> Said<'b>
    where
        'a: 'b,
    {
        Said { value, ..self }
    }

    /// Whether there is nothing but white space.
    pub fn is_empty(&self) -> bool {
        self.value.trim().is_empty()
    }
}

/// A concept, document, standard, … by IRI, by name, or both. A lone [`Said`] turns into one: whether it is an
/// IRI, a code or words is found out.
#[derive(Debug, Clone, Default)]
pub struct NamedSaid<'a> {
    /// Its IRI.
    pub iri: Option<Said<'a>>,
    /// Its names, codes, labels.
    pub label: Vec<Said<'a>>,
}

impl<'a> NamedSaid<'a> {
    /// Known by an IRI.
    pub fn iri(iri: Said<'a>) -> Self {
        Self { iri: Some(iri), label: Vec::new() }
    }

    /// Has this name too.
    #[must_use]
    pub fn label(mut self, label: Said<'a>) -> Self {
        self.label.push(label);
        self
    }
}

impl<'a> From<Said<'a>> for NamedSaid<'a> {
    fn from(said: Said<'a>) -> Self {
        Self { iri: None, label: vec![said] }
    }
}

/// An agent in the source's words. Fill what there is: `AgentSaid { name: vec![said(…)], ..Default::default() }`.
#[derive(Debug, Clone, Default)]
pub struct AgentSaid<'a> {
    /// Its IRI.
    pub iri: Option<Said<'a>>,
    /// Its names (one, or one per language).
    pub name: Vec<Said<'a>>,
    /// E-mail address, with or without `mailto:`.
    pub email: Option<Said<'a>>,
    /// Its site.
    pub homepage: Option<Said<'a>>,
    /// What kind of agent: IRI, code or words.
    pub r#type: Option<Said<'a>>,
    /// SIREN, SIRET, enterprise number, ….
    pub identifier: Vec<Said<'a>>,
}

impl<'a> From<Said<'a>> for AgentSaid<'a> {
    fn from(name: Said<'a>) -> Self {
        Self { name: vec![name], ..Self::default() }
    }
}

/// A contact point in the source's words. A text with several addresses in it gives several addresses.
#[derive(Debug, Clone, Default)]
pub struct ContactSaid<'a> {
    /// Its IRI.
    pub iri: Option<Said<'a>>,
    /// Its names.
    pub name: Vec<Said<'a>>,
    /// The organisation it belongs to.
    pub organization_name: Vec<Said<'a>>,
    /// E-mail addresses, with or without `mailto:`.
    pub email: Vec<Said<'a>>,
    /// Telephone numbers, with or without `tel:`.
    pub phone: Vec<Said<'a>>,
    /// Pages, forms.
    pub url: Vec<Said<'a>>,
    /// Postal address as one text.
    pub address: Option<Said<'a>>,
}

/// A place in the source's words, all of them about the same place.
#[derive(Debug, Clone, Default)]
pub struct LocationSaid<'a> {
    /// Its IRI, or a code of a known list.
    pub iri: Option<Said<'a>>,
    /// Its names.
    pub label: Vec<Said<'a>>,
    /// Its box, in any notation (WKT, GeoJSON, four numbers).
    pub bbox: Option<Said<'a>>,
    /// Its centre, in any notation (WKT, GeoJSON, two numbers).
    pub centroid: Option<Said<'a>>,
    /// Its shape, in any notation (WKT, GeoJSON).
    pub geometry: Option<Said<'a>>,
}
