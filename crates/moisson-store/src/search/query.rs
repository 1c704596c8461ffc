//! What somebody typed, and the filters, as a query of the index.

use std::{collections::BTreeMap, ops::Bound};

use tantivy::{
    Term,
    query::{
        AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, FuzzyTermQuery, Occur,
        PhraseQuery, Query, RangeQuery, TermQuery,
    },
    schema::{Field, IndexRecordOption},
};

use super::{
    BBox, Facet, SearchQuery,
    analysis::{is_stop_word, stems, words},
    schema::Fields,
};

/// Words shorter than this are taken as they are: a letter changed makes another word of them.
const SHORTEST_FUZZY: usize = 5;
/// Words of this length may have two letters wrong.
const TWICE_FUZZY: usize = 9;
const TITLE_BOOST: f32 = 3.0;

/// What was typed, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Typed {
    /// Words that must be there (stop words may be missing).
    pub(super) wanted: Vec<Wanted>,
    /// Folded words in a row.
    pub(super) phrases: Vec<Vec<String>>,
    /// Words that must not be there.
    pub(super) unwanted: Vec<Wanted>,
}

/// One word that was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) folded: String,
    pub(super) stems: [String; 4],
}

impl Typed {
    /// Takes a text apart: words, `"phrases"`, `-unwanted`.
    pub(super) fn parse(text: &str) -> Self {
        let text = text.get(..text.floor_char_boundary(SearchQuery::MAX_TEXT)).unwrap_or(text);
        let mut typed = Self::default();
        for (position, part) in text.split('"').enumerate() {
            if position % 2 == 1 {
                let phrase: Vec<String> = words(part).into_iter().map(|word| word.folded).collect();
                match phrase.as_slice() {
                    [] => {}
                    [_] => typed.wanted.extend(wanted(part)),
                    _ => typed.phrases.push(phrase),
                }
                continue;
            }
            for word in part.split_whitespace() {
                match word.strip_prefix('-') {
                    Some(unwanted) => typed.unwanted.extend(wanted(unwanted)),
                    None => typed.wanted.extend(wanted(word)),
                }
            }
        }
        typed.wanted.truncate(SearchQuery::MAX_WORDS);
        typed.unwanted.truncate(SearchQuery::MAX_WORDS);
        typed.phrases.truncate(SearchQuery::MAX_WORDS);
        typed
    }

    /// Whether nothing is looked for.
    pub(super) fn is_empty(&self) -> bool {
        self.wanted.is_empty() && self.phrases.is_empty()
    }

    /// The query for the words; with `fuzzy`, misspelt ones count too.
    pub(super) fn query(&self, fields: &Fields, fuzzy: bool) -> Box<dyn Query> {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let only_stop_words = self.wanted.iter().all(|word| is_stop_word(&word.folded));
        for word in &self.wanted {
            let may_miss = is_stop_word(&word.folded) && (!only_stop_words || !self.phrases.is_empty());
            let occur = if may_miss { Occur::Should } else { Occur::Must };
            clauses.push((occur, word.query(fields, fuzzy)));
        }
        for phrase in &self.phrases {
            clauses.push((Occur::Must, phrase_query(fields, phrase)));
        }
        if clauses.is_empty() {
            clauses.push((Occur::Must, Box::new(AllQuery)));
        }
        for word in &self.unwanted {
            clauses.push((Occur::MustNot, word.query(fields, false)));
        }
        Box::new(BooleanQuery::new(clauses))
    }
}

fn wanted(text: &str) -> Vec<Wanted> {
    words(text)
        .into_iter()
        .map(|word| {
            let written = text.get(word.from..word.to).unwrap_or(&word.folded);
            Wanted { stems: stems(written), folded: word.folded }
        })
        .collect()
}

impl Wanted {
    /// The word as it is and its stems, in titles and bodies. The folded word is looked for among the stems too
    /// and the stems among the folded words: stemmers do not always meet (Dutch `fiets` and `fietsen`).
    fn query(&self, fields: &Fields, fuzzy: bool) -> Box<dyn Query> {
        let mut ways: Vec<Box<dyn Query>> = Vec::new();
        let mut add = |field: Field, word: &str, boost: f32| {
            let term = TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs);
            ways.push(Box::new(BoostQuery::new(Box::new(term), boost)));
        };
        add(fields.title_folded, &self.folded, TITLE_BOOST * 1.5);
        add(fields.body_folded, &self.folded, 1.5);
        for other in other_numbers(&self.folded) {
            add(fields.title_folded, &other, TITLE_BOOST);
            add(fields.body_folded, &other, 1.0);
        }
        for ((title, body), stem) in fields.title.iter().zip(&fields.body).zip(&self.stems) {
            let mut forms = vec![stem.as_str(), self.folded.as_str()];
            forms.dedup();
            for form in forms.into_iter().filter(|form| !form.is_empty()) {
                add(*title, form, TITLE_BOOST);
                add(*body, form, 1.0);
            }
            if *stem != self.folded && !stem.is_empty() {
                add(fields.title_folded, stem, TITLE_BOOST);
                add(fields.body_folded, stem, 1.0);
            }
        }
        if fuzzy && self.folded.chars().count() >= SHORTEST_FUZZY {
            let distance = if self.folded.chars().count() >= TWICE_FUZZY { 2 } else { 1 };
            for (field, boost) in [(fields.title_folded, TITLE_BOOST), (fields.body_folded, 1.0)] {
                let term = Term::from_field_text(field, &self.folded);
                let near = FuzzyTermQuery::new(term, distance, true);
                ways.push(Box::new(BoostQuery::new(Box::new(near), boost * 0.3)));
            }
        }
        Box::new(DisjunctionMaxQuery::with_tie_breaker(ways, 0.1))
    }
}

/// Endings of the plural in the four languages. The stemmers miss some (French keeps the `s` of `vélos`, Dutch does
/// not bring `fietspad` and `fietspaden` together), so the word is looked for with and without them as well.
const PLURALS: [&str; 6] = ["s", "x", "e", "n", "en", "es"];
const SHORTEST_SINGULAR: usize = 3;

/// The word with and without endings of the plural.
pub(super) fn other_numbers(folded: &str) -> Vec<String> {
    let singular =
        |ending: &&str| folded.strip_suffix(*ending).filter(|rest| rest.len() >= SHORTEST_SINGULAR);
    let singulars = PLURALS.iter().filter_map(singular).map(str::to_owned);
    PLURALS.iter().map(|ending| format!("{folded}{ending}")).chain(singulars).collect()
}

fn phrase_query(fields: &Fields, phrase: &[String]) -> Box<dyn Query> {
    let of = |field: Field| phrase.iter().map(|word| Term::from_field_text(field, word)).collect::<Vec<_>>();
    let title = BoostQuery::new(Box::new(PhraseQuery::new(of(fields.title_folded))), TITLE_BOOST);
    let body = PhraseQuery::new(of(fields.body_folded));
    Box::new(DisjunctionMaxQuery::new(vec![Box::new(title), Box::new(body)]))
}

/// What is not about words: filters of facets but one, box, dates. They do not change the score.
pub(super) fn filters(
    fields: &Fields,
    query: &SearchQuery,
    but: Option<Facet>,
) -> Vec<(Occur, Box<dyn Query>)> {
    let mut clauses = facet_filters(fields, &query.filters, but);
    if let Some(bbox) = &query.bbox {
        clauses.push((Occur::Must, bbox_filter(fields, bbox)));
    }
    if query.modified_from.is_some() || query.modified_to.is_some() {
        let term = |at: jiff::Timestamp| Term::from_field_i64(fields.modified, at.as_second());
        let from = query.modified_from.map_or(Bound::Unbounded, |at| Bound::Included(term(at)));
        let to = query.modified_to.map_or(Bound::Unbounded, |at| Bound::Excluded(term(at)));
        clauses.push((Occur::Must, silent(RangeQuery::new(from, to))));
    }
    clauses
}

fn facet_filters(
    fields: &Fields,
    wanted: &BTreeMap<Facet, Vec<String>>,
    but: Option<Facet>,
) -> Vec<(Occur, Box<dyn Query>)> {
    let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    for (facet, values) in wanted.iter().filter(|(facet, values)| Some(**facet) != but && !values.is_empty())
    {
        let Some(field) = fields.facet(*facet) else { continue };
        let alternatives: Vec<(Occur, Box<dyn Query>)> = values
            .iter()
            .map(|value| {
                let term = TermQuery::new(Term::from_field_text(field, value), IndexRecordOption::Basic);
                (Occur::Should, Box::new(term) as Box<dyn Query>)
            })
            .collect();
        clauses.push((Occur::Must, silent(BooleanQuery::new(alternatives))));
    }
    clauses
}

/// Records whose box touches the wanted one. One that crosses the antimeridian is two.
fn bbox_filter(fields: &Fields, bbox: &BBox) -> Box<dyn Query> {
    if bbox.west > bbox.east {
        let halves = [BBox { east: 180.0, ..*bbox }, BBox { west: -180.0, ..*bbox }];
        let halves = halves.iter().map(|half| (Occur::Should, bbox_filter(fields, half))).collect::<Vec<_>>();
        return Box::new(BooleanQuery::new(halves));
    }
    let [west, south, east, north] = fields.bbox;
    let at_most =
        |field, value| RangeQuery::new(Bound::Unbounded, Bound::Included(Term::from_field_f64(field, value)));
    let at_least =
        |field, value| RangeQuery::new(Bound::Included(Term::from_field_f64(field, value)), Bound::Unbounded);
    let sides = [
        at_most(west, bbox.east),
        at_least(east, bbox.west),
        at_most(south, bbox.north),
        at_least(north, bbox.south),
    ];
    let sides = sides.into_iter().map(|side| (Occur::Must, silent(side))).collect::<Vec<_>>();
    Box::new(BooleanQuery::new(sides))
}

/// A query that filters and does not score.
fn silent(query: impl Query) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(Box::new(query), 0.0))
}

/// Words and filters together.
pub(super) fn together(words: Box<dyn Query>, mut filters: Vec<(Occur, Box<dyn Query>)>) -> Box<dyn Query> {
    if filters.is_empty() {
        return words;
    }
    filters.push((Occur::Must, words));
    Box::new(BooleanQuery::new(filters))
}

#[cfg(test)]
mod tests {
    use super::Typed;

    #[test]
    fn words_phrases_and_unwanted_words_are_told_apart() {
        let typed = Typed::parse("Qualité \"de l'eau\" -piscine l'école");
        let folded = |words: &[super::Wanted]| words.iter().map(|w| w.folded.clone()).collect::<Vec<_>>();
        assert_eq!(folded(&typed.wanted), ["qualite", "l", "ecole"]);
        assert_eq!(typed.phrases, [["de", "l", "eau"]]);
        assert_eq!(folded(&typed.unwanted), ["piscine"]);
    }

    #[test]
    fn what_is_no_query_language_is_no_error() {
        for odd in ["\"", "\"\"", "-", "a:b AND (", "+++", "\u{0}", &"x".repeat(5_000), "((((((", "*"] {
            assert!(Typed::parse(odd).wanted.len() <= super::SearchQuery::MAX_WORDS);
        }
    }
}
