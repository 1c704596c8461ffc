//! The normalising builder: raw text in, DCAT-AP values and remarks out.
//!
//! Every harvester maps through a [`Draft`], so that a date, a licence or a link is read in the same way
//! whichever protocol it came by. Nothing that a draft is given is lost: what no field can hold stands in
//! `extra`, and a [`Remark`] tells why.
//!
//! ```
//! use moisson_dcat::draft::{Defaults, Draft, said};
//!
//! let defaults = Defaults { language: Some("fr".to_owned()), ..Defaults::default() };
//! let mut draft = Draft::dataset(&defaults);
//! draft.title(said("title", "Arbres &amp; haies")).issued(said("date", "05/03/2020"));
//! let mut file = draft.distribution(Some("a1"));
//! file.download_url(said("resources/0/url", "https://ville.example/arbres.csv")).byte_size(said("size", "1,2 Mo"));
//! let mapped = draft.finish();
//! let moisson_dcat::Resource::Dataset(dataset) = mapped.resource else { panic!("a dataset") };
//! assert_eq!(dataset.title[0].value, "Arbres & haies");
//! assert_eq!(dataset.issued.unwrap().lexical(), "2020-03-05");
//! assert_eq!(dataset.distribution[0].byte_size, Some(1_200_000));
//! ```

mod concepts;
mod coverage;
mod distribution;
mod finish;
mod formats;
mod notes;
mod origin;
mod parties;
mod places;
mod relations;
mod said;
mod serve;
mod service;
mod trace;
mod words;

use url::Url;

use crate::{DataService, Dataset, Extra, ExtraValue, Iri, Mapped, Remark, RemarkCode};

pub use distribution::DistributionDraft;
pub use notes::{LINE_MAX, PROSE_MAX};
pub use places::inherit_territory;
pub use said::{AgentSaid, ContactSaid, LocationSaid, NamedSaid, Said, said};
pub use service::ServiceDraft;
pub use trace::{Outcome, Rule, STEP_TEXT_MAX, STEPS_MAX, Step, Trace, traced};
pub(crate) use trace::{is_kept as is_traced, tell_after};

use notes::Notes;

/// What holds where a record itself says nothing.
#[derive(Debug, Clone, Default)]
pub struct Defaults {
    /// The language of texts without one of their own, a BCP 47 tag. Also decides which way round `03/04/2020` is.
    pub language: Option<String>,
    /// What relative links are relative to.
    pub base: Option<Url>,
}

/// The class of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Dataset,
    Series,
    Service,
}

/// One record on its way to being a [`crate::Resource`].
///
/// Every method takes what the source said as it said it; empty text is passed over. Values that the class has no
/// property for (such as distributions' facts on a series) are kept in `extra`.
#[derive(Debug)]
pub struct Draft {
    class: Class,
    notes: Notes,
    /// All that a dataset or series has, and what a service shares with them.
    dataset: Dataset,
    /// What only a service has.
    service: DataService,
}

impl Draft {
    /// Begins a `dcat:Dataset`.
    pub fn dataset(defaults: &Defaults) -> Self {
        Self::new(Class::Dataset, defaults)
    }

    /// Begins a `dcat:DatasetSeries`.
    pub fn series(defaults: &Defaults) -> Self {
        Self::new(Class::Series, defaults)
    }

    /// Begins a `dcat:DataService`.
    pub fn service(defaults: &Defaults) -> Self {
        Self::new(Class::Service, defaults)
    }

    fn new(class: Class, defaults: &Defaults) -> Self {
        Self {
            class,
            notes: Notes::new(defaults),
            dataset: Dataset::default(),
            service: DataService::default(),
        }
    }

    /// Another default language from here on, such as the one the record declares for itself.
    pub fn default_language(&mut self, tag: &str) -> &mut Self {
        if let Some(tag) = crate::value::language::tag(tag) {
            self.notes.defaults.language = Some(tag);
            self.notes.language_is_declared = true;
        }
        self
    }

    /// Keeps something that no property holds: `place` is the key.
    pub fn extra(&mut self, said: Said<'_>) -> &mut Self {
        self.notes.keep(said);
        self.settle()
    }

    /// Keeps a statement of an RDF source that no property holds.
    pub fn statement(&mut self, property: Iri, value: ExtraValue) -> &mut Self {
        self.notes.tell_statement(&property, &value);
        self.dataset.extra.push(Extra::Statement { property, value });
        self.settle()
    }

    /// Adds a remark of the harvester's own. `property` is the DCAT-AP property in snake case, or empty.
    pub fn remark(
        &mut self,
        code: RemarkCode,
        property: &'static str,
        said: Said<'_>,
        detail: &str,
    ) -> &mut Self {
        self.notes.remark(code, property, said, detail);
        self
    }

    /// A distribution of the dataset. `id` is the source's own id for it; without one it is derived from the URL.
    /// On a class without distributions it is kept in `extra` as JSON.
    pub fn distribution(&mut self, id: Option<&str>) -> DistributionDraft<'_> {
        DistributionDraft::begin(&mut self.notes, &mut self.dataset.distribution, id, "distribution")
    }

    /// A sample of the dataset (`adms:sample`), like [`Self::distribution`].
    pub fn sample(&mut self, id: Option<&str>) -> DistributionDraft<'_> {
        DistributionDraft::begin(&mut self.notes, &mut self.dataset.sample, id, "sample")
    }

    /// The finished resource and everything that was noticed.
    pub fn finish(self) -> Mapped {
        finish::finish(self)
    }

    /// The remarks so far.
    pub fn remarks(&self) -> &[Remark] {
        &self.notes.remarks
    }

    /// Moves what could not be held to `extra`.
    fn settle(&mut self) -> &mut Self {
        self.notes.place_steps(String::new);
        self.dataset.extra.append(&mut self.notes.left);
        self.notes.rights.drain(..).for_each(|statement| notes::add(&mut self.dataset.rights, statement));
        self
    }

    /// Whether the class at hand has a property; if not, the value is kept.
    fn has(&mut self, classes: &[Class], said: &[Said<'_>]) -> bool {
        let has = classes.contains(&self.class);
        if !has {
            for said in said {
                self.notes.keep(*said);
            }
            self.settle();
        }
        has
    }
}

#[cfg(test)]
mod any;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod tests;
