//! The properties of datasets and series, and those that services share with them.

use super::{
    catalog_record,
    distribution::{self, distribution},
    facts::{Fact, Named, Path, ROOT, facts, is_label, leftover},
    keep,
    parts::{Agent, Contact, Period, Place, identifier, moment},
};
use crate::{
    draft::{Draft, NamedSaid, Said},
    rdf_in::{
        graph::Term,
        names::{self, dcat, schema, void},
    },
};

/// Classes that say no more than the class of the record does.
const CLASSES: &[&str] = &["Dataset", "DatasetSeries", "DataService", "Resource"];

/// Takes a fact about the resource; `false` if it is none of these.
pub(super) fn take(draft: &mut Draft, fact: &Fact<'_>) -> bool {
    words(draft, fact)
        || concepts(draft, fact)
        || moments(draft, fact)
        || parts(draft, fact)
        || links(draft, fact)
}

/// Texts.
fn words(draft: &mut Draft, fact: &Fact<'_>) -> bool {
    let method: fn(&mut Draft, Said<'_>) = match (fact.prefix, fact.local) {
        ("dct" | "dc", "title") | ("schema", "name") => |d, said| _ = d.title(said),
        ("dct" | "dc" | "schema", "description") | ("dct", "abstract") => |d, said| _ = d.description(said),
        ("dcat", "keyword") => |d, said| _ = d.keyword(said),
        ("schema", "keywords") => |d, said| _ = d.keywords(said),
        ("dcat" | "schema" | "pav", "version") | ("owl", "versionInfo") => |d, said| _ = d.version(said),
        ("adms", "versionNotes") => |d, said| _ = d.version_notes(said),
        ("dcat", "spatialResolutionInMeters") => |d, said| _ = d.spatial_resolution_in_meters(said),
        ("dcat", "temporalResolution") => |d, said| _ = d.temporal_resolution(said),
        ("dct" | "dc" | "dcat" | "schema", "identifier") => {
            let values = identifier(fact, ROOT);
            for value in &values {
                draft.identifier(value.said());
            }
            return !values.is_empty();
        }
        ("dct" | "dc", "subject") if matches!(fact.term(), Term::Literal { .. }) => {
            |d, said| _ = d.keyword(said)
        }
        _ => return false,
    };
    let values = fact.texts(ROOT);
    for value in &values {
        method(draft, value.said());
    }
    !values.is_empty()
}

/// Takes a keyword that may be several in one text.
pub(super) fn keywords(draft: &mut Draft, fact: &Fact<'_>) -> bool {
    let several = (fact.prefix, fact.local) == ("dcat", "keyword");
    let values = if several { fact.texts(ROOT) } else { Vec::new() };
    for value in &values {
        draft.keywords(value.said());
    }
    !values.is_empty()
}

/// Values of vocabularies.
fn concepts(draft: &mut Draft, fact: &Fact<'_>) -> bool {
    let method: fn(&mut Draft, NamedSaid<'_>) = match (fact.prefix, fact.local) {
        ("dcat", "theme") | ("dct" | "dc", "subject") => |d, said| _ = d.theme(said),
        ("dct" | "schema" | "cc", "license") if limits_access(fact) => |d, said| _ = d.access_rights(said),
        ("dct" | "schema", "license") if limits_use(fact) => |d, said| _ = d.rights(said),
        // As the JSON-LD context of Project Open Data has it.
        ("dct" | "schema", "license" | "#license") => |d, said| _ = d.license(said),
        ("dct", "rights") if distribution::is_license(fact) => |d, said| _ = d.license(said),
        ("dct", "accessRights") => |d, said| _ = d.access_rights(said),
        ("dct", "accrualPeriodicity") => |d, said| _ = d.accrual_periodicity(said),
        ("dct" | "dc", "language") | ("schema", "inLanguage") => |d, said| _ = d.language(said),
        ("dct", "type") => |d, said| _ = d.r#type(said),
        ("dcatap", "hvdCategory") => |d, said| _ = d.hvd_category(said),
        _ => return false,
    };
    named(draft, fact, method)
}

/// What INSPIRE says on limits to access is no licence, even where a licence is due.
fn limits_access(fact: &Fact<'_>) -> bool {
    fact.term().as_iri().is_some_and(|iri| iri.contains("/metadata-codelist/LimitationsOnPublicAccess/"))
}

fn limits_use(fact: &Fact<'_>) -> bool {
    fact.term()
        .as_iri()
        .is_some_and(|iri| iri.contains("/metadata-codelist/ConditionsApplyingToAccessAndUse/"))
}

/// Dates.
fn moments(draft: &mut Draft, fact: &Fact<'_>) -> bool {
    let method: fn(&mut Draft, Said<'_>) = match (fact.prefix, fact.local) {
        ("dct", "issued") | ("schema", "datePublished") => |d, said| _ = d.issued(said),
        ("dct", "modified" | "updated") | ("schema", "dateModified") => |d, said| _ = d.modified(said),
        ("dct", "created") | ("schema", "dateCreated") => |d, said| _ = d.created(said),
        _ => return false,
    };
    let Some(value) = moment(fact, ROOT) else { return false };
    method(draft, value.said());
    true
}

/// People, places, periods, distributions.
fn parts(draft: &mut Draft, fact: &Fact<'_>) -> bool {
    match (fact.prefix, fact.local) {
        ("dct" | "dc" | "schema", "publisher") | ("schema", "provider") => {
            let Some(agent) = Agent::of(fact, ROOT) else { return false };
            draft.publisher(agent.said());
            keep(draft, agent.left);
        }
        ("dct" | "dc" | "schema", "creator") | ("schema", "author") => {
            let Some(agent) = Agent::of(fact, ROOT) else { return false };
            draft.creator(agent.said());
            keep(draft, agent.left);
        }
        ("dcat" | "adms" | "schema", "contactPoint") => {
            let contact = Contact::of(fact, ROOT);
            draft.contact_point(&contact.said());
            keep(draft, contact.left);
        }
        ("dct", "spatial" | "coverage") | ("schema", "spatialCoverage" | "spatial") => {
            let place = Place::of(fact, ROOT);
            draft.spatial(&place.said());
            keep(draft, place.left);
        }
        ("dct", "temporal") | ("schema", "temporalCoverage" | "temporal") => {
            let period = Period::of(fact, ROOT);
            let (start, end) = (period.start.as_ref(), period.end.as_ref());
            if start.is_some() || end.is_some() {
                draft.temporal(start.map(|v| v.said()), end.map(|v| v.said()));
            } else {
                for value in &period.words {
                    draft.temporal_text(value.said());
                }
            }
            keep(draft, period.left);
        }
        ("dcat" | "schema", "distribution") => distribution(draft, fact, false),
        // Words on a sample are no distribution.
        ("adms", "sample") if fact.literal(ROOT).is_some_and(|v| !v.text().trim().starts_with("http")) => {
            return false;
        }
        ("adms", "sample") => distribution(draft, fact, true),
        ("adms", "identifier") => {
            let values = identifier(fact, ROOT);
            let agency = agency(fact);
            for value in &values {
                draft.other_identifier(value.said(), agency);
            }
            keep(draft, leftover(fact, ROOT, is_of_identifier));
            return !values.is_empty();
        }
        ("prov" | "dcat", "qualifiedAttribution") => return attribution(draft, fact),
        ("dcat", "qualifiedRelation") => return relation(draft, fact),
        ("foaf", "isPrimaryTopicOf") => {
            if !fact.is_described() {
                return false;
            }
            // Told by the statement in the other direction, if there is one.
            let told = fact.graph.objects(fact.object, names::foaf::PRIMARY_TOPIC).next().is_some();
            if !told {
                catalog_record(draft, fact);
            }
        }
        _ => return false,
    }
    true
}

fn is_of_identifier(fact: &Fact<'_>) -> bool {
    matches!(
        (fact.prefix, fact.local),
        ("skos", "notation") | ("adms", "schemaAgency") | ("dct", "identifier") | ("schema", "value")
    )
}

/// Who gave an identifier.
fn agency<'g>(fact: &Fact<'g>) -> Option<&'g str> {
    facts(fact.graph, fact.object).filter(|f| (f.prefix, f.local) == ("adms", "schemaAgency")).find_map(|f| {
        match f.term() {
            Term::Literal { value, .. } | Term::Iri(value) => Some(value),
            Term::Blank(_) => None,
        }
    })
}

fn attribution(draft: &mut Draft, fact: &Fact<'_>) -> bool {
    let steps = [fact.iri];
    let path = Path { steps: &steps, name: "prov:qualifiedAttribution" };
    let about: Vec<Fact<'_>> = facts(fact.graph, fact.object).collect();
    let agent = about.iter().find(|f| matches!((f.prefix, f.local), ("prov" | "dcat", "agent")));
    let Some(agent) = agent.and_then(|f| Agent::of(f, path)) else { return false };
    let role = about.iter().find(|f| f.local == "hadRole").and_then(|f| f.iri_value(path));
    draft.qualified_attribution(agent.said(), role.as_ref().map(|v| v.said()));
    keep(draft, agent.left);
    let roles = about.iter().filter(|f| f.local == "hadRole").count();
    let taken =
        |f: &Fact<'_>| matches!(f.local, "agent") || (f.local == "hadRole" && roles == 1) || is_label(f);
    keep(draft, leftover(fact, ROOT, taken));
    true
}

fn relation(draft: &mut Draft, fact: &Fact<'_>) -> bool {
    let steps = [fact.iri];
    let path = Path { steps: &steps, name: "dcat:qualifiedRelation" };
    let about: Vec<Fact<'_>> = facts(fact.graph, fact.object).collect();
    let related = about.iter().filter(|f| (f.prefix, f.local) == ("dct", "relation"));
    let related: Vec<_> = related.filter_map(|f| f.iri_value(path)).collect();
    if related.is_empty() {
        return false;
    }
    let roles: Vec<_> =
        about.iter().filter(|f| f.local == "hadRole").filter_map(|f| f.iri_value(path)).collect();
    for target in &related {
        draft.qualified_relation(target.said(), roles.first().map(|v| v.said()));
    }
    let taken = |f: &Fact<'_>| {
        matches!((f.prefix, f.local), ("dct", "relation"))
            || (f.local == "hadRole" && roles.len() == 1)
            || is_label(f)
    };
    keep(draft, leftover(fact, ROOT, taken));
    true
}

/// Links to documents and to other resources.
fn links(draft: &mut Draft, fact: &Fact<'_>) -> bool {
    let method: fn(&mut Draft, NamedSaid<'_>) = match (fact.prefix, fact.local) {
        ("rdf", "type") => return is_plain_class(fact),
        ("dcat", "landingPage") | ("schema", "url") | ("foaf", "homepage") => {
            |d, said| _ = d.landing_page(said)
        }
        ("foaf", "page") => |d, said| _ = d.page(said),
        ("dct", "conformsTo") => |d, said| _ = d.conforms_to(said),
        ("dct", "provenance") => |d, said| _ = d.provenance(said),
        ("dct", "rights") => |d, said| _ = d.rights(said),
        ("dcatap", "applicableLegislation") => |d, said| _ = d.applicable_legislation(said),
        ("dct", "relation") => |d, said| _ = d.relation(said),
        ("prov", "wasGeneratedBy") => |d, said| _ = d.was_generated_by(said),
        _ => return resources(draft, fact),
    };
    named(draft, fact, method)
}

/// Links by address only.
fn resources(draft: &mut Draft, fact: &Fact<'_>) -> bool {
    let method: fn(&mut Draft, Said<'_>) = match (fact.prefix, fact.local) {
        ("dct", "source") => |d, said| _ = d.source(said),
        ("dcat" | "dct", "hasVersion") => |d, said| _ = d.has_version(said),
        ("dcat" | "dct", "isVersionOf") => |d, said| _ = d.is_version_of(said),
        ("dct", "isReferencedBy") => |d, said| _ = d.is_referenced_by(said),
        ("dcat", "inSeries") => |d, said| _ = d.in_series(said),
        _ => return false,
    };
    let Some(value) = fact.value(ROOT).filter(|value| is_address(fact, value.text())) else { return false };
    method(draft, value.said());
    true
}

/// Whether an object is an IRI, or a text that is nothing but one.
fn is_address(fact: &Fact<'_>, text: &str) -> bool {
    let text = text.trim();
    let starts = text.starts_with("http://") || text.starts_with("https://");
    matches!(fact.term(), Term::Iri(_)) || (starts && !text.contains(char::is_whitespace))
}

fn is_plain_class(fact: &Fact<'_>) -> bool {
    let class = fact.term().as_iri().unwrap_or_default();
    let vocabularies = [dcat::NS, "http://dati.gov.it/onto/dcatapit#", schema::NS, void::NS];
    let local = vocabularies.iter().find_map(|namespace| class.strip_prefix(namespace));
    local.is_some_and(|local| CLASSES.contains(&local))
}

/// Gives a thing with a name or IRI to the draft, and keeps what else is told of it.
fn named(draft: &mut Draft, fact: &Fact<'_>, method: fn(&mut Draft, NamedSaid<'_>)) -> bool {
    let Some(named) = Named::of(fact, ROOT) else { return false };
    method(draft, named.said());
    keep(draft, leftover(fact, ROOT, is_label));
    true
}
