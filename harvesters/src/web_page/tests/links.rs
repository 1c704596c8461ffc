//! Plain pages of links to files.

use moisson_dcat::RemarkCode;
use serde_json::json;

use super::{extras, site, urls};

const PAGE: &str = "https://www.digne.example/opendata";

fn check(options: serde_json::Value, page: &str) -> super::Harvest {
    let mut options = options;
    options["head"] = json!(false);
    site(PAGE, options).page(PAGE, page).harvest()
}

#[test]
fn labels_formats_sizes_and_headings_make_datasets() {
    let harvest = check(
        json!({}),
        "<h1>Open data</h1><h2>Finances</h2><ul>\
         <li><a href='/f/bp-2022.csv'>Budget primitif 2022 (CSV, 1,2 Mo)</a></li>\
         <li><a href='/f/bp-2023.xlsx'>Budget primitif 2023 (XLSX)</a></li>\
         <li><a href='/f/subventions.ods'>Subventions</a> <em>aux associations de la ville, hors CCAS</em></li></ul>\
         <h2>Nature</h2><p>Relevé des services techniques.</p>\
         <p><a href='/f/arbres.geojson'>GeoJSON</a> | <a href='/f/arbres.csv'>CSV</a> | <a href='/f/arbres.zip'>Shapefile</a></p>\
         <p><a href='/bulletin.pdf'>Bulletin</a> <a href='#haut'>Haut</a> <a href='mailto:a@b.fr'>Écrire</a> <a href='javascript:x()'>x.csv</a>\
         <a href='https://www.facebook.com/sharer?u=https://www.digne.example/f/arbres.csv'>Partager</a><a href='/rss.xml'>RSS</a></p>",
    );
    harvest.assert_whole();
    assert_eq!(harvest.titles(), ["Budget primitif", "Subventions", "Nature"]);
    assert_eq!(
        harvest.ids(),
        [
            "https://www.digne.example/opendata#finances/bp",
            "https://www.digne.example/f/subventions.ods",
            "https://www.digne.example/opendata#nature/arbres"
        ]
    );
    let budget = harvest.titled("Budget primitif");
    assert_eq!(
        urls(budget),
        ["https://www.digne.example/f/bp-2022.csv", "https://www.digne.example/f/bp-2023.xlsx"]
    );
    assert_eq!(budget.distribution[0].title[0].value, "Budget primitif 2022");
    assert_eq!(budget.distribution[0].byte_size, Some(1_200_000));
    assert_eq!(budget.title[0].lang.as_deref(), Some("fr"));
    assert!(extras(budget).contains(&"headings/1=Finances".to_owned()), "{:?}", extras(budget));
    assert_eq!(harvest.titled("Subventions").description[0].value, "aux associations de la ville, hors CCAS");
    let nature = harvest.titled("Nature");
    assert_eq!(nature.distribution.len(), 3);
    assert_eq!(nature.description[0].value, "Relevé des services techniques.");
}

#[test]
fn the_sites_own_selectors_are_obeyed() {
    let harvest = check(
        json!({"item": "div.jeu", "title": "h3", "description": ".resume", "date": ".maj", "link": "a.fichier", "publisher": ".service", "license": ".licence"}),
        "<div class=jeu><h3>Marchés publics</h3><p class=resume>Liste des marchés.</p><span class=maj>Mis à jour le 12 mars 2024</span>\
         <span class=service>Direction des finances</span><a class=fichier href='/dl/12'>Télécharger</a><a href='/notice.csv'>Notice</a></div>\
         <div class=jeu><h3>Écoles</h3><a class=fichier href='/dl/13?format=csv'>CSV</a><a class=fichier href='/dl/13?format=json'>JSON</a></div>\
         <a class=fichier href='/dl/14'>hors jeu</a><footer class=licence><a href='https://www.etalab.gouv.fr/licence-ouverte-open-licence'>Licence Ouverte</a></footer>",
    );
    assert_eq!(harvest.titles(), ["Marchés publics", "Écoles"]);
    let first = harvest.titled("Marchés publics");
    assert_eq!(first.description[0].value, "Liste des marchés.");
    assert_eq!(first.modified.as_ref().unwrap().lexical(), "2024-03-12");
    assert_eq!(first.publisher.as_ref().unwrap().name[0].value, "Direction des finances");
    assert_eq!(urls(first), ["https://www.digne.example/dl/12"]);
    assert_eq!(harvest.titled("Écoles").distribution.len(), 2);
    assert!(
        first.license[0].label.iter().any(|label| label.value == "Licence Ouverte"),
        "{:?}",
        first.license
    );
}

#[test]
fn size_and_date_come_from_the_headers_of_the_files() {
    let page = "<h2>Eau</h2><ul><li><a href='/a.csv'>Qualité</a></li><li><a href='/b.csv'>Compteurs (CSV, 3 Ko)</a></li><li><a href='/c.csv'>Fontaines</a></li></ul>";
    let harvest = site(PAGE, json!({"mode": "links"}))
        .page(PAGE, page)
        .file(
            "https://www.digne.example/a.csv",
            200,
            &[
                ("content-length", "12345"),
                ("last-modified", "Tue, 05 Mar 2024 10:00:00 GMT"),
                ("date", "Sat, 21 Nov 2026 12:00:00 GMT"),
                ("content-type", "text/csv; charset=utf-8"),
            ],
        )
        .file("https://www.digne.example/b.csv", 405, &[])
        .file(
            "https://www.digne.example/c.csv",
            200,
            &[("content-type", "text/html"), ("content-length", "99")],
        )
        .harvest();
    harvest.assert_whole();
    assert_eq!(
        harvest.requests,
        [
            "GET https://www.digne.example/opendata",
            "HEAD https://www.digne.example/a.csv",
            "HEAD https://www.digne.example/b.csv",
            "HEAD https://www.digne.example/c.csv",
            "GET https://www.digne.example/opendata"
        ]
    );
    let quality = harvest.titled("Qualité");
    assert_eq!(quality.distribution[0].byte_size, Some(12_345));
    assert_eq!(quality.distribution[0].modified.as_ref().unwrap().lexical(), "2024-03-05T10:00:00Z");
    assert_eq!(quality.modified.as_ref().unwrap().lexical(), "2024-03-05T10:00:00Z");
    assert_eq!(harvest.titled("Compteurs").distribution[0].byte_size, Some(3_000));
    assert_eq!(harvest.titled("Fontaines").distribution[0].byte_size, None);
}

#[test]
fn a_server_that_refuses_to_tell_is_asked_only_a_few_times() {
    let links: Vec<String> =
        (0..40).map(|n| format!("<li><a href='/dossier/{n}.csv'>Fichier {n}</a>")).collect();
    let harvest = site(PAGE, json!({"mode": "links"})).page(PAGE, &links.concat()).harvest();
    harvest.assert_whole();
    assert_eq!(harvest.requests.len(), 5, "{:?}", harvest.requests);
    assert_eq!(harvest.datasets.iter().map(|(_, dataset)| dataset.distribution.len()).sum::<usize>(), 40);
}

#[test]
fn requests_with_another_memory_are_other_requests() {
    use moisson_harvest::{Harvester, Reply};
    let site = site(PAGE, json!({"mode": "links"}));
    let source = site.source();
    let request = super::WebPage.plan(&source, None).unwrap().start.remove(0);
    let follow = |body: &str| {
        let reply = Reply {
            request: &request,
            url: &request.url,
            status: 200,
            headers: &[],
            body: body.to_owned().into(),
        };
        super::WebPage.read(&source, &reply, &mut |_| {}).unwrap().follow.remove(0)
    };
    let (one, two) =
        (follow("<a href=a.csv>A</a></html>"), follow("<a href=a.csv>A</a><a href=b.csv>B</a></html>"));
    assert_eq!(one.url, two.url);
    assert_ne!(one.step, two.step);
}

#[test]
fn pages_are_followed_to_the_last_and_ids_do_not_depend_on_the_page() {
    let harvest = site(PAGE, json!({"mode": "links", "next": "a[rel=next]", "head": false}))
        .page(PAGE, "<h2>Budgets</h2><li><a href=bp2023.csv>Budget primitif 2023</a></li><a rel=next href='?page=2'>Suivant</a>")
        .page("https://www.digne.example/opendata?page=2", "<h2>Budgets</h2><li><a href=ca2023.csv>Compte administratif 2023</a></li><a rel=next href='?page=3'>Suivant</a>")
        .page("https://www.digne.example/opendata?page=3", "<h2>Budgets</h2><li><a href=subventions-2014.csv>Subventions 2014</a></li><a rel=next href='?page=3'>Suivant</a>")
        .harvest();
    harvest.assert_whole();
    assert_eq!(
        harvest.ids(),
        [
            "https://www.digne.example/opendata#budgets/bp",
            "https://www.digne.example/opendata#budgets/ca",
            "https://www.digne.example/opendata#budgets/subventions"
        ]
    );
}

#[test]
fn what_earlier_pages_called_their_own_is_named_by_its_file() {
    let harvest = site(PAGE, json!({"mode": "links", "next": "a.suite", "head": false}))
        .page(PAGE, "<h2>Budgets</h2><li><a href=budget-2023.csv>Budget 2023</a></li><a class=suite href='?page=2'>Suivant</a>")
        .page("https://www.digne.example/opendata?page=2", "<h2>Budgets</h2><li><a href=budget-2014.csv>Budget 2014</a></li>")
        .harvest();
    assert_eq!(
        harvest.ids(),
        ["https://www.digne.example/opendata#budgets/budget", "https://www.digne.example/budget-2014.csv"]
    );
}

#[test]
fn each_file_or_each_section_can_be_a_dataset() {
    let page = "<h2>Voirie</h2><li><a href=rues.csv>Rues</a></li><li><a href=rues.json>Rues (JSON)</a></li><h2>Vide</h2><h2>Eau</h2><li><a href=eau.csv>Eau</a></li>";
    let files = check(json!({"group": "file"}), page);
    assert_eq!(
        files.ids(),
        [
            "https://www.digne.example/rues.csv",
            "https://www.digne.example/rues.json",
            "https://www.digne.example/eau.csv"
        ]
    );
    let sections = check(json!({"group": "section"}), page);
    assert_eq!(sections.titles(), ["Voirie", "Eau"]);
    assert_eq!(
        sections.ids(),
        ["https://www.digne.example/opendata#voirie", "https://www.digne.example/opendata#eau"]
    );
    let items = check(json!({}), page);
    assert_eq!(items.titles(), ["Rues", "Eau"]);
}

#[test]
fn a_table_gives_titles_from_its_first_cells() {
    let harvest = check(
        json!({}),
        "<table><caption>Jeux de données</caption><tr><th>Nom<th>Fichiers<tr><td>Aires de jeux<td><a href=/dl/aires_v2.csv>CSV</a> <a href=/dl/aires_v2.json>JSON</a>\
         <tr><td>Défibrillateurs<td><a href=/dl/dae.csv>Télécharger</a></table>",
    );
    assert_eq!(harvest.titles(), ["Aires de jeux", "Défibrillateurs"]);
    assert_eq!(harvest.titled("Aires de jeux").distribution.len(), 2);
}

#[test]
fn cards_take_their_title_from_their_heading() {
    let card = |title: &str, file: &str| {
        format!(
            "<div class=card><h3>{title}</h3><div><a class=btn href='{file}.csv'>Télécharger</a><a class=btn href='{file}.xlsx'>Excel</a></div></div>"
        )
    };
    let harvest = check(json!({}), &(card("Crèches", "x1") + &card("Cimetières", "x2")));
    assert_eq!(harvest.titles(), ["Crèches", "Cimetières"]);
    assert_eq!(harvest.titled("Crèches").distribution.len(), 2);
}

#[test]
fn ids_do_not_depend_on_the_order_of_the_page() {
    let (a, b, c) = (
        "<li><a href=a.csv>Arbres</a></li>",
        "<li><a href=b-2023.csv>Bancs 2023</a></li>",
        "<li><a href=c.csv>CSV</a></li>",
    );
    let mut one: Vec<String> =
        check(json!({}), &format!("<h2>X</h2>{a}{b}{c}")).ids().into_iter().map(str::to_owned).collect();
    let mut two: Vec<String> =
        check(json!({}), &format!("<h2>X</h2>{c}{b}{a}")).ids().into_iter().map(str::to_owned).collect();
    one.sort();
    two.sort();
    assert_eq!(one, two);
}

#[test]
fn pdf_counts_only_when_asked_for() {
    let page = "<li><a href=a.pdf>Délibération (PDF)</a></li><li><a href=b.csv>Votes</a></li>";
    assert_eq!(check(json!({}), page).titles(), ["Votes"]);
    assert_eq!(check(json!({"extensions": [".PDF"]}), page).titles(), ["Délibération"]);
}

#[test]
fn a_page_without_files_is_remarked() {
    let harvest = check(json!({"mode": "links"}), "<p>Bientôt</p>");
    assert!(
        harvest
            .remarks
            .iter()
            .any(|remark| remark.code == RemarkCode::MissingValue && remark.detail.contains("`extensions`"))
    );
}

#[test]
fn a_reply_that_is_no_page_is_an_error() {
    site(PAGE, json!({"mode": "links"}))
        .answer(PAGE, "text/csv", "a;b\n1;2\n")
        .harvest()
        .assert_partial("expected an HTML page, found text: `a;b 1;2`");
}
