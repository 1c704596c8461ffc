//! Every record against our shapes: which profiles it conforms to, and what is wrong.

use std::{collections::BTreeMap, sync::Arc};

use moisson_dcat::Text;
use moisson_shacl::{Background, Options, Path, Shapes, ValidationResult};
use moisson_shapes::{PROFILES, Pipeline, Profile};
use moisson_store::{ReportRow, Severity, StoredReport};
use oxrdf::{NamedNode, NamedOrBlankNode, Term, Triple};

const CLASS_CONSTRAINT: &str = "http://www.w3.org/ns/shacl#ClassConstraintComponent";
/// The properties from a dataset or service to another dataset, series or service.
const BETWEEN_RECORDS: [&str; 5] = [
    "http://www.w3.org/ns/dcat#accessService",
    "http://www.w3.org/ns/dcat#hasVersion",
    "http://www.w3.org/ns/dcat#inSeries",
    "http://www.w3.org/ns/dcat#servesDataset",
    "http://purl.org/dc/terms/source",
];

/// The profiles that records are checked against, compiled once.
#[derive(Debug)]
pub struct Checker {
    /// Those for each record, together: one pass over its statements.
    always: Compiled,
    /// The others, one by one.
    sometimes: Vec<Compiled>,
}

/// Profiles that are checked together.
#[derive(Debug)]
struct Compiled {
    profiles: Vec<&'static Profile>,
    shapes: Shapes,
    background: Background,
}

impl Compiled {
    fn new(profiles: Vec<&'static Profile>, known: &[Triple]) -> anyhow::Result<Self> {
        let mut triples = Vec::new();
        for profile in &profiles {
            triples.append(&mut profile.triples()?);
        }
        let shapes = Shapes::compile(&triples, &Options { strict: true, ..Options::default() })?;
        let background = shapes.background(known)?;
        Ok(Self { profiles, shapes, background })
    }
}

impl Checker {
    /// Compiles the bundled shapes.
    ///
    /// # Errors
    /// When a bundled shape is wrong, which a test rules out.
    pub fn new(vocabularies: &[Triple]) -> anyhow::Result<Self> {
        let mut known = vocabularies.to_vec();
        known.append(&mut moisson_shapes::background()?);
        let (always, sometimes): (Vec<_>, Vec<_>) =
            PROFILES.iter().partition(|profile| profile.pipeline == Pipeline::Always);
        Ok(Self {
            always: Compiled::new(always, &known)?,
            sometimes: sometimes
                .into_iter()
                .map(|profile| Compiled::new(vec![profile], &known))
                .collect::<anyhow::Result<_>>()?,
        })
    }

    /// Checks one record's triples together with the shared ones it refers to: against the profiles for each
    /// record, those that its statements declare, and those that are `asked` for by name. `record` is our
    /// catalogue record of it, `report` the graph that the report's triples are for.
    ///
    /// # Errors
    /// When the graph is too large to be checked.
    pub fn check<'a>(
        &self,
        triples: impl IntoIterator<Item = &'a Triple>,
        asked: &[String],
        record: &NamedNode,
        report: NamedNode,
    ) -> anyhow::Result<StoredReport> {
        let statements: Vec<&Triple> = triples.into_iter().collect();
        let said = || statements.iter().copied();
        let mut found = self.always.shapes.validate_with(said(), &self.always.background)?;
        let mut conforms = conforming(&self.always);
        for compiled in &self.sometimes {
            let is_asked = |profile: &Profile| asked.iter().any(|name| name == profile.name);
            if compiled.profiles.iter().any(|profile| is_asked(profile) || profile.is_for(said())) {
                let mut more = compiled.shapes.validate_with(said(), &compiled.background)?;
                found.results.append(&mut more.results);
                found.left_out += more.left_out;
                conforms.append(&mut conforming(compiled));
            }
        }
        // What our own catalogue record could say besides is no advice for the source.
        let ours = Term::NamedNode(record.clone());
        found.results.retain(|result| result.is_violation() || result.focus_node != ours);
        found.results.retain(|result| !asks_of_another_record(result, &statements));
        found.conforms = found.results.is_empty() && found.left_out == 0;
        let rows: Vec<ReportRow> = found.results.iter().map(row).collect();
        for row in &rows {
            if let Some(conforms) = conforms.get_mut(&row.profile) {
                *conforms = *conforms && row.severity == Severity::Info;
            }
        }
        // The messages stand once at the shapes and not again in each of a million results.
        found.results.iter_mut().for_each(without_messages);
        let triples = found.to_triples(Some(&report));
        Ok(StoredReport { graph: report, conforms, rows, triples })
    }
}

fn without_messages(result: &mut ValidationResult) {
    result.result_message = Arc::default();
    result.detail.iter_mut().for_each(without_messages);
}

/// Whether a result only says that the class of something is unknown which stands in a record of its own, where it
/// is checked.
fn asks_of_another_record(result: &ValidationResult, statements: &[&Triple]) -> bool {
    let property = result.result_path.as_deref().and_then(Path::as_predicate);
    let Some(Term::NamedNode(value)) = &result.value else { return false };
    result.source_constraint_component.as_str() == CLASS_CONSTRAINT
        && property.is_some_and(|property| BETWEEN_RECORDS.contains(&property.as_str()))
        && !statements.iter().any(|triple| triple.subject == NamedOrBlankNode::from(value.clone()))
}

fn conforming(compiled: &Compiled) -> BTreeMap<String, bool> {
    compiled.profiles.iter().map(|profile| (profile.name.to_owned(), true)).collect()
}

/// The triples of all bundled shapes: what results point at, with the messages.
///
/// # Errors
/// When a bundled file cannot be read, which a test rules out.
pub(super) fn shape_triples() -> anyhow::Result<Vec<Triple>> {
    let mut triples = Vec::new();
    for profile in PROFILES {
        triples.append(&mut profile.triples()?);
    }
    Ok(triples)
}

fn row(result: &ValidationResult) -> ReportRow {
    let shape = match &result.source_shape {
        NamedOrBlankNode::NamedNode(node) => node.as_str().to_owned(),
        NamedOrBlankNode::BlankNode(node) => node.to_string(),
    };
    let profile = moisson_shapes::of_shape(&shape).map_or("", |profile| profile.name);
    ReportRow {
        profile: profile.to_owned(),
        severity: match result.result_severity.as_str().rsplit('#').next() {
            Some("Info") => Severity::Info,
            Some("Warning") => Severity::Warning,
            _ => Severity::Violation,
        },
        focus_node: plain(&result.focus_node),
        path: result.result_path.as_deref().map(path).unwrap_or_default(),
        component: result.source_constraint_component.as_str().to_owned(),
        value: result.value.as_ref().map(plain),
        messages: result
            .result_message
            .iter()
            .map(|m| Text { value: m.value().to_owned(), lang: m.language().map(str::to_owned) })
            .collect(),
        shape,
    }
}

/// A property as its IRI, so that pages can name it; anything else as a property path.
fn path(path: &Path) -> String {
    path.as_predicate().map_or_else(|| path.to_string(), |property| property.as_str().to_owned())
}

fn plain(term: &Term) -> String {
    match term {
        Term::NamedNode(node) => node.as_str().to_owned(),
        Term::Literal(literal) => literal.value().to_owned(),
        Term::BlankNode(node) => node.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use oxrdfio::{RdfFormat, RdfParser};

    use super::*;

    const DATASET: &str = r#"
        @prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
        <http://x/d> a dcat:Dataset ; dct:title "arbres.csv"@fr ; dcat:distribution <http://x/f> .
        <http://x/f> a dcat:Distribution ; dcat:accessURL <http://localhost/arbres.csv> .
    "#;

    fn check(turtle: &str) -> StoredReport {
        let triples: Vec<Triple> = RdfParser::from_format(RdfFormat::Turtle)
            .for_slice(turtle)
            .map(|quad| quad.unwrap().into())
            .collect();
        Checker::new(&[])
            .unwrap()
            .check(
                &triples,
                &[],
                &NamedNode::new_unchecked("http://x/r"),
                NamedNode::new_unchecked("http://x/report"),
            )
            .unwrap()
    }

    #[test]
    fn a_report_says_profile_by_profile_what_is_wrong_in_four_languages() {
        let report = check(DATASET);
        assert_eq!(report.conforms.get("dcat-ap-3"), Some(&false));
        assert_eq!(
            report.conforms.get("portal"),
            Some(&false),
            "a warning of a profile is a reason not to conform to it"
        );
        let shapes: Vec<&str> = report.rows.iter().map(|row| row.shape.as_str()).collect();
        let of_description =
            report.rows.iter().find(|row| row.shape.ends_with("Dataset-description-minCount"));
        let of_description = of_description.map(|row| (row.path.as_str(), row.component.as_str()));
        let component = "http://www.w3.org/ns/shacl#MinCountConstraintComponent";
        assert_eq!(of_description, Some(("http://purl.org/dc/terms/description", component)));
        for shape in [
            "urn:moisson:shapes:dcat-ap-3:Dataset-description-minCount",
            "urn:moisson:shapes:portal:Dataset-title-file",
            "urn:moisson:shapes:portal:Distribution-local",
            "urn:moisson:shapes:dcat-ap-3-recommended:Distribution-license-minCount",
        ] {
            assert!(shapes.contains(&shape), "{shape} is not in {shapes:#?}");
        }
        for row in &report.rows {
            let mut languages: Vec<_> = row.messages.iter().filter_map(|m| m.lang.as_deref()).collect();
            languages.sort_unstable();
            assert_eq!(languages, ["de", "en", "fr", "nl"], "{}", row.shape);
        }
    }

    #[test]
    fn what_stands_in_another_record_is_checked_there() {
        let report = check(
            r#"@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
               <http://x/s> a dcat:DataService ; dcat:servesDataset <http://x/elsewhere> , <http://x/here> .
               <http://x/d> a dcat:Dataset ; dcat:inSeries <http://x/series> .
               <http://x/here> dct:title "not said to be a dataset" ."#,
        );
        let classes: Vec<_> = report.rows.iter().filter(|row| row.shape.ends_with("-class")).collect();
        let values: Vec<_> = classes.iter().filter_map(|row| row.value.as_deref()).collect();
        assert_eq!(values, ["http://x/here"]);
    }

    /// A source that repeats its licence as a statement on rights does nothing wrong.
    #[test]
    fn a_licence_is_a_statement_on_rights_and_an_organisation_an_agent() {
        let report = check(
            r"@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
               @prefix foaf: <http://xmlns.com/foaf/0.1/> .
               <http://x/d> a dcat:Dataset ; dct:publisher <http://x/p> ; dcat:distribution <http://x/f> .
               <http://x/f> a dcat:Distribution ; dct:rights <http://x/licence> , <http://x/text> .
               <http://x/p> a foaf:Organization . <http://x/licence> a dct:LicenseDocument .",
        );
        let classes: Vec<_> = report.rows.iter().filter(|row| row.shape.ends_with("-class")).collect();
        let values: Vec<_> = classes.iter().filter_map(|row| row.value.as_deref()).collect();
        assert_eq!(values, ["http://x/text"], "only what is said to be nothing at all is wrong");
    }

    #[test]
    fn results_are_in_the_standards_own_terms_without_blank_nodes() {
        let report = check(DATASET);
        assert!(!report.triples.is_empty());
        assert!(report.triples.iter().all(|t| !t.to_string().contains("_:")));
    }
}
