//! What conforming documents say, what broken ones still say, and how endings are told apart.

use oxrdfio::{RdfFormat, RdfParser};

use super::{End, read};
use crate::rdf_in::{graph::Term, intake::Intake};

fn term(term: Term<'_>) -> String {
    match term {
        Term::Iri(iri) => format!("<{iri}>"),
        Term::Blank(_) => "_".to_owned(),
        Term::Literal { value, lang: Some(lang), .. } => format!("{value:?}@{lang}"),
        Term::Literal { value, datatype: Some(datatype), .. } => format!("{value:?}^^{datatype}"),
        Term::Literal { value, .. } => format!("{value:?}"),
    }
}

/// The statements with short names, the remarks, and the end.
fn check(text: &str) -> (Vec<String>, Vec<String>, End) {
    let mut intake = Intake::default();
    let end = read(text, &mut intake);
    let graph = &intake.graph;
    let lines =
        graph.triples().iter().map(|t| t.map(|id| term(graph.term(id))).join(" ").replace("http://x/", ""));
    let remarks =
        intake.troubles.iter().map(|t| format!("{:?} {}: {}", t.remark.code, t.remark.place, t.remark.value));
    (lines.collect(), remarks.collect(), end)
}

fn lines(text: &str) -> Vec<String> {
    check(text).0
}

/// Reads a document with the reference parser too and compares, blank nodes aside.
fn same(text: &str) {
    let mut wanted: Vec<String> = RdfParser::from_format(RdfFormat::TriG)
        .for_slice(text)
        .map(|quad| {
            let quad = quad.unwrap();
            let shown = [quad.subject.to_string(), quad.predicate.to_string(), quad.object.to_string()];
            shown.map(|t| if t.starts_with("_:") { "_".to_owned() } else { t }).join(" ")
        })
        .collect();
    let (got, remarks, end) = check(text);
    assert_eq!((remarks, end), (Vec::new(), End::Whole), "{text}");
    let mut got: Vec<String> = got
        .into_iter()
        .map(|line| {
            line.split("^^")
                .enumerate()
                .map(|(i, p)| if i == 0 { p.to_owned() } else { format!("^^<{p}>") })
                .collect()
        })
        .collect();
    wanted.sort();
    got.sort();
    assert_eq!(got, wanted, "{text}");
}

#[test]
fn conforming_documents_say_what_the_reference_parser_reads() {
    for text in [
        "@prefix e: <http://e/> . e:a a e:C ; e:p e:b , [ e:q 1 ; ] , ( 1 2.5 -3e4 ) ; .",
        "PREFIX e: <http://e/>\nBASE <http://e/b/c>\n<d> e:p <../f>, true, .5 ; e:q \"x\"@fr .",
        "@prefix : <http://e/> . :a.b :p :c\\,d , :e%20f , <http://e/\\u00e9> .",
        "@prefix e: <http://e/> . e:g { e:a e:p e:b . e:b e:p e:c } GRAPH e:h { [] e:p e:b } { _:x e:p () }",
        "[ <http://e/p> <http://e/o> ] .\n[] <http://e/p> <http://e/o> .",
        "<http://e/a> <http://e/p> \"\"\"a \"quoted\" text\nof lines\"\"\", 'x', '''y''' . # end",
        "( <http://e/a> ) <http://e/p> <http://e/o> .",
    ] {
        same(text);
    }
}

#[test]
fn lines_of_n_quads_are_read_without_their_graphs() {
    let text = "<http://x/s> <http://x/p> \"o\" <http://x/g> .\n<http://x/s> <http://x/q> _:b .\n";
    assert_eq!(RdfParser::from_format(RdfFormat::NQuads).for_slice(text).flatten().count(), 2);
    let (lines, remarks, end) = check(text);
    assert_eq!(lines, ["<s> <p> \"o\"", "<s> <q> _"]);
    assert_eq!((remarks, end), (Vec::new(), End::Whole));
}

#[test]
fn an_error_costs_the_value_it_stands_in() {
    let (lines, remarks, end) = check(
        "@prefix e: <http://x/> .\ne:a e:p e:b ; e:q f00 ; e:r u:x , \"r\" ;\n e:s [ e:t ! ; e:u \"u\" ] .\ne:c e:p e:d .",
    );
    assert_eq!(lines, ["<a> <p> <b>", "<a> <r> \"r\"", "_ <u> \"u\"", "<a> <s> _", "<c> <p> <d>"]);
    assert_eq!(
        remarks,
        [
            "UnreadableStatement line 2: e:q f00",
            "UnreadableStatement line 2: e:r u:x",
            "UnreadableStatement line 3: e:t !"
        ]
    );
    assert_eq!(end, End::Whole);
}

#[test]
fn a_bad_line_costs_itself() {
    let (lines, remarks, end) = check(
        "<http://x/a> <http://x/p> \"never closed .\n<http://x/b> <http://x/p> \"x\" .\n\
         <http://x/c> <http://x/p> .\n<http://x/d> <http://x/p> \"z\"@fr_FR .\n",
    );
    assert_eq!(lines, ["<a> <p> \"never closed\"", "<b> <p> \"x\"", "<d> <p> \"z\"@fr-fr"]);
    assert_eq!(remarks.len(), 3, "{remarks:?}");
    assert!(remarks[0].starts_with("RepairedSyntax line 1"), "{remarks:?}");
    assert!(remarks[1].starts_with("UnreadableStatement line 3"), "{remarks:?}");
    assert_eq!(end, End::Whole);
}

#[test]
fn what_is_certain_is_mended() {
    for (text, wanted) in [
        ("<http://x/a> dct:title \"t\" .", "<a> <http://purl.org/dc/terms/title> \"t\""),
        ("<http://x/a> <http://x/p> \"said \"so\" to me\"@fr .", "<a> <p> \"said \\\"so\\\" to me\"@fr"),
        ("<http://x/a> <http://x/p> \"two\nlines\" .", "<a> <p> \"two\\nlines\""),
        ("<http://x/a> <http://x/p> http://x/b .", "<a> <p> <b>"),
        ("<http://x/a> <http://x/p> \"C:\\data\" .", "<a> <p> \"C:\\\\data\""),
    ] {
        let (lines, remarks, end) = check(text);
        assert_eq!(lines, [wanted], "{text}");
        assert!(remarks.iter().all(|r| r.starts_with("Repaired")) && !remarks.is_empty(), "{remarks:?}");
        assert_eq!(end, End::Whole);
    }
}

#[test]
fn missing_marks_are_seen_where_lines_begin() {
    let p = "@prefix e: <http://x/> .\n";
    assert_eq!(lines(&format!("{p}e:a e:p e:b\ne:c e:p e:d .")), ["<a> <p> <b>", "<c> <p> <d>"]);
    assert_eq!(lines(&format!("{p}e:a e:p \"b\"\n  e:q \"c\" .")), ["<a> <p> \"b\"", "<a> <q> \"c\""]);
    assert_eq!(
        lines(&format!("{p}e:a e:p e:b\n  e:q e:c ;\n e:r e:d .")),
        ["<a> <p> <b>", "<a> <q> <c>", "<a> <r> <d>"]
    );
}

#[test]
fn endings_are_told_apart() {
    let whole = "<http://x/a> <http://x/p> \"b\" .\n";
    assert_eq!(check(whole).2, End::Whole);
    for (rest, wanted) in [
        ("<http://x/c> <http://x/p> \"d\"", End::Open),
        ("<http://x/c> <http://x/p> \"d", End::Cut(2)),
        ("<http://x/c> <http://x/p> <http", End::Cut(2)),
        ("<http://x/c> <http://x/p> ", End::Cut(2)),
        ("<http://x/c> <http://x/p> \"d\" ;", End::Cut(2)),
        ("<http://x/c> <http://x/p> [ <http://x/q> \"d\"", End::Cut(2)),
        ("<http://x/c> <http://x/p> \"\"\"d\nmore", End::Cut(2)),
        ("<http://x/g> { <http://x/c> <http://x/p> \"d\" .", End::Open),
    ] {
        assert_eq!(check(&format!("{whole}{rest}")).2, wanted, "{rest}");
    }
    // A text that never ends, long before the end of the file, is an error like others.
    assert_eq!(check(&format!("<http://x/c> <http://x/p> \"\"\"d .\n{whole}")).2, End::Whole);
}
