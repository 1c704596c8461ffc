//! Copies told from sisters, pair by pair.

use moisson_dcat::{
    draft::{AgentSaid, Defaults, Draft, said},
    party::{Rules, settle},
    same::{self, Decisions, Likeness, Member, Standing},
};

const PAIRS: &str = include_str!("pairs.txt");

struct Record {
    source: String,
    likeness: Likeness,
}

fn record(line: &str, number: usize) -> Record {
    let fields: Vec<&str> = line.split('|').map(str::trim).collect();
    let [source, title, publisher, place, more] = fields[..] else { panic!("five fields: {line}") };
    let mut draft = Draft::dataset(&Defaults { language: Some("fr".to_owned()), base: None });
    draft.title(said("title", title)).spatial_text(said("place", place));
    draft.publisher(AgentSaid { name: vec![said("publisher", publisher)], ..AgentSaid::default() });
    for part in more.split_whitespace() {
        let (key, value) = part.split_once('=').unwrap_or_else(|| panic!("{line}"));
        match key {
            "id" => _ = draft.identifier(said("id", value)),
            "page" => _ = draft.upstream_page(said("page", value)),
            "source" => _ = draft.source(said("source", value)),
            "file" => _ = draft.distribution(None).access_url(said("file", value)),
            other => panic!("unknown key {other}: {line}"),
        }
    }
    let mut mapped = draft.finish();
    settle(&mut mapped, &Rules::default(), source).expect("nothing is masked");
    let ours = format!("https://moisson.example/id/dataset/{source}/{number}");
    let likeness = Likeness::of(&ours, &mapped.resource).expect("a dataset");
    Record { source: source.to_owned(), likeness }
}

#[test]
fn copies_are_found_and_sisters_are_not() {
    let mut lines = PAIRS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let (mut copies, mut found, mut sisters, mut wrong) = (0, 0, 0, Vec::new());
    while let Some(head) = lines.next() {
        let (label, why) = head.split_once(": ").unwrap_or_else(|| panic!("{head}"));
        let pair = [0, 1].map(|number| record(lines.next().expect("two records"), number));
        let members = pair.each_ref().map(|record| Member {
            source: &record.source,
            id: "x",
            standing: Standing::Unsaid,
            likeness: &record.likeness,
        });
        let are_one = same::all(&members, &Decisions::default()).iter().any(|group| group.members.len() == 2);
        match label {
            "same" => {
                copies += 1;
                found += usize::from(are_one);
                if !are_one {
                    println!("missed: {why}");
                }
            }
            "different" => {
                sisters += 1;
                if are_one {
                    println!("wrong: {why}");
                    wrong.push(why);
                }
            }
            other => panic!("{other}"),
        }
    }
    println!(
        "pairs: {found} of {copies} copies found; {} of {sisters} sisters taken for copies",
        wrong.len()
    );
    assert!(copies + sisters >= 60);
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(found * 100 >= copies * 80, "{found} of {copies}");
}
