//! What conforming documents say and what broken ones still say.

use oxrdfio::{RdfFormat, RdfParser};

use super::read;
use crate::rdf_in::{graph::Term, intake::Intake};

const HEAD: &str = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" \
                    xmlns:dcat=\"http://www.w3.org/ns/dcat#\" xmlns:dct=\"http://purl.org/dc/terms/\" xmlns:e=\"http://e/\">";

fn term(term: Term<'_>) -> String {
    match term {
        Term::Iri(iri) => format!("<{iri}>"),
        Term::Blank(_) => "_".to_owned(),
        Term::Literal { value, lang: Some(lang), .. } => format!("{value:?}@{lang}"),
        Term::Literal { value, datatype: Some(datatype), .. } => format!("{value:?}^^<{datatype}>"),
        Term::Literal { value, .. } => format!("{value:?}"),
    }
}

/// The statements with short names, and the remarks.
fn check(inner: &str) -> (Vec<String>, Vec<String>) {
    let mut intake = Intake::default();
    read(&format!("{HEAD}{inner}</rdf:RDF>"), &mut intake).unwrap();
    let graph = &intake.graph;
    let mut lines: Vec<String> = graph
        .triples()
        .iter()
        .map(|t| {
            let line = t.map(|id| term(graph.term(id))).join(" ");
            let line = line.replace("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf:");
            let line = line
                .replace("http://www.w3.org/ns/dcat#", "dcat:")
                .replace("http://purl.org/dc/terms/", "dct:");
            line.replace("http://www.w3.org/2000/01/rdf-schema#", "rdfs:").replace("http://e/", "")
        })
        .collect();
    lines.sort();
    let remarks = intake.troubles.iter().map(|t| format!("{:?}: {}", t.remark.code, t.remark.detail));
    (lines, remarks.collect())
}

/// Compares with the reference parser, blank nodes aside.
fn same(inner: &str) {
    let document = format!("{HEAD}{inner}</rdf:RDF>");
    let mut wanted: Vec<String> = RdfParser::from_format(RdfFormat::RdfXml)
        .for_slice(&document)
        .map(|quad| {
            let quad = quad.unwrap();
            let shown = [quad.subject.to_string(), quad.predicate.to_string(), quad.object.to_string()];
            shown.map(|t| if t.starts_with("_:") { "_".to_owned() } else { t }).join(" ")
        })
        .collect();
    let mut intake = Intake::default();
    read(&document, &mut intake).unwrap();
    assert_eq!(intake.troubles, [], "{inner}");
    let graph = &intake.graph;
    let mut got: Vec<String> =
        graph.triples().iter().map(|t| t.map(|id| term(graph.term(id))).join(" ")).collect();
    wanted.sort();
    got.sort();
    assert_eq!(got, wanted, "{inner}");
}

#[test]
fn conforming_documents_say_what_the_reference_parser_reads() {
    for inner in [
        r#"<rdf:Description rdf:about="http://e/a"><e:p>x &amp; y</e:p><e:q xml:lang="fr">é</e:q></rdf:Description>"#,
        r#"<e:C rdf:about="http://e/a" e:p="v" rdf:type="http://e/D"><e:p rdf:resource="http://e/b"/><e:r/></e:C>"#,
        r#"<e:C xml:base="http://b/c/" rdf:ID="i"><e:p rdf:resource="../d"/><e:q><e:D rdf:about=""/></e:q></e:C>"#,
        r#"<e:C rdf:nodeID="n"><e:p rdf:nodeID="n"/><e:q rdf:parseType="Resource"><e:r>1</e:r></e:q></e:C>"#,
        r#"<e:C><e:p rdf:parseType="Collection"><e:D/><e:D rdf:about="http://e/d"/></e:p><e:q rdf:parseType="Collection"/></e:C>"#,
        r#"<rdf:Seq rdf:about="http://e/s"><rdf:li>a</rdf:li><rdf:li rdf:resource="http://e/b"/><rdf:_7>c</rdf:_7></rdf:Seq>"#,
        r#"<e:C rdf:about="http://e/a"><e:p rdf:datatype="http://e/t"><![CDATA[<b>]]></e:p><e:p e:q="1" e:r="2"/></e:C>"#,
        r#"<e:C rdf:about="http://e/a"><e:p xml:base="http://b/" rdf:ID="st">v</e:p></e:C>"#,
        r#"<C xmlns="http://e/" rdf:about="http://e/a"><p><D><q>x</q></D></p></C>"#,
        "<!-- a comment --><e:C rdf:about=\"http://e/a\"><?pi x?><e:p> a </e:p></e:C>",
    ] {
        same(inner);
    }
}

#[test]
fn comments_and_sections_in_a_text_do_not_end_it() {
    // The reference parser refuses these.
    let (lines, remarks) =
        check("<e:C rdf:about=\"http://e/a\"><e:p>a<!-- b -->c<![CDATA[<d>]]>&#233;&#13;</e:p></e:C>");
    assert_eq!(lines[0], "<a> <p> \"ac<d>é\\r\"");
    assert_eq!(remarks, Vec::<String>::new());
}

#[test]
fn literals_of_xml_are_kept_as_written() {
    let (lines, _) = check(
        r#"<e:C rdf:about="http://e/a"><e:p rdf:parseType="Literal"><b>x</b> &amp; <e:p/></e:p></e:C>"#,
    );
    assert_eq!(lines[0], "<a> <p> \"<b>x</b> &amp; <e:p/>\"^^<rdf:XMLLiteral>");
}

#[test]
fn markup_in_a_text_is_text() {
    let (lines, remarks) = check(
        "<dcat:Dataset rdf:about=\"http://e/a\"><dct:description>One<br>two <p>three</p> &eacute;</dct:description>\
         <dct:title>R&D < 3 &nbsp;!</dct:title></dcat:Dataset>",
    );
    assert_eq!(
        lines,
        [
            "<a> <dct:description> \"One<br>two <p>three</p> &eacute;\"",
            "<a> <dct:title> \"R&D < 3 \\u{a0}!\"",
            "<a> <rdf:type> <dcat:Dataset>"
        ]
    );
    assert!(remarks.iter().all(|r| r.starts_with("RepairedSyntax")), "{remarks:?}");
}

#[test]
fn elements_that_are_not_closed_cost_nothing() {
    let (lines, remarks) = check(
        "<dcat:Dataset rdf:about=\"http://e/a\"><dct:title>T<dct:description>D</dct:description></dcat:Dataset>\
         <dcat:Dataset rdf:about=\"http://e/b\"><dct:title>U</dct:title>",
    );
    assert_eq!(
        lines,
        [
            "<a> <dct:description> \"D\"",
            "<a> <dct:title> \"T\"",
            "<a> <rdf:type> <dcat:Dataset>",
            "<b> <dct:title> \"U\"",
            "<b> <rdf:type> <dcat:Dataset>"
        ]
    );
    assert_eq!(remarks.len(), 2, "{remarks:?}");
}

#[test]
fn stray_end_tags_and_text_are_passed_over() {
    let (lines, remarks) = check("<e:C rdf:about=\"http://e/a\"></e:x>hello<e:p>v</e:p></e:C>");
    assert_eq!(lines, ["<a> <p> \"v\"", "<a> <rdf:type> <C>"]);
    assert_eq!(remarks.len(), 2, "{remarks:?}");
}

#[test]
fn what_stands_in_the_wrong_place_is_read_as_what_it_is() {
    let (lines, _) = check(
        "<dcat:Dataset rdf:about=\"http://e/a\"><dcat:Distribution rdf:about=\"http://e/d\"/>\
         <dcat:distribution><dcat:accessURL rdf:resource=\"http://e/u\"/></dcat:distribution></dcat:Dataset>",
    );
    assert_eq!(
        lines,
        [
            "<a> <dcat:distribution> <d>",
            "<a> <dcat:distribution> _",
            "<a> <rdf:type> <dcat:Dataset>",
            "<d> <rdf:type> <dcat:Distribution>",
            "_ <dcat:accessURL> <u>"
        ]
    );
}

#[test]
fn a_text_beside_a_reference_names_what_is_referred_to() {
    let (lines, _) = check(
        "<e:C rdf:about=\"http://e/a\"><dcat:theme rdf:resource=\"http://e/t\">Water</dcat:theme></e:C>",
    );
    assert_eq!(lines, ["<a> <dcat:theme> <t>", "<a> <rdf:type> <C>", "<t> <rdfs:label> \"Water\""]);
}

#[test]
fn prefixes_are_known_or_cost_their_statement() {
    let (lines, remarks) =
        check("<e:C rdf:about=\"http://e/a\"><foaf:name>N</foaf:name><nope:x>1</nope:x><e:p>v</e:p></e:C>");
    assert_eq!(lines, ["<a> <http://xmlns.com/foaf/0.1/name> \"N\"", "<a> <p> \"v\"", "<a> <rdf:type> <C>"]);
    assert_eq!(remarks.len(), 2, "{remarks:?}");
}

#[test]
fn names_that_name_nothing_do_not_merge_resources() {
    let (lines, _) = check("<dcat:Distribution rdf:about=\"\"/><dcat:Distribution rdf:about=\"None\"/>");
    assert_eq!(lines, ["_ <rdf:type> <dcat:Distribution>"; 2]);
}

#[test]
fn rdf_inside_another_protocols_answer_is_found() {
    let text = format!(
        "<s:Response xmlns:s=\"http://s/\"><s:x>1</s:x>{HEAD}<e:C rdf:about=\"http://e/a\"/></rdf:RDF></s:Response>"
    );
    let mut intake = Intake::default();
    read(&text, &mut intake).unwrap();
    assert_eq!(intake.graph.len(), 1);
}

#[test]
fn depth_is_bounded() {
    let text = format!("{HEAD}{}", "<e:C><e:p>".repeat(super::XML_DEPTH_MAX));
    assert_eq!(read(&text, &mut Intake::default()).unwrap_err().0, super::Stop::Depth);
}
