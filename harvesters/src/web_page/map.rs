//! From the body of a record to DCAT-AP.

mod coverage;
mod files;
mod links;
mod node;
mod parties;
mod scdl;
mod schema_org;

use moisson_dcat::{Concept, Mapped, Resource, draft::Defaults};
use moisson_harvest::{Record, Source, Unmappable};
use url::Url;

use super::record::Body;

/// Maps one record.
pub(super) fn map(source: &Source, record: &Record) -> Result<Mapped, Unmappable> {
    let body: Body = serde_json::from_slice(&record.body).map_err(|error| Unmappable {
        reason: format!("the record is not one of this harvester: {error}; harvest it again"),
    })?;
    let mut mapped = match body {
        Body::SchemaOrg { page, base, lang, node } => {
            let base = base.as_ref().unwrap_or(&page);
            schema_org::map(&defaults(source, lang.as_deref(), base), &page, node)
        }
        Body::Links(listed) => links::map(&defaults(source, listed.lang.as_deref(), &listed.page), &listed),
        Body::Scdl { file, rows } => scdl::map(&defaults(source, Some("fr"), &file), &file, rows),
    };
    inherit_license(&mut mapped);
    Ok(mapped)
}

/// The page's own language is nearer to its texts than the source's.
fn defaults(source: &Source, lang: Option<&str>, page: &str) -> Defaults {
    let lang = lang.map(str::to_owned).or_else(|| source.language.clone());
    // `fr-FR` says no more of a text than `fr`, but `zh-Hant` does.
    let language = lang.map(|lang| match lang.split_once('-') {
        Some((primary, region)) if region.len() == 2 => primary.to_owned(),
        _ => lang,
    });
    Defaults { language, base: Url::parse(page).ok() }
}

/// What is said of the whole holds for its files: DCAT-AP asks for the licence there.
fn inherit_license(mapped: &mut Mapped) {
    let Resource::Dataset(dataset) = &mut mapped.resource else { return };
    let [license] = dataset.license.as_slice() else { return };
    let license: Concept = license.clone();
    for distribution in &mut dataset.distribution {
        distribution.license.get_or_insert_with(|| license.clone());
    }
}
