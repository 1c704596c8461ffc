//! What a configuration may say, and what is said of one that is wrong.

use std::path::Path;

use super::{Config, EXAMPLE};

fn errors(text: &str) -> Vec<String> {
    let errors = Config::parse(text, Path::new("moisson.toml")).unwrap_err();
    errors.iter().map(ToString::to_string).collect()
}

/// The example with one piece of text replaced.
fn with(from: &str, to: &str) -> String {
    assert!(EXAMPLE.contains(from), "the example has no `{from}`");
    EXAMPLE.replacen(from, to, 1)
}

#[test]
fn the_example_is_right() {
    let config = Config::parse(EXAMPLE, Path::new("moisson.toml")).unwrap();
    assert_eq!(config.source.len(), 4);
    assert_eq!(config.portal.title.get("nl"), "Open data van de regio");
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_the_nearest_known_one() {
    let error = errors(&with("language = \"fr\"", "langage = \"fr\"")).remove(0);
    assert!(error.starts_with("moisson.toml:"), "{error}");
    assert!(
        error.contains("unknown field `langage`") && error.contains("did you mean `language`?"),
        "{error}"
    );
}

#[test]
fn an_unknown_kind_lists_the_known_ones() {
    let error = errors(&with("kind = \"ckan\"", "kind = \"ckna\"")).remove(0);
    assert!(error.contains("`ckna`") && error.contains("`opendatasoft`"), "{error}");
    assert!(error.contains("did you mean `ckan`?"), "{error}");
}

#[test]
fn an_option_that_the_kind_does_not_have_is_found_at_its_place() {
    let text = with("schedule = \"30 2 * * *\"", "schedule = \"30 2 * * *\"\noptions = { rwos = 5 }");
    let error = errors(&text).remove(0);
    assert!(error.contains("rwos"), "{error}");
}

#[test]
fn every_fault_is_given_at_once_with_its_place() {
    let text = EXAMPLE
        .replacen("30 2 * * *", "30 2 * *", 1)
        .replacen("Europe/Brussels", "Europe/Bruxelles", 1)
        .replacen("name = \"mairie\"", "name = \"provincie\"", 1);
    let errors = errors(&text);
    assert_eq!(errors.len(), 3, "{errors:#?}");
    assert!(errors.iter().all(|e| e.starts_with("moisson.toml:")), "{errors:#?}");
}

#[test]
fn a_territory_is_one_place() {
    let text = |territory: &str| with("territory = \"35238\"", &format!("territory = \"{territory}\""));
    for right in ["Rennes", "243500139", "Ille-et-Vilaine", "Saint-Denis (93)", "NIS 62063"] {
        assert!(Config::parse(&text(right), Path::new("moisson.toml")).is_ok(), "{right}");
    }
    let with = |territory: &str| errors(&text(territory));
    let unknown = with("Renes").remove(0);
    assert!(unknown.contains("`Renes` is no place") && unknown.contains("`35238`: Rennes"), "{unknown}");
    let several = with("Saint-Denis").remove(0);
    assert!(several.contains("several places") && several.contains("`93066`"), "{several}");
}

#[test]
fn a_missing_file_points_to_init() {
    let error = Config::load(Path::new("no-such-folder/moisson.toml")).unwrap_err().remove(0).to_string();
    assert!(error.contains("no-such-folder") && error.contains("moisson init"), "{error}");
}

#[test]
fn organisations_that_claim_the_same_are_found_at_their_place() {
    let more = "\n[[organisation]]\nid = \"other\"\nalso = [\"GRAND EXEMPLE\"]\nsource = [\"metropole\"]\n";
    let error = errors(&format!("{EXAMPLE}{more}")).remove(0);
    let line = EXAMPLE.lines().count() + 4;
    assert!(error.starts_with(&format!("moisson.toml:{line}:")), "{error}");
    assert!(error.contains("`grand exemple` is already that of organisation 0"), "{error}");
    let error = errors(&with("id = \"metropole-exemple\"", "id = \"métropole\"")).remove(0);
    assert!(error.contains("letters, digits and hyphens"), "{error}");
    let error = errors(&with("# source = [\"region-ckan\"]\n", "source = [\"Ckna\"]\n")).remove(0);
    assert!(error.contains("`Ckna` is not a source name"), "{error}");
    // Sources that are added later are in no file.
    let text = with("# source = [\"region-ckan\"]\n", "source = [\"ckna\"]\n");
    let config = Config::parse(&text, Path::new("moisson.toml")).unwrap();
    assert!(config.notes()[0].contains("source `ckna`, which is not in this file"), "{:?}", config.notes());
    assert!(Config::parse(EXAMPLE, Path::new("moisson.toml")).unwrap().notes().is_empty());
}

#[test]
fn a_source_says_itself_what_is_done_with_personal_data() {
    use moisson_dcat::party::PersonalData::{Flag, Mask};
    let text = with("# personal_data = \"mask\"", "personal_data = \"mask\"");
    let config = Config::parse(&text, Path::new("moisson.toml")).unwrap();
    let policies: Vec<_> = config.source.iter().map(|source| config.personal_data(source)).collect();
    assert_eq!(policies, [Mask, Flag, Flag, Flag]);
    let error = errors(&with("personal_data = \"flag\"", "personal_data = \"hide\"")).remove(0);
    assert!(error.contains("`hide`") && error.contains("`mask`"), "{error}");
}
