//! The pages, in four languages.

use axum::http::StatusCode;

use crate::support::{BASE, HOSTILE, LANGUAGES, World, world, world_with};

/// All pages worth looking at.
pub(crate) const PAGES: [&str; 17] = [
    "/",
    "/?q=arbres",
    "/?q=comptage&sort=title&theme=x&modified_from=2026-01-01",
    "/?q=nothingatall&source=rennes",
    "/?source=rennes&kind=dataset",
    "/id/dataset/rennes/arbres",
    "/id/dataset/rennes/a%2Fb%20%C3%A9",
    "/id/dataset/bruxelles/ancien",
    "/id/series/rennes/budgets",
    "/id/service/bruxelles/wms",
    "/id/distribution/rennes/arbres/csv",
    "/sources",
    "/sources/bruxelles",
    "/about",
    "/validate",
    "/api",
    "/nothing",
];

async fn text(world: &World, path: &str, language: &str) -> String {
    world.page(path, language).await.text()
}

#[tokio::test]
async fn every_page_is_in_the_reader_s_language_and_says_so() {
    let world = world();
    for language in LANGUAGES {
        for path in PAGES {
            let page = world.page(path, language.tag()).await;
            assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{path}");
            assert_eq!(page.header("content-language"), language.tag(), "{path}");
            assert!(page.text().starts_with(&format!("<!DOCTYPE html><html lang=\"{language}\">")), "{path}");
            assert!(page.header("vary").contains("accept-language"), "{path}");
        }
    }
    assert!(text(&world, "/", "nl").await.contains("Zoeken in de datasets"));
    assert!(text(&world, "/?lang=de", "nl").await.contains("Datensätze durchsuchen"), "the URL wins");
    assert!(text(&world, "/?lang=de", "nl").await.contains("href=\"/sources?lang=de\""), "and links keep it");
    assert!(
        !text(&world, "/", "nl").await.contains("href=\"/sources?lang=nl\""),
        "what the browser said is not repeated in links"
    );
}

#[tokio::test]
async fn the_home_page_has_the_newest_records_and_what_narrows_them() {
    let page = text(&world(), "/", "fr").await;
    assert!(page.contains("30 résultats"), "{page}");
    let (brussels, trees) =
        (page.find("Fietspaden").or(page.find("Pistes cyclables")), page.find("Arbres de la ville"));
    assert!(brussels.unwrap() < trees.unwrap(), "the last changed first");
    for part in [
        "Ville de Rennes",
        "Environnement",
        "href=\"/?theme=http",
        "modifié le 12 octobre 2026",
        "rel=\"next\"",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
}

#[tokio::test]
async fn a_search_shows_what_was_found_and_how_to_leave_filters() {
    let world = world();
    let page = text(&world, "/?q=arbres&source=rennes", "fr").await;
    assert!(page.contains("<mark>Arbres</mark> de la ville"), "{page}");
    assert!(
        page.contains("Retirer le filtre Source: Ville de Rennes") && page.contains("href=\"/?q=arbres\""),
        "{page}"
    );
    assert!(page.contains("value=\"arbres\""));
    let none = text(&world, "/?q=zzzzqqqq&source=rennes", "fr").await;
    assert!(none.contains("Aucun résultat") && none.contains("Vérifiez l’orthographe"), "{none}");
    assert!(none.contains("href=\"/?q=zzzzqqqq\""), "a way out without the filters");
    let next = text(&world, "/?q=comptage", "fr").await;
    let link = next
        .split("rel=\"next\"")
        .next()
        .unwrap()
        .rsplit("href=\"")
        .next()
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .replace("&amp;", "&");
    let second = text(&world, &link, "fr").await;
    assert!(second.contains("rel=\"first\"") && !second.contains("rel=\"next\""), "{link}\n{second}");
    let lost = world.page("/?q=comptage&cursor=nonsense", "fr").await;
    assert_eq!(lost.status, StatusCode::OK);
    assert!(lost.text().contains("plus disponible"));
    let tracked = world.page("/?q=arbres&utm_source=mail", "fr").await;
    assert_eq!(tracked.status, StatusCode::OK, "parameters of mail programs do no harm");
    assert_eq!(world.page("/?bbox=1", "fr").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_empty_catalogue_says_what_to_do() {
    let world = world_with(moisson_web::Limits::default(), BASE, |_| ());
    let page = text(&world, "/", "fr").await;
    assert!(page.contains("pas encore de jeux de données") && page.contains("href=\"/sources\""), "{page}");
}

#[tokio::test]
async fn the_page_of_a_dataset_has_all_that_matters() {
    let page = text(&world(), "/id/dataset/rennes/arbres", "fr").await;
    for part in [
        "<h1>Arbres de la ville</h1>",
        "Tous les arbres d’alignement",
        "href=\"https://rennes.example/arbres.csv\"",
        "1,3\u{a0}Mo",
        "Service des jardins",
        "href=\"mailto:jardins@rennes.example\"",
        "Environnement",
        "de 2020 à 31 décembre 2025",
        "<time datetime=\"2026-10-12\">12 octobre 2026</time>",
        "À jour : prochaine mise à jour attendue le 12 octobre 2027",
        "À corriger",
        "L’éditeur n’a pas de type.",
        "n’est pas une date",
        "Non conforme à dcat-ap",
        "href=\"/api/datasets/rennes/arbres/raw\"",
        "href=\"/api/datasets/rennes/arbres/explain\"",
        "href=\"/id/dataset/rennes/arbres.ttl\"",
        "href=\"https://rennes.example/dataset/arbres\"",
        "Espaces verts",
        "extras/Service",
        "application/ld+json",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let dutch = text(&world(), "/id/dataset/rennes/arbres", "nl").await;
    assert!(
        dutch.contains("<h1>Bomen van de stad</h1>") && dutch.contains("Voeg een licentie toe."),
        "{dutch}"
    );
    assert!(dutch.contains("<p lang=\"fr\">Tous les arbres"), "a text in another language is marked");
}

#[tokio::test]
async fn structured_data_describes_the_dataset() {
    let page = text(&world(), "/id/dataset/rennes/arbres", "fr").await;
    let json = page
        .split("<script type=\"application/ld+json\">")
        .nth(1)
        .unwrap()
        .split("</script>")
        .next()
        .unwrap();
    let data: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(data["@type"], "Dataset");
    assert_eq!(data["name"], "Arbres de la ville");
    assert_eq!(data["distribution"][0]["contentUrl"], "https://rennes.example/arbres.csv");
    assert_eq!(data["spatialCoverage"]["geo"]["box"], "48.07 -1.75 48.15 -1.62");
    assert_eq!(data["temporalCoverage"], "2020/2025-12-31");
}

#[tokio::test]
async fn nothing_that_a_source_says_can_do_harm() {
    let world = world();
    let paths = [
        "/",
        "/?q=hostile",
        "/id/dataset/rennes/a%2Fb%20%C3%A9",
        "/id/agent/rennes/x",
        "/id/record/rennes/a%2Fb%20%C3%A9",
    ];
    let distribution =
        format!("/id/distribution/rennes/a%2Fb%20%C3%A9/{}", moisson_dcat::write::segment(HOSTILE));
    for path in paths.iter().copied().chain([distribution.as_str()]) {
        let page = text(&world, path, "fr").await;
        assert!(!page.contains("<script>") && !page.contains("<img src=x"), "{path}\n{page}");
        for attribute in page.split([' ', '<', '>']).filter(|part| {
            part.starts_with("href=") || part.starts_with("src=") || part.starts_with("action=")
        }) {
            // Without quotes it is no attribute of ours but text that looks like one, escaped.
            let Some(target) = attribute.split('"').nth(1).map(str::to_ascii_lowercase) else { continue };
            let scheme = target.split(':').next().unwrap();
            assert!(!["javascript", "data", "vbscript"].contains(&scheme), "{path}: {attribute}");
        }
    }
}

#[tokio::test]
async fn sources_tell_what_went_wrong() {
    let world = world();
    let page = text(&world, "/sources", "fr").await;
    for part in [
        "Ville de Rennes",
        "Lue entièrement",
        "Lue en partie",
        "Pas encore lue",
        "page 3 could not be read",
        "4 retraits ont été retenus",
        "1 fiches n’ont pas pu",
        "22 novembre 2026",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let source = text(&world, "/sources/bruxelles", "nl").await;
    assert!(source.contains("https://bruxelles.example/") && source.contains("Laatste oogsten"), "{source}");
    assert_eq!(world.page("/sources/nowhere", "nl").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_page_of_the_api_documents_every_kind_of_problem_where_its_type_points() {
    let page = text(&world(), "/api", "en").await;
    for slug in ["unknown-parameter", "query-syntax", "gone", "too-busy"] {
        assert!(page.contains(&format!("id=\"problem-{slug}\"")), "{slug}");
    }
    for part in ["/api/datasets/{source}/{id}", "Search the catalogue", "next_cursor", "facet_size"] {
        assert!(page.contains(part), "{part}");
    }
}

#[tokio::test]
async fn search_engines_find_every_record() {
    let world = world();
    let robots = world.get("/robots.txt").await;
    assert!(
        robots.text().contains(&format!("Sitemap: {BASE}/sitemap.xml"))
            && robots.text().contains("Disallow: /sparql")
    );
    let index = world.get("/sitemap.xml").await;
    assert_eq!(index.header("content-type"), "application/xml");
    let first = index.text().split("<loc>").nth(1).unwrap().split("</loc>").next().unwrap().to_owned();
    let map = world.get(first.strip_prefix(BASE).unwrap()).await.text();
    assert!(map.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">"), "{map}");
    assert!(map.contains(&format!(
        "<loc>{BASE}/id/dataset/rennes/arbres</loc><lastmod>2026-11-21T08:00:00Z</lastmod>"
    )));
    assert_eq!(map.matches("<url>").count(), 30 + 4);
    assert!(!map.contains("ancien"));
}

#[tokio::test]
async fn assets_are_served_and_kept_by_browsers() {
    let world = world();
    let home = text(&world, "/", "fr").await;
    let style =
        home.split("rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for (path, content_type) in [
        (style.as_str(), "text/css; charset=utf-8"),
        ("/assets/sparql.js", "text/javascript; charset=utf-8"),
        ("/favicon.svg", "image/svg+xml"),
    ] {
        let asset = world.get(path).await;
        assert_eq!((asset.status, asset.header("content-type")), (StatusCode::OK, content_type));
        assert_eq!(asset.header("cache-control"), "public, max-age=86400");
    }
}

#[tokio::test]
async fn a_page_that_did_not_change_is_not_sent_again() {
    let world = world();
    for path in ["/", "/?q=arbres", "/id/dataset/rennes/arbres", "/sources", "/about", "/api"] {
        let first = world.page(path, "fr").await;
        let headers =
            [("if-none-match", first.header("etag")), ("accept", "text/html"), ("accept-language", "fr")];
        assert_eq!(world.ask("GET", path, &headers, "").await.status, StatusCode::NOT_MODIFIED, "{path}");
    }
}

#[tokio::test]
async fn removals_that_wait_are_said_until_somebody_decides() {
    let world = world();
    for (language, said) in [
        ("fr", "70 retraits attendent"),
        ("nl", "70 verwijderingen wachten"),
        ("de", "70 Entfernungen warten"),
        ("en", "70 removals wait"),
    ] {
        for path in ["/sources", "/sources/vide"] {
            let page = text(&world, path, language).await;
            assert!(page.contains(said) && page.contains("20261121T023000.123Z"), "{path} {language}");
        }
    }
}
