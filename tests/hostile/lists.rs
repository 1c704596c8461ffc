//! What listings say, and what the portal has.

use crate::behaviour::{Behaviour, How, row};
use crate::portal::{Ask, Dataset, Flaw, View};

use How::{Flaw as Flawed, Moves, Shows, View as Views};

/// From the second page on, two datasets have gone from the place where we are to one where we were.
fn another_order(view: &mut View, ask: &Ask, all: &[Dataset]) {
    if let Ask::Page { start: start @ 4.., rows } = ask {
        let mut others = all.to_vec();
        others.rotate_left(2);
        view.datasets = others.into_iter().skip(*start).take(*rows).collect();
    }
}

/// Lists that lie, loop, move or hold what cannot be read.
pub(crate) const LISTS: &[Behaviour] = &[
    // What listings say.
    row(
        "empty-list",
        "an empty list, and a count of twelve",
        Views(|view, ask, _| {
            if !matches!(ask, Ask::One(_) | Ask::Find(_)) {
                view.datasets.clear();
                view.next = None;
            }
        }),
        "FFFFF",
        "counts 12|0 records",
    ),
    row(
        "empty-and-counted",
        "an empty list, and a count of zero",
        Views(|view, ask, _| {
            if !matches!(ask, Ask::One(_) | Ask::Find(_)) {
                *view = View { datasets: Vec::new(), count: Some("0".to_owned()), next: None };
            }
        }),
        "HHHFF",
        "over the limit|0 records",
    ),
    row(
        "empty-and-uncounted",
        "an empty list without a count",
        Views(|view, ask, _| {
            if !matches!(ask, Ask::One(_) | Ask::Find(_)) {
                *view = View { datasets: Vec::new(), count: None, next: None };
            }
        }),
        "FFFFF",
        "0 records",
    ),
    row(
        "count-too-high",
        "counts five more than it lists",
        Views(|view, _, all| view.count = Some((all.len() + 5).to_string())),
        "PPP--",
        "counts 17",
    ),
    row(
        "count-too-low",
        "counts five and lists twelve",
        Views(|view, _, _| view.count = Some("5".to_owned())),
        "WWW--",
        "",
    ),
    row(
        "count-zero",
        "counts zero and lists twelve",
        Views(|view, _, _| view.count = Some("0".to_owned())),
        "WWW--",
        "",
    ),
    row("count-missing", "counts nothing", Views(|view, _, _| view.count = None), "WWW--", ""),
    row(
        "count-in-words",
        "counts in a way that is no number",
        Views(|view, _, _| view.count = Some("\"douze\"".to_owned())),
        "WWW--",
        "",
    ),
    row(
        "count-negative",
        "counts minus one",
        Views(|view, _, _| view.count = Some("-1".to_owned())),
        "WWW--",
        "",
    ),
    row(
        "count-collapses",
        "counts two from page 2 on",
        Views(|view, ask, _| {
            if matches!(ask, Ask::Page { start: 4.., .. }) {
                view.count = Some("2".to_owned());
            }
        }),
        "WWW--",
        "",
    ),
    row(
        "rows-capped",
        "gives two datasets a page, whatever is asked for",
        Views(|view, ask, _| {
            if matches!(ask, Ask::Page { .. }) {
                view.datasets.truncate(2);
            }
        }),
        "WWP--",
        "counts 12",
    ),
    row(
        "start-ignored",
        "gives the first page whatever is asked for",
        Views(|view, ask, all| {
            if let Ask::Page { rows, .. } = ask {
                view.datasets = all.iter().take(*rows).copied().collect();
                view.next = Some("http://HOST/catalog.rdf?page=2".to_owned());
            }
        }),
        "WWP--",
        "leads back|names itself|earlier pages|counts 12",
    ),
    row(
        "start-ignored-uncounted",
        "gives the first page whatever is asked for, and no count",
        Views(|view, ask, all| {
            if let Ask::Page { start, rows } = ask {
                view.datasets = all.iter().take(*rows).copied().collect();
                view.next = Some(format!("http://HOST/catalog.rdf?page={}", start / 4 + 2));
                view.count = None;
            }
        }),
        "WWP--",
        "earlier pages",
    ),
    row(
        "page-before-again",
        "gives page 2 once more in the place of page 3",
        Views(|view, ask, all| {
            if matches!(ask, Ask::Page { start: 8, .. }) {
                view.datasets = all.iter().skip(4).take(4).copied().collect();
            }
        }),
        "WWP--",
        "earlier pages|counts 12",
    ),
    row("order-changes", "lists in another order from page 2 on", Views(another_order), "PPP--", "counts 12"),
    row(
        "order-changes-uncounted",
        "lists in another order from page 2 on, and no count",
        Views(|view, ask, all| {
            another_order(view, ask, all);
            view.count = None;
        }),
        "PPL--",
        "the list moved",
    ),
    row(
        "next-loops",
        "page 3 leads back to page 1; no count",
        Views(|view, ask, _| {
            view.count = None;
            if matches!(ask, Ask::Page { start: 8, .. }) {
                view.next = Some("http://HOST/catalog.rdf?page=1".to_owned());
            }
        }),
        "--P--",
        "leads back",
    ),
    row(
        "next-is-itself",
        "page 2 names itself as the next; no count",
        Views(|view, ask, _| {
            view.count = None;
            if matches!(ask, Ask::Page { start: 4, .. }) {
                view.next = Some("http://HOST/catalog.rdf?page=2".to_owned());
            }
        }),
        "--P--",
        "leads back",
    ),
    row(
        "next-is-relative",
        "the links to next pages are relative",
        Views(|view, _, _| view.next = view.next.as_ref().map(|next| next.replace("http://HOST/", ""))),
        "--W--",
        "",
    ),
    row(
        "next-behind-a-proxy",
        "the links to next pages have an inner name",
        Views(|view, _, _| {
            view.next = view.next.as_ref().map(|next| next.replace("HOST", "prive.example:8080"));
        }),
        "--W--",
        "",
    ),
    row(
        "next-is-elsewhere",
        "the link to page 2 leads to a private address",
        Views(|view, _, _| {
            view.count = None;
            if view.next.is_some() {
                view.next = Some("http://prive.example/autre.rdf?page=2".to_owned());
            }
        }),
        "--P--",
        "private",
    ),
    row(
        "next-is-a-file",
        "the link to page 2 leads to a file",
        Views(|view, _, _| {
            view.count = None;
            if view.next.is_some() {
                view.next = Some("file:///etc/passwd".to_owned());
            }
        }),
        "--P--",
        "scheme `file`",
    ),
    row(
        "next-is-garbage",
        "the link to page 2 is no address; no count",
        Views(|view, _, _| {
            view.count = None;
            if view.next.is_some() {
                view.next = Some("http://[".to_owned());
            }
        }),
        "--P--",
        "no address",
    ),
    row(
        "next-is-lost",
        "page 2 has no link to page 3; no count",
        Views(|view, ask, _| {
            view.count = None;
            if matches!(ask, Ask::Page { start: 4, .. }) {
                view.next = None;
            }
        }),
        "--H--",
        "over the limit",
    ),
    row(
        "twice-on-a-page",
        "the first dataset of each page comes twice",
        Views(|view, ask, _| {
            if !matches!(ask, Ask::One(_) | Ask::Find(_))
                && let Some(first) = view.datasets.first().copied()
            {
                view.datasets.push(first);
            }
        }),
        "PPWWW",
        "counts|earlier",
    ),
    row(
        "twice-with-other-content",
        "page 3 repeats a dataset of page 1 with other content",
        Views(|view, ask, all| {
            if matches!(ask, Ask::All | Ask::Page { start: 8, .. })
                && let Some(first) = all.first()
            {
                view.datasets.push(Dataset { version: 99, ..*first });
            }
        }),
        "PPW-W",
        "counts|counted",
    ),
    // What the portal has.
    row(
        "grows",
        "a dataset comes in at the front while we read",
        Moves(|all| all.insert(0, Dataset::new(0))),
        "PPPLW",
        "counted up to|counts 13",
    ),
    row(
        "shrinks",
        "the first dataset goes while we read",
        Moves(|all| {
            all.remove(0);
        }),
        "PPPPW",
        "counted up to|status 404",
    ),
    row(
        "moves",
        "the first dataset goes and another comes in at the end while we read",
        Moves(|all| {
            all.remove(0);
            all.push(Dataset::new(90));
        }),
        "PPLPW",
        "moved|status 404",
    ),
    row(
        "half-a-list",
        "shows half of what it has, and counts that",
        Shows(|all| all.truncate(6)),
        "HHHHH",
        "over the limit",
    ),
    row(
        "other-ids",
        "all ids change",
        Shows(|all| all.iter_mut().for_each(|it| it.number += 50)),
        "HHHHH",
        "over the limit",
    ),
    row(
        "capitals",
        "all ids are in capitals",
        Shows(|all| all.iter_mut().for_each(|it| it.flaw = Flaw::Capitals)),
        "HHHHH",
        "over the limit",
    ),
    row(
        "no-id",
        "one dataset has no id",
        Flawed(Flaw::NoId),
        "PPLPW",
        "without|could not be read|has nothing now",
    ),
    row("no-title", "one dataset has no title", Flawed(Flaw::NoTitle), "WWWWW", ""),
    row(
        "nothing-in-its-place",
        "`null` in the place of one dataset",
        Flawed(Flaw::Nothing),
        "PPPP-",
        "could not be read|counts 12|has nothing now",
    ),
    row("forbidden-character", "a control character in one dataset", Flawed(Flaw::Control), "WWWWW", ""),
    row("not-utf-8", "Latin-1 in one dataset of an UTF-8 list", Flawed(Flaw::NotUtf8), "WWWWW", ""),
    row("very-long", "a description of a megabyte", Flawed(Flaw::Long), "WWWWW", ""),
    row(
        "very-deep",
        "five thousand levels of nesting in one dataset",
        Flawed(Flaw::Deep),
        "LLPPW",
        "recursion|deep|nest",
    ),
    row("bad-address", "two addresses in one, with spaces", Flawed(Flaw::BadUrl), "WWWWW", ""),
    row("script", "a script in a description", Flawed(Flaw::Script), "WWWWW", ""),
];
