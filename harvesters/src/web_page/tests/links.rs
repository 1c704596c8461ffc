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

#[test]
fn a_file_name_is_no_title_where_a_heading_says_what_it_is() {
    let harvest = check(
        json!({}),
        "<article><h1>Open data</h1><p>Sous <a rel=license href='https://www.etalab.gouv.fr/licence-ouverte-open-licence'>Licence Ouverte</a></p>\
         <h2>Délibérations</h2><p>Les délibérations du conseil.</p><div><a href='/u/2000_delib_2022.csv'>2000_delib_2022</a></div>\
         <div><a href='/u/2000_delib_2023.csv'>2000_delib_2023</a></div>\
         <h2>Écoles</h2><ul><li><a href='/u/ecoles.csv'>ecoles.csv</a> <span>(12.5 Ko)</span></li></ul></article>",
    );
    assert_eq!(harvest.titles(), ["Délibérations", "Écoles"]);
    let first = harvest.titled("Délibérations");
    assert_eq!(first.description[0].value, "Les délibérations du conseil.");
    assert!(harvest.datasets.iter().all(|(_, dataset)| dataset.license.len() == 1), "{:?}", harvest.datasets);
}

#[test]
fn a_card_whose_heading_is_a_link_to_its_page_keeps_the_heading() {
    let harvest = check(
        json!({}),
        "<article><h2><a href='/jeu/1'>Marchés publics</a></h2><p>La commande publique de la ville.</p>\
         <time datetime='2023-04-05'>5 avril 2023</time><a href='/m/1?attachment' type='application/json'>Télécharger (JSON)</a></article>\
         <article><h2><a href='/jeu/2'>Budget</a></h2><a href='/m/2.csv' title='Ouvrir le fichier'>CSV</a></article>",
    );
    assert_eq!(harvest.titles(), ["Marchés publics", "Budget"]);
    let first = harvest.titled("Marchés publics");
    assert_eq!(first.description[0].value, "La commande publique de la ville.");
    assert_eq!(first.modified.as_ref().unwrap().lexical(), "2023-04-05");
    assert!(harvest.titled("Budget").distribution[0].description.is_empty());
}

#[test]
fn terms_beside_a_picture_that_is_a_link_say_what_it_is() {
    let harvest = check(
        json!({}),
        "<dl><dt><a href='/i/menus_2022.csv' title='CSV - 3.4 ko'><img alt='CSV - 3.4 ko'></a></dt>\
         <dt><strong>Menus de la cantine</strong></dt><dd>Menus des écoles maternelles</dd></dl>",
    );
    assert_eq!(harvest.titles(), ["Menus de la cantine"]);
    assert_eq!(harvest.titled("Menus de la cantine").description[0].value, "Menus des écoles maternelles");
}

#[test]
fn columns_of_a_table_are_read_by_their_headings() {
    let harvest = check(
        json!({}),
        "<table><thead><tr><th>Jeu de données</th><th>Description</th><th>Mise à jour</th><th>Fichiers</th></tr></thead>\
         <tr><td>Aires de jeux</td><td>Où jouer</td><td>15/03/2023</td><td><a href='/a.csv'>CSV</a> <a href='/a.json'>JSON</a></td></tr>\
         <tr><td>DAE</td><td>Défibrillateurs de la ville</td><td>janvier 2023</td><td><a href='/d.csv'>CSV</a></td></tr></table>",
    );
    assert_eq!(harvest.titles(), ["Aires de jeux", "DAE"]);
    let first = harvest.titled("Aires de jeux");
    assert_eq!(first.description[0].value, "Où jouer");
    assert_eq!(first.modified.as_ref().unwrap().lexical(), "2023-03-15");
    assert_eq!(harvest.titled("DAE").modified.as_ref().unwrap().lexical(), "2023-01");
}

#[test]
fn files_of_the_menu_and_the_footer_are_passed_over_with_a_remark() {
    let page = "<nav><ul><li><a href='/plan.kml'>Plan</a></li><li><a href='/rues.csv'>Rues</a></li></ul></nav><main><h1>Données</h1><p><a href='/rues.csv'>Rues</a></p></main>\
                <footer><a href='/menus.csv'>Menus</a></footer>";
    let harvest = check(json!({}), page);
    assert_eq!(harvest.titles(), ["Rues"]);
    assert!(harvest.remarks.iter().any(|remark| remark.detail.contains("footer") && remark.value == "2"));
    assert_eq!(check(json!({"link": "a"}), page).titles().len(), 3);
    assert_eq!(check(json!({}), "<footer><a href='/menus.csv'>Menus</a></footer>").titles(), ["Menus"]);
}

#[test]
fn map_services_are_data_with_an_access_address() {
    let page = "<ul><li><a href='https://geo.example/wms?SERVICE=WMS&request=GetCapabilities'>Cadastre (WMS)</a></li>\
                <li><a href='/rues.csv'>Rues</a></li></ul>";
    let harvest = check(json!({}), page);
    assert_eq!(harvest.titles(), ["Cadastre", "Rues"]);
    let service = &harvest.titled("Cadastre").distribution[0];
    assert!(service.download_url.is_empty() && service.access_url.len() == 1, "{service:?}");
    assert_eq!(check(json!({"extensions": ["csv"]}), page).titles(), ["Rues"]);
}

#[test]
fn a_list_that_says_where_it_goes_on_is_followed_to_its_end() {
    let harvest = site(PAGE, json!({"head": false}))
        .page(PAGE, "<p><a href='/a.csv'>Rues</a></p><a rel=next href='?page=1'>Suivant</a>")
        .page("https://www.digne.example/opendata?page=1", "<p><a href='/b.csv'>Places</a></p>")
        .harvest();
    harvest.assert_whole();
    assert_eq!(harvest.titles(), ["Rues", "Places"]);
}

#[test]
fn files_on_a_page_of_a_sitemap_that_describes_nothing_are_spoken_of() {
    let sitemap = "https://www.digne.example/sitemap.xml";
    let list = format!("<urlset><url><loc>{PAGE}</loc></url></urlset>");
    let harvest = site(sitemap, json!({}))
        .answer(sitemap, "application/xml", list)
        .page(PAGE, "<p><a href='/a.csv'>Rues</a></p>")
        .harvest();
    assert!(harvest.titles().is_empty());
    let said = harvest.remarks.iter().find(|remark| remark.detail.contains("mode = \"links\""));
    assert_eq!(said.map(|remark| remark.value.as_str()), Some("1"));
}

#[test]
fn entries_that_hold_entries_name_what_has_no_name() {
    let harvest = check(
        json!({}),
        "<h1>Données</h1><ul><li><strong>Budget</strong><ul><li><a href='/b2021.csv'>2021</a></li><li><a href='/b2022.csv'>2022</a></li></ul></li>\
         <li><strong>Subventions</strong> – <a href='/s.csv'>télécharger</a> – <a href='/s_dict.csv'>dictionnaire</a></li></ul>\
         <table><tr><td>Délibérations</td><td><a href='/d21.csv'>csv</a></td><td><a href='/d22.csv'>csv</a></td></tr></table>\
         <div><a href='/cantine.ods'><img alt=''></a><div><p>Fréquentation de la cantine</p><p>Nombre de repas par mois</p></div></div>",
    );
    assert_eq!(
        harvest.titles(),
        [
            "Budget",
            "Subventions",
            "dictionnaire",
            "Délibérations (d21)",
            "Délibérations (d22)",
            "Fréquentation de la cantine"
        ]
    );
}

#[test]
fn the_only_licence_that_a_page_links_to_is_that_of_its_data() {
    let page = |more: &str| {
        format!(
            "<main><ul><li><a href='/a.csv'>Rues</a></li><li><a href='/b.csv'>Places</a></li></ul>\
             <p>Licence : <a href='https://creativecommons.org/licenses/by/4.0/deed.fr'>CC BY</a> {more}</p></main>\
             <footer><a href='https://creativecommons.org/publicdomain/zero/1.0/'>Site</a></footer>"
        )
    };
    let one = check(json!({}), &page(""));
    assert!(one.datasets.iter().all(|(_, dataset)| dataset.license.len() == 1), "{:?}", one.datasets);
    let two = check(json!({}), &page("ou <a href='https://opendatacommons.org/licenses/odbl/'>ODbL</a>"));
    assert!(two.datasets.iter().all(|(_, dataset)| dataset.license.is_empty()), "{:?}", two.datasets);
}

#[test]
fn files_behind_pages_of_plone_are_found() {
    let harvest = check(
        json!({}),
        "<article><header><a href='/od/rues.csv/view'>Liste des rues</a></header></article>\
         <article><header><a href='/od/ecoles.xlsx/view'>Écoles</a></header></article>",
    );
    assert_eq!(harvest.titles(), ["Liste des rues", "Écoles"]);
    assert_eq!(urls(harvest.titled("Écoles")), ["https://www.digne.example/od/ecoles.xlsx"]);
}
