//! SCDL catalogues.

use moisson_dcat::RemarkCode;
use serde_json::json;

use super::{Harvest, extras, site, urls};

const FILE: &str = "https://www.givors.example/catalogue.csv";

const HEADINGS: &str = "COLL_NOM;COLL_SIRET;ID;TITRE;DESCRIPTION;THEME;PRODUCTEUR_NOM;PRODUCTEUR_SIRET;COUV_SPAT_MAILLE;COUV_SPAT_NOM;\
                        COUV_TEMP_DEBUT;COUV_TEMP_FIN;DATE_PUBL;FREQ_MAJ;DATE_MAJ;MOTS_CLES;LICENCE;NOMBRE_RESSOURCES;FORMAT_RESSOURCES;URL";

fn row(id: &str, title: &str, url: &str) -> String {
    format!(
        "Ville de Givors;21690091800014;{id};{title};Description de {title};Culture;Médiathèque;21690091800022;Communale;Givors;\
         2017-01-01;31/12/2017;1er juin 2017;Annuelle;2018-01-14;lecture;Licence Ouverte-LO;2;csv;{url}"
    )
}

fn harvest(body: impl AsRef<[u8]>) -> Harvest {
    site(FILE, json!({"mode": "scdl"})).answer(FILE, "text/csv", body).harvest()
}

#[test]
fn a_row_is_a_dataset_with_all_its_columns() {
    let harvest = harvest(format!(
        "{HEADINGS}\r\n{}\r\n",
        row("mediatheque", "Prêts", "https://www.givors.example/prets.csv")
    ));
    harvest.assert_whole();
    assert_eq!(harvest.ids(), ["mediatheque"]);
    let dataset = harvest.only();
    assert_eq!(dataset.title[0].value, "Prêts");
    assert_eq!(dataset.title[0].lang.as_deref(), Some("fr"));
    assert_eq!(dataset.identifier, ["mediatheque"]);
    assert_eq!(dataset.publisher.as_ref().unwrap().name[0].value, "Ville de Givors");
    assert_eq!(dataset.publisher.as_ref().unwrap().identifier, ["21690091800014"]);
    assert_eq!(dataset.creator[0].name[0].value, "Médiathèque");
    assert_eq!(dataset.temporal[0].end_date.as_ref().unwrap().lexical(), "2017-12-31");
    assert_eq!(dataset.issued.as_ref().unwrap().lexical(), "2017-06-01");
    assert_eq!(dataset.spatial[0].label[0].value, "Givors");
    assert_eq!(urls(dataset), ["https://www.givors.example/prets.csv"]);
    assert_eq!(extras(dataset), ["rows/0/COUV_SPAT_MAILLE=Communale", "rows/0/NOMBRE_RESSOURCES=2"]);
}

#[test]
fn a_landing_page_gives_one_distribution_for_each_format() {
    let row = row("a", "A", "https://www.givors.example/jeu/a").replace(";csv;", ";\"csv; xls;json\";");
    let harvest = harvest(format!("{HEADINGS}\n{row}\n"));
    let dataset = harvest.only();
    assert_eq!(dataset.landing_page[0].iri.as_ref().unwrap().as_str(), "https://www.givors.example/jeu/a");
    assert_eq!(dataset.distribution.len(), 3);
    assert!(
        dataset.distribution.iter().all(|file| file.access_url.len() == 1 && file.download_url.is_empty())
    );
    assert!(!harvest.remarks.iter().any(|remark| remark.code == RemarkCode::DuplicateId));
}

#[test]
fn delimiters_charsets_spellings_and_order_do_not_matter() {
    let plain = "id;Titre;URL;Thème;Mots clés\na;Écoles;https://v.example/a;Éducation;\"ecole;classe\"\n";
    let cases: Vec<Vec<u8>> = vec![
        plain.as_bytes().to_vec(),
        format!("\u{feff}{plain}").into_bytes(),
        encoding_rs::WINDOWS_1252.encode(plain).0.into_owned(),
        [b"\xff\xfe".to_vec(), plain.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat(),
        plain.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        "id,Titre,URL,Thème,Mots clés\na,Écoles,https://v.example/a,Éducation,ecole;classe\n".into(),
        "id\tTitre\tURL\tThème\tMots clés\na\tÉcoles\thttps://v.example/a\tÉducation\tecole;classe\n".into(),
        "id|Titre|URL|Thème|Mots clés\na|Écoles|https://v.example/a|Éducation|ecole;classe\n".into(),
        "Catalogue de la ville;;;;\n\nMOTS_CLEFS;theme;url;titre;identifiant\n\"ecole;classe\";Éducation;https://v.example/a;Écoles;a\n".into(),
    ];
    for body in cases {
        let shown = String::from_utf8_lossy(&body).into_owned();
        let harvest = harvest(body);
        assert_eq!(harvest.ids(), ["a"], "{shown}");
        let dataset = harvest.only();
        assert_eq!(dataset.title[0].value, "Écoles", "{shown}");
        assert_eq!(dataset.keyword.len(), 2, "{shown}");
        assert_eq!(dataset.theme.len(), 1, "{shown}");
    }
}

#[test]
fn several_rows_with_one_id_are_several_resources_and_mistakes_are_remarked() {
    let body = format!(
        "{HEADINGS}\n{}\n{}\n{}\n{}\n",
        row("a", "A", "https://v.example/a.csv"),
        row("a", "A", "https://v.example/a.json").replace(";csv;", ";json;"),
        row("b", "B", "https://v.example/b.csv"),
        row("b", "Autre chose", "https://v.example/c.csv")
    );
    let harvest = harvest(body);
    assert_eq!(harvest.ids(), ["a", "b"]);
    assert_eq!(urls(harvest.titled("A")), ["https://v.example/a.csv", "https://v.example/a.json"]);
    assert_eq!(
        extras(harvest.titled("A")),
        ["rows/0/COUV_SPAT_MAILLE=Communale", "rows/0/NOMBRE_RESSOURCES=2"]
    );
    let second = &harvest.titled("B").distribution[1];
    assert_eq!(second.title[0].value, "Autre chose");
    let duplicates: Vec<_> =
        harvest.remarks.iter().filter(|remark| remark.code == RemarkCode::DuplicateId).collect();
    assert_eq!(duplicates.len(), 1, "{duplicates:?}");
    assert_eq!(duplicates[0].place, "line 5");
}

#[test]
fn rows_without_id_or_title_are_kept_or_set_aside() {
    let body = "ID;TITRE;URL;THEME\n;Sans id;https://v.example/x;T\n;Sans adresse;;T\ny;;https://v.example/y;T\n;;;Orphelin\n";
    let harvest = harvest(body);
    assert_eq!(
        harvest.ids(),
        ["https://v.example/x", "https://www.givors.example/catalogue.csv#sans-adresse", "y"]
    );
    assert_eq!(harvest.broken.len(), 1);
    assert_eq!(
        (harvest.broken[0].place.as_str(), harvest.broken[0].body.as_ref()),
        ("line 5", b";;;Orphelin".as_slice())
    );
    let missing = |property: &str| {
        harvest
            .remarks
            .iter()
            .filter(|r| r.code == RemarkCode::MissingValue && r.property == property)
            .count()
    };
    assert_eq!((missing("identifier"), missing("title")), (2, 1));
}

#[test]
fn unknown_columns_and_values_beyond_them_are_kept() {
    let harvest = harvest("ID;TITRE;URL;THEME;CONTACT;CONTACT\na;A;https://v.example/a;T;x@v.example;y;z\n");
    let extras = extras(harvest.only());
    assert!(extras.contains(&"rows/0/CONTACT=x@v.example".to_owned()), "{extras:?}");
    assert!(extras.contains(&"rows/0/CONTACT 6=y".to_owned()), "{extras:?}");
    assert!(extras.iter().any(|line| line.ends_with("=z") || line.ends_with("=[\"z\"]")), "{extras:?}");
}

#[test]
fn quoting_faults_cost_nothing_and_are_remarked() {
    let harvest = harvest(
        "ID;TITRE;URL;THEME\na;\"La \"Halle\" aux grains\";https://v.example/a;T\nb;\"Jamais fermé;https://v.example/b;T\nc;C;https://v.example/c;T\n",
    );
    assert_eq!(harvest.titles(), ["La \"Halle\" aux grains", "Jamais fermé", "C"]);
    assert_eq!(harvest.remarks.iter().filter(|remark| remark.code == RemarkCode::RepairedSyntax).count(), 2);
}

#[test]
fn auto_knows_a_catalogue_by_its_columns() {
    let harvest = site(FILE, json!({}))
        .answer(FILE, "application/octet-stream", "ID;TITRE;URL;THEME\na;A;https://v.example/a;T\n")
        .harvest();
    assert_eq!(harvest.ids(), ["a"]);
}

#[test]
fn a_page_in_place_of_the_file_is_an_error() {
    let harvest = site(FILE, json!({"mode": "scdl"})).page(FILE, "<p>Maintenance</p>").harvest();
    harvest.assert_partial(
        "expected a CSV file with the columns of an SCDL catalogue (`ID`, `TITRE`, …), found HTML",
    );
}

#[test]
fn a_file_of_the_operator_is_planned_as_it_is() {
    use moisson_harvest::Harvester;
    let source = site("file:///srv/catalogue.csv", json!({"mode": "scdl"})).source();
    assert_eq!(
        super::WebPage.plan(&source, None).unwrap().start[0].url.as_str(),
        "file:///srv/catalogue.csv"
    );
}

#[test]
fn a_last_row_that_is_cut_makes_the_walk_partial() {
    harvest("ID;TITRE;URL;THEME\na;A;https://v.example/a;T\nb;B;https").assert_partial("cut short");
    harvest("ID;TITRE;URL;THEME\na;A;https://v.example/a;T").assert_whole();
}
