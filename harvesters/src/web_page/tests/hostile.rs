//! Input that nobody means well with: nothing panics, everything ends, nothing that was cut passes for whole.

use bytes::Bytes;
use moisson_harvest::{Found, Harvester, Page, ReadError, Reply};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{WebPage, site};

/// Reads a reply in a mode, and maps whatever comes.
fn read(options: &Value, content_type: &str, body: impl Into<Bytes>) -> (usize, Result<Page, ReadError>) {
    let source = site("https://v.example/x", options.clone()).source();
    let request = WebPage.plan(&source, None).unwrap().start.remove(0);
    let headers = [("content-type".to_owned(), content_type.to_owned())];
    let reply =
        Reply { request: &request, url: &request.url, status: 200, headers: &headers, body: body.into() };
    let mut count = 0;
    let page = WebPage.read(&source, &reply, &mut |found| {
        count += 1;
        if let Found::Record(record) = found {
            assert!((1..=2_000).contains(&record.id.0.len()));
            drop(WebPage.map(&source, &record).unwrap());
        }
    });
    (count, page)
}

fn modes() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!({"head": false}),
        json!({"mode": "schema-org"}),
        json!({"mode": "links", "head": false, "next": "a"}),
        json!({"mode": "links", "group": "section"}),
        json!({"mode": "scdl"}),
        json!({"mode": "schema-org", "pattern": "."}),
    ])
}

/// Pieces of pages, put together at random.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<html lang=fr>",
        "<base href='//x/'>",
        "<h2>",
        "</h2>",
        "<ul><li>",
        "</li>",
        "<table><tr><td>",
        "<a href='a b.csv'>",
        "</a>",
        "<a href='http://[::1'>",
        "CSV (1,2 Mo)",
        "Budget 2023",
        "<div itemscope itemtype='https://schema.org/Dataset' itemref=x id=x>",
        "<b itemprop='name x'>",
        "</div>",
        "<p vocab=http://schema.org/ typeof='Dataset X' resource='_:a'>",
        "<i property=name>",
        "</p>",
        "<script type=application/ld+json>",
        "{\"@type\":\"Dataset\",\"@id\":\"#a\",",
        "\"name\":\"x\"",
        ",}",
        "]",
        "[",
        "</script>",
        "\"",
        "'",
        "<!--",
        "-->",
        "<svg>",
        "<template>",
        "<select>",
        "<plaintext>",
        "&nbsp;&#0;&#x10FFFF;",
        "\u{0}",
        "é",
        "ID;TITRE;URL;THEME\n",
        ";",
        ",",
        "<urlset><url><loc>",
        "https://v.example/",
        "</loc></url>",
        "<?xml version='1.0'?>",
        "</html>",
        "\n",
        "<![CDATA[",
        "]]>",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_in_any_mode(options in modes(), body in prop::collection::vec(any::<u8>(), 0..400)) {
        drop(read(&options, "text/html", body));
    }

    #[test]
    fn any_puzzle_of_tags_is_read_in_any_mode(options in modes(), body in pieces()) {
        drop(read(&options, "text/html; charset=utf-8", body));
    }

    #[test]
    fn any_table_is_read(rows in prop::collection::vec(prop::collection::vec("[\"a;,\n\r é]{0,6}", 0..8), 0..12)) {
        let body: Vec<String> = rows.iter().map(|row| row.join(";")).collect();
        drop(read(&json!({"mode": "scdl"}), "text/csv", format!("ID;TITRE;URL;THEME\n{}", body.join("\n"))));
    }

    #[test]
    fn any_json_is_a_dataset_or_not(value in json_value()) {
        let document = json!({"@context": "https://schema.org", "@type": "Dataset", "@graph": value.clone(), "name": value.clone(),
            "distribution": value.clone(), "publisher": value.clone(), "spatialCoverage": value.clone(), "temporalCoverage": value.clone(),
            "identifier": value.clone(), "license": value.clone(), "keywords": value});
        let (count, page) = read(&json!({"mode": "schema-org"}), "application/ld+json", document.to_string());
        prop_assert!(page.is_ok() && count >= 1);
    }

    #[test]
    fn a_page_cut_anywhere_is_never_whole(at in 0_usize..WHOLE.len()) {
        let body = WHOLE.as_bytes().get(..at).unwrap().to_vec();
        for options in [json!({"head": false}), json!({"mode": "links", "head": false}), json!({"mode": "schema-org"})] {
            let (_, page) = read(&options, "text/html; charset=utf-8", body.clone());
            let closes = at >= WHOLE.find("</body").unwrap() + "</body".len();
            prop_assert!(closes || page.map_or(true, |page| page.shortfall.is_some() || !page.follow.is_empty()));
        }
    }
}

const WHOLE: &str = "<!doctype html><html lang=fr><body><h2>Été</h2><ul><li><a href=a.csv>Arbres</a></li></ul>\
    <script type='application/ld+json'>{\"@type\":\"Dataset\",\"name\":\"Arbres\",\"distribution\":[{\"contentUrl\":\"a.csv\"}]}</script></body></html>";

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-zé0-9:/#. -]{0,12}".prop_map(Value::from),
        Just(json!("https://x.example/a b")),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let key = prop::sample::select(vec![
            "@id",
            "@type",
            "@value",
            "@language",
            "@list",
            "name",
            "url",
            "geo",
            "box",
            "contentUrl",
            "fr",
            "x:y",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..6).prop_map(|pairs| Value::Object(
                pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            )),
        ]
    })
}

#[test]
fn huge_input_is_read_in_time() {
    let many = |piece: &str, count: usize| piece.repeat(count);
    let options = json!({"head": false});
    let cases = [
        many("<li><a href='/x.csv'>CSV</a>", 25_000),
        many("<div><div itemscope itemprop=x>", 100_000),
        many("<b itemprop=name vocab=x typeof=Dataset property=y>", 100_000),
        (0..12_000).map(|n| format!("<p><a href='/{n}.csv'>CSV</a>")).collect::<Vec<_>>().concat(),
        (0..12_000).map(|n| format!("<a href='/{n}.csv'>Jeu {n}</a>")).collect::<Vec<_>>().concat(),
        format!("<script type='application/ld+json'>{}</script>", many("[", 1_000_000)),
        format!(
            "<script type='application/ld+json'>{}</script>",
            many("{\"@type\":\"Dataset\",\"hasPart\":", 200_000)
        ),
        many("<font a='1'><p>", 50_000),
        many("<table><a>", 30_000),
    ];
    for case in cases {
        drop(read(&options, "text/html", case));
    }
    let datasets: Vec<Value> = (0..20_000)
        .map(|n| json!({"@type": "Dataset", "@id": format!("https://v.example/{n}"), "name": "x", "description": "d", "publisher": {"@id": "#p"}}))
        .collect();
    let catalogue = json!({"@context": "https://schema.org", "@graph": [{"@type": "DataCatalog", "description": "x".repeat(100_000), "dataset": datasets},
        {"@id": "#p", "name": "y".repeat(10_000)}]});
    let (count, page) = read(&json!({}), "application/ld+json", catalogue.to_string());
    assert_eq!(count, 10_000);
    assert!(page.unwrap().shortfall.is_some());
    let table = format!("ID;TITRE;URL;THEME\n{}", many("\"a;\"b;\"c;\"d\n", 20_000));
    drop(read(&json!({"mode": "scdl"}), "text/csv", table));
    drop(read(
        &json!({"mode": "scdl"}),
        "text/csv",
        format!("ID;TITRE;URL;THEME\n{}", many("\"a;", 500_000)),
    ));
}
