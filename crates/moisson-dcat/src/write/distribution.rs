//! Distributions and data services.

use oxrdf::NamedNode;
use oxrdf::vocab::xsd;

use super::extra;
use super::naming::inside;
use super::pen::{ACCESS, CONCEPT, FORMAT, Graph, LANGUAGE, LICENCE, MEDIA_TYPE, Pen, THEME};
use crate::ns::{adms, dcat, dcatap, dct, eli, foaf, odrl, owl, spdx};
use crate::{DataService, Distribution};

impl Pen<'_> {
    pub(super) fn distribution(&mut self, s: &NamedNode, d: &Distribution) {
        self.a(Graph::Record, s, dcat::DISTRIBUTION_CLASS);
        if let Some(upstream) = &d.upstream {
            self.own(s, owl::SAME_AS, upstream.to_named_node());
        }
        self.iris(s, dcat::ACCESS_URL, &d.access_url);
        self.iris(s, dcat::DOWNLOAD_URL, &d.download_url);
        self.texts(Graph::Record, s, dct::TITLE, &d.title);
        self.texts(Graph::Record, s, dct::DESCRIPTION, &d.description);
        self.concepts(s, dcatap::AVAILABILITY, &d.availability, CONCEPT);
        self.concepts(s, dct::FORMAT, &d.format, FORMAT);
        self.concepts(s, dcat::MEDIA_TYPE, &d.media_type, MEDIA_TYPE);
        self.concepts(s, dcat::COMPRESS_FORMAT, &d.compress_format, MEDIA_TYPE);
        self.concepts(s, dcat::PACKAGE_FORMAT, &d.package_format, MEDIA_TYPE);
        self.concepts(s, dct::LICENSE, &d.license, LICENCE);
        self.concepts(s, dct::LANGUAGE, &d.language, LANGUAGE);
        self.concepts(s, adms::STATUS, &d.status, CONCEPT);
        self.references(s, dct::RIGHTS, &d.rights, Some(dct::RIGHTS_STATEMENT));
        self.references(s, foaf::PAGE, &d.page, Some(foaf::DOCUMENT));
        self.references(s, dct::CONFORMS_TO, &d.conforms_to, Some(dct::STANDARD));
        self.references(s, odrl::HAS_POLICY, &d.has_policy, Some(odrl::POLICY));
        let law = Some(eli::LEGAL_RESOURCE);
        self.references(s, dcatap::APPLICABLE_LEGISLATION, &d.applicable_legislation, law);
        self.moment(s, dct::ISSUED, d.issued.as_ref());
        self.moment(s, dct::MODIFIED, d.modified.as_ref());
        self.measures(s, d);
        for service in &d.access_service {
            let node = self.naming.service_inside(&service.id);
            self.own(s, dcat::ACCESS_SERVICE, node.clone());
            self.service_inside(&node, service);
        }
        self.extras(s, &d.extra, &extra::of_distribution(d));
    }

    /// Sizes, resolutions, checksum.
    fn measures(&mut self, s: &NamedNode, d: &Distribution) {
        if let Some(bytes) = d.byte_size {
            self.typed(s, dcat::BYTE_SIZE, &bytes.to_string(), xsd::NON_NEGATIVE_INTEGER);
        }
        if let Some(metres) = &d.spatial_resolution_in_meters {
            self.typed(s, dcat::SPATIAL_RESOLUTION_IN_METERS, metres, xsd::DECIMAL);
        }
        if let Some(duration) = &d.temporal_resolution {
            self.typed(s, dcat::TEMPORAL_RESOLUTION, duration, xsd::DURATION);
        }
        if let Some(checksum) = &d.checksum {
            let node = inside(s, "checksum", checksum);
            self.own(s, spdx::CHECKSUM, node.clone());
            self.a(Graph::Record, &node, spdx::CHECKSUM_CLASS);
            self.own(&node, spdx::ALGORITHM, checksum.algorithm.to_named_node());
            self.typed(&node, spdx::CHECKSUM_VALUE, &checksum.checksum_value, xsd::HEX_BINARY);
        }
    }

    /// A service inside a distribution: it serves the dataset at hand and stands in the catalogue too.
    fn service_inside(&mut self, s: &NamedNode, service: &DataService) {
        let (dataset, catalog) = (self.naming.dataset(), self.naming.catalog());
        self.own(s, dcat::SERVES_DATASET, dataset);
        self.own(&catalog, dcat::SERVICE, s.clone());
        if let Some(upstream) = &service.upstream {
            self.own(s, owl::SAME_AS, upstream.to_named_node());
        }
        self.service(s, service);
    }

    pub(super) fn service(&mut self, s: &NamedNode, d: &DataService) {
        self.a(Graph::Record, s, dcat::DATA_SERVICE);
        self.texts(Graph::Record, s, dct::TITLE, &d.title);
        self.texts(Graph::Record, s, dct::DESCRIPTION, &d.description);
        self.texts(Graph::Record, s, dcat::KEYWORD, &d.keyword);
        self.iris(s, dcat::ENDPOINT_URL, &d.endpoint_url);
        self.iris(s, dcat::ENDPOINT_DESCRIPTION, &d.endpoint_description);
        self.iris(s, dcat::SERVES_DATASET, &d.serves_dataset);
        self.concepts(s, dcat::THEME, &d.theme, THEME);
        self.concepts(s, dct::FORMAT, &d.format, FORMAT);
        self.concepts(s, dct::LICENSE, &d.license, LICENCE);
        self.concepts(s, dct::LANGUAGE, &d.language, LANGUAGE);
        self.concepts(s, dct::ACCESS_RIGHTS, &d.access_rights, ACCESS);
        self.concepts(s, dcatap::HVD_CATEGORY, &d.hvd_category, CONCEPT);
        self.references(s, dct::RIGHTS, &d.rights, Some(dct::RIGHTS_STATEMENT));
        self.references(s, foaf::PAGE, &d.page, Some(foaf::DOCUMENT));
        self.references(s, dcat::LANDING_PAGE, &d.landing_page, Some(foaf::DOCUMENT));
        self.references(s, dct::CONFORMS_TO, &d.conforms_to, Some(dct::STANDARD));
        let law = Some(eli::LEGAL_RESOURCE);
        self.references(s, dcatap::APPLICABLE_LEGISLATION, &d.applicable_legislation, law);
        self.agents(s, dct::PUBLISHER, &d.publisher);
        self.contacts(s, &d.contact_point);
        self.places(s, &d.spatial);
        self.plain(s, dct::IDENTIFIER, &d.identifier);
        self.moment(s, dct::ISSUED, d.issued.as_ref());
        self.moment(s, dct::MODIFIED, d.modified.as_ref());
        let filled = [
            (dct::ACCESS_RIGHTS, d.access_rights.is_some()),
            (dct::ISSUED, d.issued.is_some()),
            (dct::LICENSE, d.license.is_some()),
            (dct::MODIFIED, d.modified.is_some()),
            (dct::PUBLISHER, d.publisher.is_some()),
        ];
        self.extras(s, &d.extra, &filled);
    }
}
