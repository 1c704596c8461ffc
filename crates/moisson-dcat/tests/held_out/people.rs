//! People told from services, and bodies told from each other.

use moisson_dcat::{
    Agent, Mapped, Resource,
    draft::{AgentSaid, ContactSaid, Defaults, Draft, said},
    party::{Rules, settle},
    remark::RemarkCode,
};

const PEOPLE: &str = include_str!("people.txt");
const BODIES: &str = include_str!("bodies.txt");

fn settled(say: impl FnOnce(&mut Draft)) -> Mapped {
    let mut draft = Draft::dataset(&Defaults { language: Some("fr".to_owned()), base: None });
    say(&mut draft);
    let mut mapped = draft.finish();
    settle(&mut mapped, &Rules::default(), "source").expect("nothing is masked");
    mapped
}

fn is_flagged(field: &str, value: &str) -> bool {
    let value = said("contact", value);
    let mapped = settled(|draft| {
        let asked = match field {
            "email" => ContactSaid { email: vec![value], ..ContactSaid::default() },
            _ => ContactSaid { name: vec![value], ..ContactSaid::default() },
        };
        draft.contact_point(&asked);
    });
    let personal = [RemarkCode::PersonalName, RemarkCode::PersonalEmail, RemarkCode::PersonalPhone];
    mapped.remarks.iter().any(|remark| personal.contains(&remark.code))
}

fn publisher(name: &str) -> Agent {
    let mapped = settled(|draft| {
        draft.publisher(AgentSaid { name: vec![said("publisher", name)], ..AgentSaid::default() });
    });
    match mapped.resource {
        Resource::Dataset(dataset) => dataset.publisher.expect("there is one"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn people_are_flagged_and_services_are_not() {
    let (mut people, mut found, mut false_alarms, mut services) = (0, 0, Vec::new(), 0);
    for line in PEOPLE.lines().filter(|line| line.contains(" => ") && !line.starts_with('#')) {
        let (said, expected) = line.rsplit_once(" => ").unwrap();
        let (field, value) = said.split_once(": ").map_or(("name", said), |(field, rest)| {
            if ["name", "email", "text"].contains(&field) { (field, rest) } else { ("name", said) }
        });
        let flagged =
            is_flagged(if value.contains('@') && !value.contains(' ') { "email" } else { field }, value);
        match expected {
            "person" => {
                people += 1;
                found += usize::from(flagged);
                if !flagged {
                    println!("missed: {value}");
                }
            }
            "service" => {
                services += 1;
                if flagged {
                    println!("false alarm: {value}");
                    false_alarms.push(value);
                }
            }
            other => panic!("{other}: {line}"),
        }
    }
    println!("people: {found} of {people} found; {} of {services} services flagged", false_alarms.len());
    assert!(false_alarms.is_empty(), "{false_alarms:#?}");
    assert!(found * 100 >= people * 90, "{found} of {people}");
}

#[test]
fn spellings_of_one_body_are_one_and_two_bodies_are_two() {
    let (mut same, mut joined, mut different, mut wrong) = (0, 0, 0, Vec::new());
    let mut is_same = true;
    for line in BODIES.lines() {
        if line.starts_with('[') {
            is_same = line == "[same]";
            continue;
        }
        let Some((a, b)) = line.split_once(" == ") else { continue };
        let are_one = publisher(a).key.is_some() && publisher(a).key == publisher(b).key;
        if is_same {
            same += 1;
            joined += usize::from(are_one);
            if !are_one {
                println!("two: {line}: {:?} {:?}", publisher(a).key, publisher(b).key);
            }
        } else {
            different += 1;
            if are_one {
                println!("one: {line}: {:?}", publisher(a).key);
                wrong.push(line);
            }
        }
    }
    println!("bodies: {joined} of {same} joined; {} of {different} wrongly", wrong.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(joined * 100 >= same * 95, "{joined} of {same}");
}
