//! The quick reader of N-Triples accepts what the parser of `oxrdfio` accepts, and reads the same triples.

use moisson_shacl::{LoadError, Options, Shapes};
use oxrdf::{Graph, Triple};
use oxrdfio::{RdfFormat, RdfParser};
use proptest::prelude::*;

fn no_shapes() -> Shapes {
    Shapes::compile(&Graph::new(), &Options::default()).unwrap()
}

/// The triples by each of the two readers; none from one that finds an error.
fn both(text: &[u8]) -> (Option<Vec<Triple>>, Option<Vec<Triple>>) {
    let ours = no_shapes().index_ntriples(text).ok().map(|index| index.triples().collect());
    let theirs = RdfParser::from_format(RdfFormat::NTriples)
        .for_slice(text)
        .map(|quad| quad.map(Triple::from))
        .collect::<Result<Vec<_>, _>>()
        .ok();
    (sorted(ours), sorted(theirs))
}

fn sorted(triples: Option<Vec<Triple>>) -> Option<Vec<Triple>> {
    triples.map(|mut triples| {
        triples.sort_by_key(ToString::to_string);
        triples.dedup();
        triples
    })
}

fn check(text: &[u8]) {
    let (ours, theirs) = both(text);
    assert_eq!(ours, theirs, "{}", String::from_utf8_lossy(text));
}

#[test]
fn ordinary_lines_and_odd_ones_are_read_alike() {
    for line in [
        "<http://a/s> <http://a/p> <http://a/o> .",
        "<http://a/s><http://a/p><http://a/o>.",
        "\t<http://a/s>\t<http://a/p>\t\"x\" \t. \t",
        "<http://a/s> <http://a/p> \"x\" . # a comment",
        "# a comment",
        "",
        "   ",
        "_:a <http://a/p> _:b .",
        "_:a <http://a/p> _:b.",
        "_:a.b <http://a/p> _:b.c .",
        "_:é <http://a/p> _:1 .",
        "_: <http://a/p> _:b .",
        "_:-a <http://a/p> _:b .",
        "<http://a/s> <http://a/p> \"a\\tb\\nc\\\"d\\\\e\\'f\\bg\\fh\\r\" .",
        "<http://a/s> <http://a/p> \"\\u00e9\\U0001F600\" .",
        "<http://a/s> <http://a/p> \"\\ud83d\\ude00\" .",
        "<http://a/s> <http://a/p> \"\\x\" .",
        "<http://a/s> <http://a/p> \"open .",
        "<http://a/s> <http://a/p> \"a\rb\" .",
        "<http://a/s> <http://a/p> \"a\u{0}b\" .",
        "<http://a/s> <http://a/p> \"x\"@fr .",
        "<http://a/s> <http://a/p> \"x\"@fr-BE.",
        "<http://a/s> <http://a/p> \"x\"@FR .",
        "<http://a/s> <http://a/p> \"x\"@fr_FR .",
        "<http://a/s> <http://a/p> \"x\"@abcdefghijkl .",
        "<http://a/s> <http://a/p> \"x\"@1 .",
        "<http://a/s> <http://a/p> \"x\"@fr--ltr .",
        "<http://a/s> <http://a/p> \"x\"@ .",
        "<http://a/s> <http://a/p> \"x\" @fr .",
        "<http://a/s> <http://a/p> \"1\"^^<http://www.w3.org/2001/XMLSchema#integer> .",
        "<http://a/s> <http://a/p> \"1\"^^<http://www.w3.org/2001/XMLSchema#string> .",
        "<http://a/s> <http://a/p> \"1\" ^^ <http://a/t> .",
        "<http://a/s> <http://a/p> \"1\"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString> .",
        "<http://a/s> <http://a/p> \"1\"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML> .",
        "<http://a/s> <http://a/p> \"1\"^^<relative> .",
        "<http://a/s> <http://a/p> \"1\"^^_:b .",
        "<relative> <http://a/p> <http://a/o> .",
        "<http://a/a b> <http://a/p> <http://a/o> .",
        "<http://a/\\u00e9> <http://a/p> <http://a/o> .",
        "<http://a/\\u0020> <http://a/p> <http://a/o> .",
        "<http://a/%zz> <http://a/p> <http://a/o> .",
        "<http://a/é> <http://a/p> <http://a/[> .",
        "<> <http://a/p> <http://a/o> .",
        "\"x\" <http://a/p> <http://a/o> .",
        "<http://a/s> _:p <http://a/o> .",
        "<http://a/s> <http://a/p> <http://a/o>",
        "<http://a/s> <http://a/p> <http://a/o> . .",
        "<http://a/s> <http://a/p> <http://a/o> . <http://a/s> <http://a/p> <http://a/o2> .",
        "<http://a/s> <http://a/p> <http://a/o> <http://a/g> .",
        "<http://a/s> <http://a/p> .",
        "<http://a/s> <http://a/p> 1 .",
        "<http://a/s> <http://a/p> \"\"\"x\"\"\" .",
        "<http://a/s> <http://a/p> 'x' .",
        "@prefix a: <http://a/> .",
        "\u{feff}<http://a/s> <http://a/p> <http://a/o> .",
        "<http://a/s> <http://a/p> <http://a/o> .\r",
        "<http://a/s> <http://a/p> <http://a/o> .\r<http://a/s> <http://a/p> <http://a/o2> .",
        "# a comment\r<http://a/s> <http://a/p> <http://a/o> .",
    ] {
        check(line.as_bytes());
        // Between others, with the same subject before it.
        let others = "<http://a/s> <http://a/p> \"before\" .";
        check(format!("{others}\n{line}\n{others}").as_bytes());
    }
    check(b"<http://a/s> <http://a/p> \"\xff\" .\n<http://a/s> <http://a/p> \"x\" .");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_text_is_read_alike(pieces in proptest::collection::vec(piece(), 0..24)) {
        let text = pieces.concat();
        let (ours, theirs) = both(text.as_bytes());
        prop_assert_eq!(ours, theirs, "{}", text);
    }
}

/// What lines are made of, well-formed for the most part.
fn piece() -> impl Strategy<Value = String> {
    let plain = |pieces: &'static [&'static str]| proptest::sample::select(pieces).prop_map(str::to_owned);
    prop_oneof![
        8 => plain(&["<http://a/s> <http://a/p> ", "_:b <http://a/p> ", "<http://a/s2> <http://a/q> "]),
        8 => plain(&["<http://a/o> .\n", "\"x\" .\n", "\"y\"@fr .\n", "_:c .\n", "\"z\"^^<http://a/t> .\n"]),
        2 => plain(&[" ", "\t", "\n", "\r\n", "\r", ".", "#", "\\", "\"", "<", ">", "@", "^^", "_:"]),
        1 => "[\\PC\\n]{0,6}".prop_map(|text| format!("\"{text}\"")),
        1 => "[a-z0-9:/%\\\\ ]{0,8}".prop_map(|text| format!("<http://a/{text}>")),
        1 => "[a-zA-Z0-9-]{0,10}".prop_map(|tag| format!("\"x\"@{tag} .\n")),
        1 => "[a-zA-Z0-9_.é-]{0,4}".prop_map(|label| format!("_:{label}")),
    ]
}

#[test]
fn an_error_says_the_line_and_nothing_is_silently_dropped() {
    let text = "<http://a/s> <http://a/p> <http://a/o> .\n\n<http://a/s> <http://a/p> \"open .\n";
    let error = no_shapes().index_ntriples(text.as_bytes()).unwrap_err();
    assert!(matches!(error, LoadError::Syntax { line: 3, .. }), "{error}");
}

#[test]
fn lines_longer_than_a_block_are_read_and_endless_ones_refused() {
    let long = "x".repeat(5 << 20);
    let text = format!("<http://a/s> <http://a/p> \"{long}\" .\n<http://a/s> <http://a/p> \"y\" .");
    let index = no_shapes().index_ntriples(text.as_bytes()).unwrap();
    assert_eq!(index.len(), 2);
    let error = no_shapes().index_ntriples(std::io::repeat(b'x')).unwrap_err();
    assert!(matches!(error, LoadError::LongLine { line: 1, .. }), "{error}");
}
