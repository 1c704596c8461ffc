//! Publishers that a register numbers.

use moisson_dcat::{
    Agent, AgentKey, Dataset, Resource, Text,
    same::{self, Decisions, Likeness, Member, Standing},
};

fn likeness(number: u32, name: &str, key: &str) -> Likeness {
    let text = |value: &str| Text { value: value.to_owned(), lang: Some("fr".to_owned()) };
    let publisher =
        Agent { name: vec![text(name)], key: Some(AgentKey::Portal(key.to_owned())), ..Agent::default() };
    let dataset = Dataset {
        title: vec![text("Bornes de recharge pour véhicules électriques")],
        publisher: Some(publisher),
        ..Dataset::default()
    };
    let iri = format!("https://moisson.example/id/dataset/s{number}/1");
    Likeness::of(&iri, &Resource::Dataset(Box::new(dataset))).unwrap()
}

fn are_one(a: (&str, &str), b: (&str, &str)) -> bool {
    let both = [likeness(1, a.0, a.1), likeness(2, b.0, b.1)];
    let member = |source, likeness| Member { source, id: "1", standing: Standing::Unsaid, likeness };
    !same::all(&[member("s1", &both[0]), member("s2", &both[1])], &Decisions::default()).is_empty()
}

#[test]
fn one_number_is_one_publisher_whatever_it_is_called() {
    assert!(are_one(("MEL", "siren-200093201"), ("Métropole Européenne de Lille", "siren-200093201")));
    assert!(!are_one(("MEL", "mel"), ("Métropole Européenne de Lille", "siren-200093201")));
}

#[test]
fn two_numbers_of_one_register_are_two_publishers_of_one_name() {
    let (north, overseas) = ("siren-219300662", "siren-219740115");
    assert!(!are_one(("Ville de Saint-Denis", north), ("Ville de Saint-Denis", overseas)));
    assert!(are_one(("Ville de Saint-Denis", north), ("Ville de Saint-Denis", north)));
    assert!(are_one(("Ville de Saint-Denis", north), ("Ville de Saint-Denis", "saint-denis")));
}
