//! `[[source]]`: one catalogue to harvest.

use jiff::tz::TimeZone;
use moisson_dcat::party::PersonalData;
use moisson_dcat::vocabulary::place::{self, Found, Place};
use moisson_harvest::{
    ConfigError, Harvester, Source, SourceName,
    client::{Allowed, Politeness, Tls},
};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    Localised,
    error::{Fault, nearest, suggesting},
};
use crate::schedule::{Expression, Window};

/// Most places that a message about one lists.
const PLACES_LISTED: usize = 5;

/// One `[[source]]` table.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SourceConfig {
    /// Part of every IRI minted for its records; never change it.
    pub name: SourceName,
    /// Which harvester.
    pub kind: String,
    /// Where the catalogue is.
    pub url: Url,
    /// What people call it. Default: its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Localised>,
    /// The language of texts that do not say theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The place that the portal is of: a name, or an INSEE, NIS or SIREN code. Records that speak of no place have
    /// it, and of places of one name those in it are meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub territory: Option<String>,
    /// When: a crontab line of five fields, or six with seconds first. Without one the source runs by hand only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// The time zone of the schedule. Default: that of `[schedule]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The hours in which the schedule may harvest it, in its time zone: `22:00-06:00`. A run that is not done by then
    /// goes on the next time. What is asked for by hand runs at any time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// `false` keeps its datasets but harvests it no more.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Private addresses that this source may be on: `host`, `host:port`, an address or a network.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<String>,
    /// How often its host may be asked. Default: two requests at a time, a quarter of a second apart; pages
    /// also heed `robots.txt`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub politeness: Option<Politeness>,
    /// `accept_invalid` takes any certificate: anybody on the way can then change what is harvested.
    #[serde(default)]
    pub tls: Tls,
    /// Credentials, by the names of environment variables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<CredentialsFrom>,
    /// How many removals in one run need a person's word.
    #[serde(default)]
    pub deletion: DeletionConfig,
    /// A whole walk at least every so many days, beside those that ask for changes only.
    #[serde(default = "a_week")]
    pub whole_every_days: u16,
    /// What is done with personal data where a service's should stand: `keep`, `flag` or `mask`. Default: that of
    /// `[portal]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub personal_data: Option<PersonalData>,
    /// Without a success for so many days it is told to be stale; 0 for never. Default: that of `[schedule]`, for sources
    /// that have a schedule.
    #[serde(default)]
    pub stale_after_days: Option<u16>,
    /// Profiles that its records are checked against besides those for all records, such as `belgium`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<String>,
    /// Whose portal it is, for the choice of the authoritative one among copies of a dataset: `producer` (the
    /// producer's own), `regional` or `national` (it collects others).
    #[serde(default, skip_serializing_if = "moisson_dcat::same::Standing::is_unsaid")]
    pub authority: moisson_dcat::same::Standing,
    /// The options of the kind.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub options: serde_json::Map<String, serde_json::Value>,
}

/// `[source.credentials]`: never a secret itself, always the name of the variable that holds it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CredentialsFrom {
    /// `Authorization: Bearer …`.
    BearerEnv(String),
    /// `Authorization: Apikey …` (Opendatasoft).
    ApikeyEnv(String),
    /// `Authorization: …` as it is (CKAN).
    AuthorizationEnv(String),
    /// `Authorization: Basic …` of `user:password`.
    BasicEnv(String),
}

/// `[source.deletion]`.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeletionConfig {
    /// In per cent of the records known before the run.
    pub percent: u8,
    /// So many may go whatever the percentage.
    pub floor: u32,
}

impl CredentialsFrom {
    /// The name of the variable.
    pub fn variable(&self) -> &str {
        match self {
            Self::BearerEnv(name)
            | Self::ApikeyEnv(name)
            | Self::AuthorizationEnv(name)
            | Self::BasicEnv(name) => name,
        }
    }
}

impl Default for DeletionConfig {
    fn default() -> Self {
        Self { percent: 20, floor: 3 }
    }
}

impl SourceConfig {
    /// The source as its harvester sees it.
    pub fn source(&self) -> Source {
        Source {
            name: self.name.clone(),
            kind: self.kind.clone(),
            url: self.url.clone(),
            language: self.language.clone(),
            options: self.options.clone(),
        }
    }

    /// What the source is let off that others must keep, in a sentence that reports and checks repeat.
    pub fn exception(&self) -> Option<&'static str> {
        (self.tls == Tls::AcceptInvalid).then_some(
            "its certificate is not verified (`tls = \"accept_invalid\"`): anybody on the way can change what is harvested",
        )
    }

    /// The place that it is of.
    ///
    /// # Errors
    /// When there is no such place, or several; the error lists some.
    pub fn place(&self) -> Result<Option<Place>, ConfigError> {
        let Some(text) = &self.territory else { return Ok(None) };
        let list = |places: &[Place]| {
            let said = |place: &Place| format!("`{}`: {}", place.code(), place.described("fr"));
            places.iter().take(PLACES_LISTED).map(said).collect::<Vec<_>>().join(", ")
        };
        let reason = match place::find(text, &place::Context::default()) {
            Found::One(place) => return Ok(Some(place)),
            Found::Several(places) => {
                format!("`{text}` is the name of several places; give the code of one: {}", list(&places))
            }
            Found::Unknown => match place::nearest(text, PLACES_LISTED).as_slice() {
                [] => format!("`{text}` is no place that is known; give an INSEE, NIS or SIREN code"),
                near => format!("`{text}` is no place that is known; the nearest are {}", list(near)),
            },
        };
        Err(ConfigError { key: Some("territory".to_owned()), reason })
    }

    /// Its harvester.
    ///
    /// # Errors
    /// When no harvester has that name; the error lists those that there are.
    pub fn harvester(&self) -> Result<&'static dyn Harvester, ConfigError> {
        moisson_harvesters::find(&self.kind).map_err(|error| ConfigError {
            key: Some("kind".to_owned()),
            reason: match nearest(&self.kind, moisson_harvesters::ALL.iter().map(|h| h.name())) {
                Some(known) => format!("{error}; did you mean `{known}`?"),
                None => error.to_string(),
            },
        })
    }

    /// Its schedule, in its time zone.
    ///
    /// # Errors
    /// When the expression or the time zone is not one.
    pub fn expression(&self, default_time_zone: &str) -> Result<Option<Expression>, ConfigError> {
        let time_zone = self.zone(default_time_zone)?;
        let Some(text) = &self.schedule else { return Ok(None) };
        Expression::parse(text, time_zone)
            .map(Some)
            .map_err(|error| ConfigError { key: Some("schedule".to_owned()), reason: error.to_string() })
    }

    /// Its time zone.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn zone(&self, default_time_zone: &str) -> Result<TimeZone, ConfigError> {
        let zone = self.time_zone.as_deref().unwrap_or(default_time_zone);
        TimeZone::get(zone).map_err(|error| ConfigError {
            key: Some("time_zone".to_owned()),
            reason: format!("{error}; write a name such as `Europe/Paris` or `Europe/Brussels`"),
        })
    }

    pub(super) fn faults(&self, position: usize, faults: &mut Vec<Fault>) {
        let mut add = |keys: &[&str], message: String| faults.push(Fault::in_source(position, keys, message));
        match self.harvester() {
            Err(error) => add(&["kind"], error.reason),
            Ok(harvester) => {
                if let Err(error) = harvester.plan(&self.source(), None) {
                    let reason = suggesting(error.reason.clone());
                    match self.option_of(&error) {
                        Some(key) => add(&["options", &key], reason),
                        None => add(&["options"], reason),
                    }
                }
            }
        }
        if !matches!(self.url.scheme(), "http" | "https" | "file") {
            add(&["url"], format!("`{}` begins with neither `https://` nor `http://`", self.url));
        }
        if !self.url.username().is_empty() || self.url.password().is_some() {
            let message = "holds a user name or password; use `credentials` instead";
            add(&["url"], message.to_owned());
        }
        if let Err(error) = self.place() {
            add(&["territory"], error.reason);
        }
        if let Err(error) = self.expression("UTC") {
            add(&[error.key.as_deref().unwrap_or("schedule")], error.reason);
        }
        if self.deletion.percent > 100 {
            add(
                &["deletion", "percent"],
                format!("{} is not a percentage; use 0 to 100", self.deletion.percent),
            );
        }
        for profile in &self.profiles {
            if let Err(error) = moisson_shapes::find(profile) {
                add(&["profiles"], error.to_string());
            }
        }
        for entry in &self.allow {
            if let Err(error) = entry.parse::<Allowed>() {
                add(&["allow"], error.to_string());
            }
        }
    }

    /// The option that an error is about: named by the harvester, or by serde in its message.
    fn option_of(&self, error: &ConfigError) -> Option<String> {
        let said = error.reason.split('`').nth(1).map(str::to_owned);
        error.key.clone().or(said).filter(|key| self.options.contains_key(key))
    }
}

fn yes() -> bool {
    true
}

fn a_week() -> u16 {
    7
}
