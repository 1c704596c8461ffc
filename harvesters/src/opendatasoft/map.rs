//! A dataset of the platform in DCAT-AP.

mod coverage;
mod files;
mod words;

use std::collections::HashSet;

use moisson_dcat::{
    Mapped,
    draft::{AgentSaid, ContactSaid, Defaults, Draft, NamedSaid, Said, said},
};
use moisson_harvest::{Record, Source, Unmappable};
use url::Url;

use super::{
    api,
    metas::{DEFAULT, Metas},
    options::Options,
};
use crate::{
    json::{Json, parse},
    license::license,
    spelling::Field,
    words::Words,
};

/// The platform's word for "for everybody who may see the portal".
const PUBLIC: (&str, &str) =
    ("domain", "http://publications.europa.eu/resource/authority/access-right/PUBLIC");

/// The platform's word for "for some users".
const RESTRICTED: (&str, &str) =
    ("restricted", "http://publications.europa.eu/resource/authority/access-right/RESTRICTED");

/// Maps one dataset.
pub(super) fn map(source: &Source, record: &Record) -> Result<Mapped, Unmappable> {
    let unmappable = |reason: String| Unmappable { reason };
    let text = std::str::from_utf8(&record.body)
        .map_err(|error| unmappable(format!("the dataset is not UTF-8: {error}; harvest it again")))?;
    let mut spare = String::new();
    let json = parse(text, &mut spare).map_err(|error| {
        unmappable(format!("the dataset is not JSON: {error}; the portal should send JSON"))
    })?;
    let Json::Object(object) = json else {
        return Err(unmappable("the dataset is not a JSON object; the portal should send one".to_owned()));
    };
    let options = Options::of(source).map_err(|error| unmappable(error.reason))?;
    let mut metas = Metas::new(object);
    let id = metas.id().unwrap_or_else(|| record.id.0.clone());
    let base = api::base(source);
    let defaults = Defaults { language: source.language.clone(), base: None };
    let mut mapper = Mapper {
        page: api::below(&base, &["explore", "dataset", &id, ""]).into(),
        draft: Draft::dataset(&defaults),
        is_hidden: metas.peek_own("data_visible").and_then(Json::as_bool) == Some(false),
        base,
        id,
    };
    mapper.languages(&mut metas);
    mapper.origin(&mut metas);
    mapper.words(&mut metas);
    mapper.parties(&mut metas);
    mapper.coverage(&mut metas);
    mapper.terms(&mut metas);
    mapper.files(&mut metas, &options);
    for word in metas.rest() {
        mapper.draft.extra(word.said());
    }
    Ok(mapper.draft.finish())
}

/// A dataset on its way.
struct Mapper {
    /// The portal's address.
    base: Url,
    /// The dataset's id.
    id: String,
    /// The dataset's page, which is its IRI too.
    page: String,
    /// Whether the metadata are for everybody, but the data are not.
    is_hidden: bool,
    draft: Draft,
}

impl Mapper {
    /// The language that the texts are in.
    fn languages(&mut self, metas: &mut Metas<'_>) {
        let first = |value: Option<&Json<'_>>| match value? {
            Json::List(items) => items.first()?.as_str().map(str::to_owned),
            one => one.as_str().map(str::to_owned),
        };
        let language = first(metas.peek("metadata_languages")).or_else(|| first(metas.peek("language")));
        if let Some(language) = language {
            self.draft.default_language(&language);
        }
        for language in metas.words(DEFAULT, "language") {
            self.draft.language(language.said());
        }
        // `eng` of Dublin Core repeats `en`; the draft knows both as one.
        for language in metas.elsewhere(Field::Language) {
            self.draft.language(language.said());
        }
    }

    /// Ids, addresses, dates of the record, and where the original is.
    fn origin(&mut self, metas: &mut Metas<'_>) {
        let page = said("dataset_id", &self.page);
        self.draft.upstream_iri(page).upstream_page(page).identifier(page);
        if let Some(uid) = metas.own("dataset_uid").and_then(Json::into_text) {
            self.draft.other_identifier(said("dataset_uid", &uid), self.base.host_str());
        }
        for date in metas.words(DEFAULT, "metadata_processed") {
            self.draft.upstream_modified(date.said());
        }
        let mut identifiers = metas.elsewhere(Field::Identifier);
        identifiers.extend(metas.elsewhere(Field::AlternateIdentifier));
        identifiers.extend(metas.words("inspire", "file_identifier"));
        let mut known = HashSet::from([self.id.clone(), self.page.clone()]);
        for identifier in
            identifiers.iter().filter(|identifier| known.insert(identifier.text.trim().to_owned()))
        {
            self.draft.other_identifier(identifier.said(), None);
        }
        self.original(metas);
    }

    /// The original of a copy that another portal shares.
    fn original(&mut self, metas: &mut Metas<'_>) {
        let federated =
            metas.take(DEFAULT, "federated").is_some_and(|(_, value)| value.as_bool() == Some(true));
        let dataset = metas.one(DEFAULT, "source_dataset");
        let [domain, address, title, catalog] =
            ["source_domain", "source_domain_address", "source_domain_title", "shared_catalog"]
                .map(|key| metas.one(DEFAULT, key));
        let said_all = [&dataset, &domain, &address, &title, &catalog];
        if !(federated || dataset.is_some() || catalog.is_some()) {
            for word in said_all.into_iter().flatten() {
                self.draft.extra(word.said());
            }
            return;
        }
        let host = address.as_ref().or(domain.as_ref()).map(|host| {
            let host = host.text.trim().trim_end_matches('/');
            let host = host.split_once("://").map_or(host, |(_, host)| host);
            // A domain without a dot is a name on the platform.
            if host.contains('.') { host.to_owned() } else { format!("{host}.opendatasoft.com") }
        });
        let id = dataset.as_ref().map_or(self.id.as_str(), |dataset| dataset.text.trim());
        let iri = host.filter(|host| self.base.host_str() != Some(host)).and_then(|host| {
            let site = Url::parse(&format!("https://{host}/")).ok()?;
            Some(String::from(api::below(&site, &["explore", "dataset", id, ""])))
        });
        let named = title.as_ref().or(domain.as_ref()).or(catalog.as_ref());
        self.draft.copy_of(NamedSaid {
            iri: iri.as_deref().map(|iri| said("metas.default.source_dataset", iri)),
            label: named.map(Words::said).into_iter().collect(),
        });
        // Without a host the original has no address.
        let nameless = if iri.is_none() { &dataset } else { &None };
        for word in [&domain, &catalog, nameless].into_iter().flatten().filter(|word| Some(*word) != named) {
            self.draft.extra(word.said());
        }
    }

    /// Publisher, creators, contacts.
    fn parties(&mut self, metas: &mut Metas<'_>) {
        let mut names = words::translations(metas.translated("publisher"));
        names.extend(metas.elsewhere(Field::PublisherName));
        names.extend(metas.elsewhere(Field::Publisher));
        let mut names = names.into_iter();
        let mut name: Vec<Words<'_>> = names.next().into_iter().collect();
        let mut others = Vec::new();
        for other in names {
            let again = name.iter().any(|known| known.text.trim() == other.text.trim());
            match (&other.lang, name.first().map(|first| first.lang.is_some())) {
                _ if again => {}
                (Some(_), _) => name.push(other),
                _ => others.push(other),
            }
        }
        let (iri, email) = (one(metas, Field::PublisherUri), one(metas, Field::PublisherEmail));
        let (homepage, kind) = (one(metas, Field::PublisherUrl), one(metas, Field::PublisherType));
        let identifier = metas.elsewhere(Field::PublisherIdentifier);
        self.draft.publisher(AgentSaid {
            iri: iri.as_ref().map(Words::said),
            name: name.iter().map(Words::said).collect(),
            email: email.as_ref().map(Words::said),
            homepage: homepage.as_ref().map(Words::said),
            r#type: kind.as_ref().map(Words::said),
            identifier: identifier.iter().map(Words::said).collect(),
        });
        for other in &others {
            self.draft.extra(other.said());
        }
        let mut creators = metas.elsewhere(Field::Creator);
        creators.extend(metas.elsewhere(Field::CreatorName));
        let mut known = HashSet::new();
        for creator in creators.iter().filter(|creator| known.insert(creator.text.trim())) {
            self.draft.creator(creator.said());
        }
        self.contacts(metas);
    }

    fn contacts(&mut self, metas: &mut Metas<'_>) {
        let mut name = metas.elsewhere(Field::ContactName);
        name.extend(metas.elsewhere(Field::Contact));
        let (email, phone) = (metas.elsewhere(Field::ContactEmail), metas.elsewhere(Field::ContactPhone));
        let (url, iri) = (metas.elsewhere(Field::ContactUrl), one(metas, Field::ContactUri));
        name.extend(metas.words("inspire", "contact_individual_name"));
        let mut organization = metas.words("inspire", "contact_organisation_name");
        organization.extend(metas.words("inspire", "contact_organization_name"));
        let address = metas.words("inspire", "contact_address");
        self.draft.contact_point(&ContactSaid {
            iri: iri.as_ref().map(Words::said),
            name: name.iter().map(Words::said).collect(),
            organization_name: organization.iter().map(Words::said).collect(),
            email: email.iter().map(Words::said).collect(),
            phone: phone.iter().map(Words::said).collect(),
            url: url.iter().map(Words::said).collect(),
            address: address.first().map(Words::said),
        });
    }

    /// Licence, rights, who may see it.
    fn terms(&mut self, metas: &mut Metas<'_>) {
        let mut licenses = metas.words(DEFAULT, "license_url");
        licenses.extend(metas.words(DEFAULT, "license"));
        let elsewhere: Vec<Words<'_>> = ["dcat_ap", "dcat", "dublin-core", "dublin_core"]
            .iter()
            .flat_map(|template| metas.words(template, "license"))
            .collect();
        if licenses.is_empty() {
            licenses = elsewhere;
        } else {
            for other in
                elsewhere.iter().filter(|other| licenses.iter().all(|known| known.text != other.text))
            {
                self.draft.extra(other.said());
            }
        }
        if let Some(license) = license(&licenses) {
            self.draft.license(license);
        }
        let mut statements = metas.words(DEFAULT, "attributions");
        statements.extend(metas.elsewhere(Field::Rights));
        let is_license = |statement: &&Words<'_>| {
            licenses.iter().any(|license| license.text.trim() == statement.text.trim())
        };
        for statement in statements.iter().filter(|statement| !is_license(statement)) {
            self.draft.rights(statement.said());
        }
        self.access(metas);
    }

    fn access(&mut self, metas: &mut Metas<'_>) {
        let stated = metas.elsewhere(Field::AccessRights);
        metas.own("data_visible");
        let own =
            metas.own("visibility").and_then(Json::into_text).map(|text| Words::new("visibility", text));
        let visibility = own.or_else(|| metas.one(DEFAULT, "visibility"));
        for rights in &stated {
            self.draft.access_rights(rights.said());
        }
        if !stated.is_empty() {
            return;
        }
        if self.is_hidden {
            self.draft.access_rights(said("data_visible", RESTRICTED.1));
        } else if let Some(visibility) = visibility {
            let known = [PUBLIC, RESTRICTED].into_iter().find(|(word, _)| *word == visibility.text.trim());
            let value = known.map_or(visibility.text.as_ref(), |(_, iri)| iri);
            self.draft.access_rights(said(&visibility.place, value));
        }
    }

    /// Says each text that the other templates have of a field.
    fn elsewhere(&mut self, metas: &mut Metas<'_>, field: Field, say: fn(&mut Draft, Said<'_>)) {
        for text in metas.elsewhere(field) {
            say(&mut self.draft, text.said());
        }
    }
}

/// The first text that the other templates have of a field.
fn one<'a>(metas: &mut Metas<'a>, field: Field) -> Option<Words<'a>> {
    metas.elsewhere(field).into_iter().next()
}

#[cfg(test)]
mod tests;
