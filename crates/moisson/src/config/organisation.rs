//! `[[organisation]]`: an organisation named by hand, where the rules join or split wrongly.

use std::sync::Arc;

use moisson_dcat::{
    Iri,
    party::{Organisation, OrganisationError, Organisations, PersonalData, Rules},
};
use moisson_harvest::SourceName;
use serde::Deserialize;

use super::{Config, Localised, SourceConfig, error::Fault};

/// One `[[organisation]]` table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationConfig {
    /// Its key, part of its IRI; never change it.
    pub id: String,
    /// What it is called. Default: what its sources call it.
    #[serde(default)]
    pub name: Option<Localised>,
    /// Other spellings.
    #[serde(default)]
    pub also: Vec<String>,
    /// SIREN, SIRET, Belgian enterprise numbers.
    #[serde(default)]
    pub identifier: Vec<String>,
    /// IRIs at sources and registers, keys of agents, that are it too.
    #[serde(default)]
    pub same_as: Vec<String>,
    /// Names, numbers and IRIs that are not it.
    #[serde(default)]
    pub distinct: Vec<String>,
    /// Its site.
    #[serde(default)]
    pub homepage: Option<Iri>,
    /// The code of an ADMS publisher type: `LocalAuthority`, `RegionalAuthority`, `NationalAuthority`, ….
    #[serde(default)]
    pub r#type: Option<String>,
    /// The IRI of the commune or area that it is of.
    #[serde(default)]
    pub place: Option<Iri>,
    /// Only agents of these sources are it. Default: of all.
    #[serde(default)]
    pub source: Vec<String>,
}

impl OrganisationConfig {
    fn organisation(&self) -> Organisation {
        let Self { id, name, also, identifier, same_as, distinct, homepage, r#type, place, source } =
            self.clone();
        let name = name.as_ref().map(Localised::texts).unwrap_or_default();
        Organisation { id, name, also, identifier, same_as, distinct, homepage, r#type, place, source }
    }
}

impl Config {
    /// The organisations of the configuration, ready to be looked up.
    ///
    /// # Errors
    /// When two entries claim the same, or one cannot be used; a checked configuration rules that out.
    pub fn organisations(&self) -> Result<Organisations, OrganisationError> {
        let all: Vec<Organisation> = self.organisation.iter().map(OrganisationConfig::organisation).collect();
        Organisations::new(&all)
    }

    /// What is done with personal data of a source.
    pub fn personal_data(&self, source: &SourceConfig) -> PersonalData {
        source.personal_data.unwrap_or(self.portal.personal_data)
    }

    /// By what the agents and contacts of a source are settled.
    ///
    /// # Errors
    /// Like [`Self::organisations`].
    pub fn party_rules(&self, source: &SourceConfig) -> Result<Rules, OrganisationError> {
        let host = source.url.host_str().unwrap_or_default();
        Ok(Rules {
            organisations: Arc::new(self.organisations()?),
            personal_data: self.personal_data(source),
            country: host.rsplit_once('.').map(|(_, label)| label.to_ascii_lowercase()),
        })
    }

    /// What is wrong with the organisations.
    pub(super) fn organisation_faults(&self, faults: &mut Vec<Fault>) {
        if let Err(OrganisationError { position, key, reason }) = self.organisations() {
            faults.push(Fault::in_table("organisation", position, &[key], reason));
        }
        for (position, organisation) in self.organisation.iter().enumerate() {
            for error in organisation.source.iter().filter_map(|name| SourceName::new(name).err()) {
                faults.push(Fault::in_table("organisation", position, &["source"], error.to_string()));
            }
        }
    }

    /// What is right in itself and may be meant otherwise, in sentences.
    pub fn notes(&self) -> Vec<String> {
        let declared = |name: &String| self.source.iter().any(|source| source.name.as_str() == name);
        let mut unknown: Vec<(&str, &String)> = Vec::new();
        for organisation in &self.organisation {
            let names = organisation.source.iter().filter(|name| !declared(name));
            unknown.extend(names.map(|name| (organisation.id.as_str(), name)));
        }
        let said = |(id, name)| {
            format!(
                "organisation `{id}` is for source `{name}`, which is not in this file: right if it was added with \
                 `moisson source add`"
            )
        };
        unknown.into_iter().map(said).collect()
    }
}
