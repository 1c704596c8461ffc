//! What passes the gate and what does not.

use std::io::Write;

use super::{Hints, Syntax, admit};
use crate::{RemarkCode, rdf_in::intake::Intake};

const NT: &str = "<http://x/s> <http://x/p> \"é\" .\n";
const XML: &str = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">é</rdf:RDF>";

fn check(bytes: &[u8], content_type: Option<&str>) -> Result<(String, Syntax, Vec<RemarkCode>), String> {
    let mut intake = Intake::default();
    let hints = Hints { content_type, ..Hints::default() };
    let admitted = admit(bytes, hints, &mut intake).map_err(|error| error.to_string())?;
    let text = admitted.text.get(admitted.body).unwrap().to_owned();
    Ok((text, admitted.syntax, intake.troubles.into_iter().map(|t| t.remark.code).collect()))
}

fn text(bytes: &[u8], content_type: Option<&str>) -> (String, Vec<RemarkCode>) {
    let (text, _, codes) = check(bytes, content_type).unwrap();
    (text, codes)
}

fn refused(bytes: &[u8]) -> String {
    check(bytes, None).unwrap_err()
}

#[test]
fn every_character_set_ends_as_the_same_text() {
    let wide =
        |text: &str, order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let latin: Vec<u8> = NT.chars().map(|c| c as u8).collect();
    assert_eq!(text(NT.as_bytes(), None), (NT.to_owned(), vec![]));
    assert_eq!(text(&[b"\xef\xbb\xbf", NT.as_bytes()].concat(), None), (NT.to_owned(), vec![]));
    assert_eq!(text(&[vec![0xff, 0xfe], wide(NT, u16::to_le_bytes)].concat(), None), (NT.to_owned(), vec![]));
    assert_eq!(text(&wide(NT, u16::to_be_bytes), None), (NT.to_owned(), vec![]));
    assert_eq!(text(&latin, Some("application/n-triples; charset=iso-8859-1")), (NT.to_owned(), vec![]));
    assert_eq!(text(&latin, None), (NT.to_owned(), vec![RemarkCode::WrongCharset]));
    assert_eq!(
        text(NT.as_bytes(), Some("text/turtle; charset=latin1")),
        (NT.to_owned(), vec![RemarkCode::WrongCharset])
    );
    let declared: Vec<u8> =
        format!("<?xml version='1.0' encoding='ISO-8859-15'?>{XML}").chars().map(|c| c as u8).collect();
    assert!(text(&declared, None).0.contains('é'));
}

#[test]
fn single_bytes_of_another_set_do_not_spoil_the_rest() {
    let bytes = [NT.as_bytes(), b"<http://x/t> <http://x/p> \"\xe9\" .\n"].concat();
    assert_eq!(text(&bytes, None).0.matches('é').count(), 2);
}

#[test]
fn syntax_is_seen_whatever_is_declared() {
    for (document, wanted) in [
        (XML, Syntax::Xml),
        ("<?xml version=\"1.0\"?>\n<dcat:Catalog xmlns:dcat=\"http://www.w3.org/ns/dcat#\"/>", Syntax::Xml),
        ("<a/>", Syntax::Xml),
        (NT, Syntax::Turtle),
        ("# comment\n\n@prefix a: <b> .", Syntax::Turtle),
        ("PREFIX a: <b>\n", Syntax::Turtle),
        ("<> a <http://x/C> .", Syntax::Turtle),
        ("[] a <http://x/C> .", Syntax::Turtle),
        ("[ a <http://x/C> ] .", Syntax::Turtle),
        ("{ <http://x/s> a <http://x/C> }", Syntax::Turtle),
        ("dcat:x a dcat:Dataset .", Syntax::Turtle),
        ("{\"@id\": \"http://x/\"}", Syntax::Json),
        (" [ {\"@id\": \"http://x/\"} ]", Syntax::Json),
        ("[]", Syntax::Json),
    ] {
        let (_, syntax, codes) = check(document.as_bytes(), Some("application/octet-stream")).unwrap();
        assert_eq!((syntax, codes), (wanted, vec![]), "{document}");
    }
    let (_, syntax, codes) = check(NT.as_bytes(), Some("application/rdf+xml")).unwrap();
    assert_eq!((syntax, codes), (Syntax::Turtle, vec![RemarkCode::WrongContentType]));
}

#[test]
fn what_is_no_rdf_is_refused_with_a_reason() {
    for (document, wanted) in [
        ("", "an empty body"),
        ("  \n", "an empty body"),
        (
            "<!DOCTYPE html><html><head><title>Down for maintenance</title></head></html>",
            "HTML: `Down for maintenance`",
        ),
        ("<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"><body/></html>", "HTML"),
        ("Not found", "`Not found`"),
        ("PK\u{3}\u{4}", "a ZIP archive"),
        ("id;title\n1;x", "`id;title"),
    ] {
        let error = refused(document.as_bytes());
        assert!(error.contains(wanted), "{document}: {error}");
    }
}

#[test]
fn entities_are_refused_with_the_remedy() {
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><x>&b;</x>";
    assert!(refused(bomb.as_bytes()).contains("leave the DOCTYPE away"), "{}", refused(bomb.as_bytes()));
    assert!(check(format!("<!DOCTYPE rdf:RDF>{XML}").as_bytes(), None).is_ok());
}

#[test]
fn entities_that_are_plain_texts_are_written_out() {
    let document = "<?xml version=\"1.0\"?>\n<!DOCTYPE rdf:RDF [\n  <!-- namespaces -->\n  <!ENTITY d \"http://www.w3.org/ns/dcat#\">\n\
                    <!ENTITY x 'http://x.example/'>\n]>\n<rdf:RDF xmlns:d=\"&d;\"><a b=\"&x;1&amp;2\"/></rdf:RDF>";
    let written = super::xml::without_entities(document).unwrap().unwrap();
    assert!(
        written.ends_with(
            "<rdf:RDF xmlns:d=\"http://www.w3.org/ns/dcat#\"><a b=\"http://x.example/1&amp;2\"/></rdf:RDF>"
        ),
        "{written}"
    );
    assert_eq!(written.lines().count(), document.lines().count());
    for other in [
        "<!ENTITY x SYSTEM \"file:///etc/passwd\">",
        "<!ENTITY % p \"x\">",
        "<!ENTITY a \"x\"><!ELEMENT b ANY>",
        "",
    ] {
        let document = format!("<?xml version=\"1.0\"?><!DOCTYPE x [{other}]><x>&a;</x>");
        assert!(super::xml::without_entities(&document).is_err(), "{other}");
    }
}

#[test]
fn what_stands_around_a_document_is_passed_over() {
    let warned = format!(
        "<br />\n<b>Warning</b>: x in y.php on line 3<br />\n<?xml version=\"1.0\"?>{XML}\n<!-- 0.3 s -->"
    );
    let (text, codes) = text(warned.as_bytes(), None);
    assert!(text.starts_with("<?xml") && text.ends_with("</rdf:RDF>"), "{text}");
    assert_eq!(codes, [RemarkCode::RepairedSyntax]);
    let (_, _, codes) = check(b"{\"@id\": \"a\"}\n<b>Notice</b>", None).unwrap();
    assert_eq!(codes, [RemarkCode::RepairedSyntax]);
}

#[test]
fn json_is_mended_where_there_is_no_doubt() {
    let (text, codes) = text(b"{\"a\": \"two\nlines \\q\", \"b\": [1, NaN,], }", None);
    assert_eq!(text, "{\"a\": \"two\\nlines q\", \"b\": [1, null]}");
    assert_eq!(codes, [RemarkCode::RepairedSyntax]);
    assert!(refused(b"{\"a\" \"b\"}").contains("line 1"));
    assert!(refused("[".repeat(200).as_bytes()).contains("levels of nesting"));
}

#[test]
fn gzip_is_unpacked_and_damage_is_seen() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(NT.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    assert_eq!(text(&packed, Some("application/gzip")).0, NT);
    assert!(refused(&packed[..packed.len() - 10]).contains("gzip"));
}
