//! Sites that describe their datasets with schema.org.

use moisson_dcat::RemarkCode;
use serde_json::json;

use super::{Site, extras, site, urls};

const SITEMAP: &str = "application/xml";

fn json_ld(body: &str) -> String {
    format!("<script type='application/ld+json'>{body}</script>")
}

fn namur() -> Site {
    site("https://data.namur.example/", json!({"mode": "schema-org"}))
}

#[test]
fn a_dataset_with_all_that_google_asks_for_is_mapped() {
    let harvest = namur()
        .page(
            "https://data.namur.example/",
            &(json_ld(
                r##"{"@context": "https://schema.org/", "@type": "Dataset", "@id": "#arbres",
                "name": "Arbres remarquables", "description": "<p>Les arbres&nbsp;<b>protégés</b>.</p>",
                "url": "https://data.namur.example/arbres", "identifier": ["NAM-12", {"@type": "PropertyValue", "propertyID": "ark", "value": "ark:/1/2"}],
                "sameAs": "https://example.org/geonames/1", "keywords": "arbres, patrimoine", "license": {"@type": "CreativeWork", "name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
                "isAccessibleForFree": true, "hasPart": [{"@type": "Dataset", "name": "Arbres du parc", "description": "Ceux du parc."}],
                "creator": {"@type": "Organization", "name": "Service espaces verts", "url": "https://namur.example/verts",
                  "contactPoint": {"@type": "ContactPoint", "contactType": "service", "telephone": "+32 81 24 63 00", "email": "verts@namur.example"}},
                "publisher": {"@id": "#ville"}, "funder": "Région wallonne",
                "includedInDataCatalog": {"@type": "DataCatalog", "name": "data.namur"},
                "distribution": {"@type": "DataDownload", "encodingFormat": "CSV", "contentUrl": "arbres du parc.csv", "contentSize": "12 KB", "name": "Arbres (CSV)"},
                "temporalCoverage": "2019-01-01/..", "spatialCoverage": {"@type": "Place", "name": "Namur", "geo": {"@type": "GeoShape", "box": "50.38 4.72 50.53 4.99"}},
                "variableMeasured": [{"@type": "PropertyValue", "name": "hauteur"}], "dateModified": "2024-03-05", "datePublished": "2020",
                "version": 2, "inLanguage": "fr", "measurementTechnique": "relevé"}"##,
            ) + &json_ld(r##"{"@context": "https://schema.org/", "@id": "#ville", "@type": "Organization", "name": "Ville de Namur"}"##)),
        )
        .harvest();
    harvest.assert_whole();
    assert_eq!(harvest.ids().len(), 2, "{:?}", harvest.ids());
    let dataset = harvest.titled("Arbres remarquables");
    assert_eq!(dataset.title[0].lang.as_deref(), Some("fr"));
    assert_eq!(dataset.description[0].value, "Les arbres protégés.");
    assert_eq!(dataset.upstream.iri.as_ref().unwrap().as_str(), "https://data.namur.example/#arbres");
    assert_eq!(dataset.identifier, ["NAM-12", "ark:/1/2"]);
    assert_eq!(
        dataset.keyword.iter().map(|word| word.value.as_str()).collect::<Vec<_>>(),
        ["arbres", "patrimoine"]
    );
    assert_eq!(dataset.publisher.as_ref().unwrap().name[0].value, "Ville de Namur");
    assert_eq!(dataset.creator[0].name[0].value, "Service espaces verts");
    assert_eq!(dataset.contact_point[0].has_email[0].as_str(), "mailto:verts@namur.example");
    assert_eq!(dataset.qualified_attribution[0].agent.name[0].value, "Région wallonne");
    assert_eq!(dataset.upstream.catalog.as_ref().unwrap().title[0].value, "data.namur");
    assert_eq!(urls(dataset), ["https://data.namur.example/arbres%20du%20parc.csv"]);
    assert_eq!(dataset.distribution[0].byte_size, Some(12_000));
    assert!(dataset.distribution[0].license.is_some());
    assert_eq!(dataset.temporal[0].start_date.as_ref().unwrap().lexical(), "2019-01-01");
    assert_eq!(dataset.temporal[0].end_date, None);
    assert_eq!(
        dataset.spatial[0].bbox.as_deref(),
        Some("POLYGON((4.72 50.38, 4.99 50.38, 4.99 50.53, 4.72 50.53, 4.72 50.38))")
    );
    assert_eq!(dataset.issued.as_ref().unwrap().lexical(), "2020");
    assert_eq!(dataset.version.as_deref(), Some("2"));
    let extras = extras(dataset);
    assert!(
        extras.iter().any(|line| line.starts_with("variableMeasured") && line.contains("hauteur")),
        "{extras:?}"
    );
    assert!(extras.contains(&"isAccessibleForFree=true".to_owned()), "{extras:?}");
    assert!(extras.contains(&"measurementTechnique=relevé".to_owned()), "{extras:?}");
}

#[test]
fn a_sitemap_leads_to_pages_and_pictures_are_not_fetched() {
    let page = |name: &str| {
        json_ld(&format!(
            r#"{{"@context":"https://schema.org","@type":"Dataset","name":"{name}","description":"d"}}"#
        ))
    };
    let index = "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>https://v.example/s1.xml</loc></sitemap>\
                 <sitemap><loc>/s2.xml.gz</loc></sitemap><sitemap><loc>https://elsewhere.example/s.xml</loc></sitemap></sitemapindex>";
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut zipped, b"<urlset><url><loc>https://v.example/deux</loc></url></urlset>")
        .unwrap();
    let harvest = site("https://v.example/", json!({"sitemap": "/sitemap.xml", "pattern": "/(un|deux)"}))
        .answer("https://v.example/sitemap.xml", "text/html", index)
        .answer(
            "https://v.example/s1.xml",
            SITEMAP,
            "<urlset><url><loc>https://www.v.example/un</loc></url><url><loc>https://v.example/un.jpg</loc></url>\
             <url><loc>https://v.example/contact</loc></url></urlset>",
        )
        .answer("https://v.example/s2.xml.gz", "application/gzip", zipped.finish().unwrap())
        .page("https://www.v.example/un", &page("Un"))
        .page("https://v.example/deux", &page("Deux"))
        .harvest();
    harvest.assert_whole();
    assert_eq!(harvest.ids(), ["https://www.v.example/un", "https://v.example/deux"]);
    assert!(harvest.remarks.iter().any(|remark| remark.code == RemarkCode::WrongContentType));
    assert!(harvest.remarks.iter().any(|remark| remark.value == "https://elsewhere.example/s.xml"));
}

#[test]
fn only_pages_changed_since_are_asked_for() {
    use moisson_harvest::{Harvester, Reply, Walk};
    let site = site("https://v.example/sitemap.xml", json!({}));
    let source = site.source();
    let since = Some("2024-01-01T00:00:00Z".parse().unwrap());
    let mut walk =
        Walk::start(super::WebPage.plan(&source, since).unwrap(), moisson_harvest::Limits::default());
    let ticket = walk.next_request().unwrap();
    let body = "<urlset><url><loc>https://v.example/old</loc><lastmod>2023-12-31</lastmod></url>\
                <url><loc>https://v.example/new</loc><lastmod>2024-01-02</lastmod></url><url><loc>https://v.example/undated</loc></url></urlset>";
    let reply = Reply {
        request: ticket.request(),
        url: &ticket.request().url,
        status: 200,
        headers: &[],
        body: body.into(),
    };
    let page = super::WebPage.read(&source, &reply, &mut |_| {}).unwrap();
    let urls: Vec<&str> = page.follow.iter().map(|request| request.url.as_str()).collect();
    assert_eq!(urls, ["https://v.example/new", "https://v.example/undated"]);
    let whole = super::WebPage.plan(&source, None).unwrap().start;
    assert_ne!(whole[0].step, ticket.request().step, "a reading of the one must not stand for the other");
}

#[test]
fn the_pages_that_match_a_pattern_are_followed_from_the_first() {
    let harvest = site("https://v.example/", json!({"pattern": "/jeu/"}))
        .page("https://v.example/", "<a href='/jeu/1'>1</a> <a href='/jeu/1#haut'>1</a> <a href='jeu/2?utm_source=x'>2</a> <a href='/mairie'>m</a>")
        .page("https://v.example/jeu/1", &json_ld(r#"{"@type":"Dataset","name":"Un"}"#))
        .page("https://v.example/jeu/2", "<p itemscope itemtype='https://schema.org/Dataset'><b itemprop=name>Deux</b></p>")
        .harvest();
    harvest.assert_whole();
    assert_eq!(harvest.titles(), ["Un", "Deux"]);
    assert_eq!(harvest.requests.len(), 3);
}

#[test]
fn a_dataset_that_a_catalogue_only_names_is_read_on_its_own_page() {
    let harvest = namur()
        .page(
            "https://data.namur.example/",
            &json_ld(
                r#"{"@context":"https://schema.org","@type":"DataCatalog","name":"Portail","dataset":[
                {"@type":"Dataset","@id":"https://data.namur.example/id/1","name":"Écoles","url":"/ecoles"},
                {"@type":"Dataset","name":"Rues","url":"/rues"}, {"@id":"https://data.namur.example/parcs"}]}"#,
            ),
        )
        .page(
            "https://data.namur.example/ecoles",
            &json_ld(r#"{"@context":"https://schema.org","@type":"Dataset","@id":"https://data.namur.example/id/1","name":"Écoles","description":"Toutes."}"#),
        )
        .page("https://data.namur.example/rues", "<p>En construction</p>")
        .page("https://data.namur.example/parcs", &json_ld(r#"{"@context":"https://schema.org","@type":"Dataset","name":"Parcs"}"#))
        .harvest();
    harvest.assert_whole();
    assert_eq!(harvest.titles(), ["Écoles", "Rues", "Parcs"]);
    assert_eq!(harvest.titled("Écoles").description[0].value, "Toutes.");
    assert_eq!(harvest.titled("Rues").upstream.catalog.as_ref().unwrap().title[0].value, "Portail");
}

#[test]
fn the_same_dataset_in_several_syntaxes_and_pages_is_one_record() {
    let harvest = site("https://v.example/a", json!({"mode": "schema-org", "pages": ["/b"]}))
        .page(
            "https://v.example/a",
            &(json_ld(r#"{"@context":"https://schema.org","@type":"Dataset","identifier":"R1","name":"Rues","description":"d"}"#)
                + "<div vocab='https://schema.org/' typeof=Dataset><h2 property=name>Rues</h2><p property=license>ODbL</p></div>"),
        )
        .page("https://v.example/b", &json_ld(r#"{"@context":"http://schema.org","@type":"Dataset","identifier":"R1","name":"Rues","description":"d"}"#))
        .harvest();
    assert_eq!(harvest.ids(), ["R1"]);
}

#[test]
fn blocks_that_cannot_be_read_are_set_aside_only_when_they_are_about_data() {
    let harvest = namur()
        .page(
            "https://data.namur.example/",
            &(json_ld(r#"{"@type":"BreadcrumbList", oops}"#)
                + &json_ld(r#"{"@type":"Dataset","name":"a "b" c"}"#)
                + &json_ld(r#"{"@type":"Dataset","name":"Bon",}"#)),
        )
        .harvest();
    assert_eq!(harvest.titles(), ["Bon"]);
    assert_eq!(harvest.broken.len(), 1);
    assert_eq!(harvest.broken[0].place, "JSON-LD block 2");
    assert!(harvest.broken[0].reason.contains("line 1 column"), "{}", harvest.broken[0].reason);
    harvest.assert_partial("could not be read");
    let codes: Vec<_> = harvest.remarks.iter().map(|remark| remark.code).collect();
    assert!(
        codes.contains(&RemarkCode::UnreadableStatement) && codes.contains(&RemarkCode::RepairedSyntax),
        "{codes:?}"
    );
}

#[test]
fn places_and_periods_in_all_their_forms() {
    let harvest = namur()
        .page(
            "https://data.namur.example/",
            &json_ld(
                r#"{"@context":"https://schema.org","@type":"Dataset","name":"x","description":"d",
                "temporalCoverage":["2020","2019-01/2019-06","époque moderne","2007-03-01T13:00:00Z/2008-05-11T15:30:00Z"],
                "spatialCoverage":["Namur","https://sws.geonames.org/2790472/",
                  {"@type":"Place","address":{"@type":"PostalAddress","addressLocality":"Jambes","addressCountry":"BE"}},
                  {"@type":"Place","geo":{"@type":"GeoCoordinates","latitude":"50.46","longitude":4.86}},
                  {"@type":"Place","geo":{"@type":"GeoShape","polygon":"50,4 50,5 51,5 50,4"}},
                  {"@type":"Place","geo":{"@type":"GeoShape","circle":"50 4 1000"}},
                  {"@type":"Place","geo":{"@type":"GeoShape","box":"102 1 103 2"}}]}"#,
            ),
        )
        .harvest();
    let dataset = harvest.only();
    let periods: Vec<String> = dataset
        .temporal
        .iter()
        .map(|period| {
            let end = |date: &Option<moisson_dcat::Temporal>| {
                date.as_ref().map_or("", |date| date.lexical()).to_owned()
            };
            let label: String = period.label.iter().map(|text| text.value.as_str()).collect();
            format!("{}/{}{label}", end(&period.start_date), end(&period.end_date))
        })
        .collect();
    assert_eq!(
        periods,
        ["2020/2020", "2019-01/2019-06", "/époque moderne", "2007-03-01T13:00:00Z/2008-05-11T15:30:00Z"]
    );
    assert!(
        dataset.spatial.iter().any(|place| place.centroid.as_deref() == Some("POINT(4.86 50.46)")),
        "{:?}",
        dataset.spatial
    );
    assert!(dataset.spatial.iter().any(|place| place.label.iter().any(|label| label.value == "Jambes, BE")));
    assert!(
        dataset
            .spatial
            .iter()
            .any(|place| place.bbox.as_deref().is_some_and(|b| b.starts_with("POLYGON((102 1")))
    );
    let extras = extras(dataset);
    assert!(extras.iter().any(|line| line.contains("50 4 1000")), "{extras:?}");
}

#[test]
fn auto_finds_datasets_on_the_first_page_before_it_looks_for_files() {
    let harvest = site("https://v.example/", json!({}))
        .page(
            "https://v.example/",
            &(json_ld(r#"{"@type":"Dataset","name":"Un"}"#) + "<a href=budget.csv>Budget</a>"),
        )
        .harvest();
    assert_eq!(harvest.titles(), ["Un"]);
}

#[test]
fn a_first_page_without_anything_leads_to_the_usual_sitemaps() {
    let harvest = site("https://v.example/accueil", json!({}))
        .page("https://v.example/accueil", "<p>Bienvenue</p>")
        .answer(
            "https://v.example/wp-sitemap.xml",
            SITEMAP,
            "<urlset><url><loc>https://v.example/d</loc></url></urlset>",
        )
        .page("https://v.example/d", &json_ld(r#"{"@type":"Dataset","name":"Un"}"#))
        .harvest();
    harvest.assert_whole();
    assert_eq!(harvest.titles(), ["Un"]);
    let without = site("https://v.example/accueil", json!({}))
        .page("https://v.example/accueil", "<p>Bienvenue</p>")
        .harvest();
    without.assert_partial("links to data files");
}

#[test]
fn more_pages_than_allowed_make_the_walk_partial() {
    let links: Vec<String> = (0..5).map(|n| format!("<a href='/jeu/{n}'>x</a>")).collect();
    let harvest = site("https://v.example/", json!({"pattern": "/jeu/", "max_pages": 2}))
        .page("https://v.example/", &links.concat())
        .page("https://v.example/jeu/0", "")
        .page("https://v.example/jeu/1", "")
        .harvest();
    harvest.assert_partial("more than `max_pages` (2) pages");
    assert_eq!(harvest.requests.len(), 3);
}

#[test]
fn a_page_without_its_end_makes_the_walk_partial_unless_the_source_never_ends_its_pages() {
    let site = |options| {
        site("https://v.example/", options).answer(
            "https://v.example/",
            "text/html",
            json_ld(r#"{"@type":"Dataset","name":"Un"}"#),
        )
    };
    site(json!({})).harvest().assert_partial("cut short");
    site(json!({"unclosed": true})).harvest().assert_whole();
}
