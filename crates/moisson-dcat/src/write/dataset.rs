//! Datasets and series.

use oxrdf::vocab::xsd;
use oxrdf::{Literal, NamedNode};

use super::extra;
use super::naming::inside;
use super::pen::{ACCESS, CONCEPT, FREQUENCY, Graph, LANGUAGE, LICENCE, Pen, THEME};
use crate::ns::{adms, dcat, dcatap, dct, eli, foaf, prov};
use crate::{Dataset, DatasetSeries, Relationship};

impl Pen<'_> {
    pub(super) fn dataset(&mut self, s: &NamedNode, dataset: &Dataset) {
        self.a(Graph::Record, s, dcat::DATASET_CLASS);
        self.what(s, dataset);
        self.who_and_where(s, dataset);
        self.links(s, dataset);
        for (property, distributions) in
            [(dcat::DISTRIBUTION, &dataset.distribution), (adms::SAMPLE, &dataset.sample)]
        {
            for distribution in distributions {
                let node = self.naming.distribution(&distribution.id);
                self.own(s, property, node.clone());
                self.distribution(&node, distribution);
            }
        }
        self.extras(s, &dataset.extra, &extra::of_dataset(dataset));
    }

    /// What it is about and how it may be used.
    fn what(&mut self, s: &NamedNode, d: &Dataset) {
        self.texts(Graph::Record, s, dct::TITLE, &d.title);
        self.texts(Graph::Record, s, dct::DESCRIPTION, &d.description);
        self.texts(Graph::Record, s, dcat::KEYWORD, &d.keyword);
        self.concepts(s, dcat::THEME, &d.theme, THEME);
        self.concepts(s, dct::TYPE, &d.r#type, CONCEPT);
        self.concepts(s, dct::LANGUAGE, &d.language, LANGUAGE);
        self.concepts(s, dct::LICENSE, &d.license, LICENCE);
        self.concepts(s, dct::ACCESS_RIGHTS, &d.access_rights, ACCESS);
        self.references(s, dct::RIGHTS, &d.rights, Some(dct::RIGHTS_STATEMENT));
        self.concepts(s, dct::ACCRUAL_PERIODICITY, &d.accrual_periodicity, FREQUENCY);
        self.concepts(s, dcatap::HVD_CATEGORY, &d.hvd_category, CONCEPT);
        self.references(
            s,
            dcatap::APPLICABLE_LEGISLATION,
            &d.applicable_legislation,
            Some(eli::LEGAL_RESOURCE),
        );
        self.plain(s, dct::IDENTIFIER, &d.identifier);
        self.identifiers(s, &d.other_identifier);
        if let Some(version) = &d.version {
            self.own(s, dcat::VERSION, Literal::from(version.as_str()));
        }
        self.texts(Graph::Record, s, adms::VERSION_NOTES, &d.version_notes);
    }

    fn who_and_where(&mut self, s: &NamedNode, d: &Dataset) {
        self.agents(s, dct::PUBLISHER, &d.publisher);
        self.agents(s, dct::CREATOR, &d.creator);
        self.attributions(s, &d.qualified_attribution);
        self.contacts(s, &d.contact_point);
        self.places(s, &d.spatial);
        self.periods(s, &d.temporal);
        for metres in &d.spatial_resolution_in_meters {
            self.typed(s, dcat::SPATIAL_RESOLUTION_IN_METERS, metres, xsd::DECIMAL);
        }
        if let Some(duration) = &d.temporal_resolution {
            self.typed(s, dcat::TEMPORAL_RESOLUTION, duration, xsd::DURATION);
        }
        self.moment(s, dct::CREATED, d.created.as_ref());
        self.moment(s, dct::ISSUED, d.issued.as_ref());
        self.moment(s, dct::MODIFIED, d.modified.as_ref());
    }

    fn links(&mut self, s: &NamedNode, d: &Dataset) {
        self.references(s, dcat::LANDING_PAGE, &d.landing_page, Some(foaf::DOCUMENT));
        self.references(s, foaf::PAGE, &d.page, Some(foaf::DOCUMENT));
        self.references(s, dct::CONFORMS_TO, &d.conforms_to, Some(dct::STANDARD));
        self.references(s, dct::PROVENANCE, &d.provenance, Some(dct::PROVENANCE_STATEMENT));
        self.references(s, prov::WAS_GENERATED_BY, &d.was_generated_by, Some(prov::ACTIVITY));
        self.references(s, dct::RELATION, &d.relation, None);
        self.references(s, prov::ALTERNATE_OF, &d.upstream.copy_of, None);
        self.iris(s, dcat::HAS_VERSION, &d.has_version);
        self.iris(s, dcat::IS_VERSION_OF, &d.is_version_of);
        self.iris(s, dcat::IN_SERIES, &d.in_series);
        self.iris(s, dct::IS_REFERENCED_BY, &d.is_referenced_by);
        self.iris(s, dct::SOURCE, &d.source);
        for relationship in &d.qualified_relation {
            let Relationship { relation, had_role } = relationship;
            let node = inside(s, "relationship", relationship);
            self.own(s, dcat::QUALIFIED_RELATION, node.clone());
            self.a(Graph::Record, &node, dcat::RELATIONSHIP);
            self.own(&node, dct::RELATION, relation.to_named_node());
            self.role(&node, had_role.as_ref());
        }
    }

    pub(super) fn series(&mut self, s: &NamedNode, series: &DatasetSeries) {
        self.a(Graph::Record, s, dcat::DATASET_SERIES);
        self.texts(Graph::Record, s, dct::TITLE, &series.title);
        self.texts(Graph::Record, s, dct::DESCRIPTION, &series.description);
        self.texts(Graph::Record, s, dcat::KEYWORD, &series.keyword);
        self.concepts(s, dcat::THEME, &series.theme, THEME);
        self.concepts(s, dct::ACCRUAL_PERIODICITY, &series.accrual_periodicity, FREQUENCY);
        self.contacts(s, &series.contact_point);
        self.agents(s, dct::PUBLISHER, &series.publisher);
        self.places(s, &series.spatial);
        self.periods(s, &series.temporal);
        self.moment(s, dct::ISSUED, series.issued.as_ref());
        self.moment(s, dct::MODIFIED, series.modified.as_ref());
        self.plain(s, dct::IDENTIFIER, &series.identifier);
        self.references(s, dcat::LANDING_PAGE, &series.landing_page, Some(foaf::DOCUMENT));
        let law = Some(eli::LEGAL_RESOURCE);
        self.references(s, dcatap::APPLICABLE_LEGISLATION, &series.applicable_legislation, law);
        self.references(s, prov::ALTERNATE_OF, &series.upstream.copy_of, None);
        let filled = [
            (dct::ACCRUAL_PERIODICITY, series.accrual_periodicity.is_some()),
            (dct::ISSUED, series.issued.is_some()),
            (dct::MODIFIED, series.modified.is_some()),
            (dct::PUBLISHER, series.publisher.is_some()),
        ];
        self.extras(s, &series.extra, &filled);
    }
}
