//! What the standard leaves open, and what the engine adds to it.

use moisson_shacl::{DataError, Options, Report, Shapes};
use oxrdf::dataset::CanonicalizationAlgorithm;
use oxrdf::{Graph, NamedNode, Term};

use crate::support::turtle;

const PREFIXES: &str = "
    PREFIX sh: <http://www.w3.org/ns/shacl#>
    PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
    PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    PREFIX : <http://e/>
";

fn compile(text: &str) -> Shapes {
    Shapes::compile(&graph(text), &Options::default()).unwrap()
}

fn graph(text: &str) -> Graph {
    turtle(&format!("{PREFIXES}{text}"))
}

fn validate(shapes: &str, data: &str) -> Report {
    compile(shapes).validate(&graph(data)).unwrap()
}

/// The focus nodes of the results.
fn focus_nodes(report: &Report) -> Vec<String> {
    report.results.iter().map(|result| result.focus_node.to_string()).collect()
}

#[test]
fn the_background_is_seen_by_constraints_and_never_checked_itself() {
    let shapes = compile(
        ":S sh:targetClass :Dataset ; sh:property [ sh:path :theme ; sh:class :Concept ; sh:minCount 1 ] .",
    );
    let data = graph(":d a :Dataset ; :theme :air .");
    assert!(!shapes.validate(&data).unwrap().conforms);
    let background = shapes.background(&graph(":air a :Concept . :other a :Dataset .")).unwrap();
    assert_eq!(
        shapes.validate_with(&data, &background).unwrap(),
        Report { conforms: true, ..Report::default() }
    );
}

#[test]
fn subclasses_count_whether_data_or_background_declares_them() {
    let shapes = compile(":S sh:targetClass :Agent ; sh:property [ sh:path :name ; sh:minCount 1 ] .");
    let hierarchy = ":Town rdfs:subClassOf :Organization . :Organization rdfs:subClassOf :Agent, :Town .";
    let data = graph(":gent a :Town .");
    assert!(shapes.validate(&data).unwrap().conforms);
    let background = shapes.background(&graph(hierarchy)).unwrap();
    assert_eq!(focus_nodes(&shapes.validate_with(&data, &background).unwrap()), ["<http://e/gent>"]);
    let with_own = graph(&format!("{hierarchy} :gent a :Town ."));
    assert_eq!(focus_nodes(&shapes.validate(&with_own).unwrap()), ["<http://e/gent>"]);
    // One half here and the other half there.
    let background = shapes.background(&graph(":Organization rdfs:subClassOf :Agent .")).unwrap();
    let data = graph(":gent a :Town . :Town rdfs:subClassOf :Organization .");
    assert_eq!(focus_nodes(&shapes.validate_with(&data, &background).unwrap()), ["<http://e/gent>"]);
}

#[test]
fn a_statement_in_data_and_background_counts_once() {
    let shapes = compile(
        ":S sh:targetNode :d ; sh:property [ sh:path :p ; sh:maxCount 1 ], [ sh:path [ sh:inversePath :q ] ; sh:maxCount 1 ] .",
    );
    let data = graph(":d :p 1 . :x :q :d .");
    let background = shapes.background(&data).unwrap();
    assert!(shapes.validate_with(&data, &background).unwrap().conforms);
}

#[test]
fn the_message_is_in_the_readers_language_or_the_next_best() {
    let report = validate(
        ":S sh:targetNode :d ; sh:property [ sh:path :p ; sh:minCount 1 ; sh:message 'Eén waarde'@nl, 'Une valeur'@fr-BE, 'Any' ] .",
        "",
    );
    let result = &report.results[0];
    assert_eq!(result.message(&["nl"]), Some("Eén waarde"));
    assert_eq!(result.message(&["de", "fr"]), Some("Une valeur"));
    assert_eq!(result.message(&["de"]), Some("Any"));
    assert_eq!(result.message(&[]), Some("Any"));
}

const MIXED: &str = "
    :S sh:targetClass :C ; sh:message 'broken'@en ;
        sh:property [ sh:path :p ; sh:datatype xsd:integer ; sh:maxCount 1 ; sh:severity sh:Warning ] ;
        sh:property [ sh:path ( :p [ sh:inversePath :q ] ) ; sh:minCount 1 ] ;
        sh:property [ sh:path [ sh:alternativePath ( [ sh:zeroOrMorePath :p ] [ sh:oneOrMorePath :q ] [ sh:zeroOrOnePath :r ] ) ] ; sh:maxCount 1 ] ;
        sh:node [ sh:property [ sh:path :r ; sh:in ( 1 2 ) ] ] .
";
const MIXED_DATA: &str = ":a a :C ; :p 'x', 'y\\n\"z\"'@fr ; :r 3 . :b a :C ; :p _:x . _:x a :C .";

#[test]
fn the_written_report_says_what_the_triples_say() {
    let report = validate(MIXED, MIXED_DATA);
    assert!(report.results.len() > 8);
    let mut written = Vec::new();
    report.write_turtle(&mut written).unwrap();
    let mut written = turtle(&String::from_utf8(written).unwrap());
    let mut triples: Graph = report.to_triples(None).into_iter().collect();
    written.canonicalize(CanonicalizationAlgorithm::Unstable);
    triples.canonicalize(CanonicalizationAlgorithm::Unstable);
    assert_eq!(written, triples);
}

#[test]
fn with_a_base_the_report_has_no_blank_nodes_and_is_always_the_same() {
    let base = NamedNode::new("http://e/report/1").unwrap();
    let triples = || {
        // Read anew, with new blank nodes.
        let report = validate(MIXED, MIXED_DATA);
        report.to_triples(Some(&base)).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let first = triples();
    assert!(first.iter().all(|line| !line.contains("_:")), "{first:#?}");
    assert_eq!(first.len(), first.iter().collect::<std::collections::BTreeSet<_>>().len());
    for _ in 0..5 {
        assert_eq!(triples(), first);
    }
}

#[test]
fn both_ways_of_validating_find_the_same() {
    let shapes = compile(MIXED);
    let data = graph(MIXED_DATA);
    let index = shapes.index(&data).unwrap();
    let key = |report: Report| {
        let mut lines: Vec<String> = report.results.iter().map(|result| format!("{result:?}")).collect();
        lines.sort();
        lines
    };
    assert_eq!(key(shapes.validate(&data).unwrap()), key(shapes.validate_index(&index).unwrap()));
}

#[test]
fn an_index_of_other_shapes_is_refused() {
    let (one, other) = (compile(MIXED), compile(MIXED));
    let index = one.index(&graph(MIXED_DATA)).unwrap();
    assert_eq!(other.validate_index(&index).unwrap_err(), DataError::OtherShapes);
    let background = one.background(&Graph::new()).unwrap();
    assert_eq!(other.validate_with(&Graph::new(), &background).unwrap_err(), DataError::OtherShapes);
    assert!(one.clone().validate_index(&index).is_ok());
}

#[test]
fn details_explain_why_a_node_does_not_conform() {
    let options = Options { details: true, ..Options::default() };
    let shapes = ":S sh:targetNode :d ; sh:node [ sh:property [ sh:path :p ; sh:minCount 1 ] ] .";
    let report = Shapes::compile(&graph(shapes), &options).unwrap().validate(&Graph::new()).unwrap();
    let component =
        |result: &moisson_shacl::ValidationResult| result.source_constraint_component.as_str().to_owned();
    assert_eq!(component(&report.results[0]), "http://www.w3.org/ns/shacl#NodeConstraintComponent");
    assert_eq!(
        component(&report.results[0].detail[0]),
        "http://www.w3.org/ns/shacl#MinCountConstraintComponent"
    );
    assert!(validate(shapes, "").results[0].detail.is_empty());
}

#[test]
fn results_beyond_the_limit_are_counted() {
    let options = Options { max_results: 3, ..Options::default() };
    let shapes = graph(":S sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; sh:datatype xsd:string ] .");
    let shapes = Shapes::compile(&shapes, &options).unwrap();
    let report = shapes.validate(&graph(":a :p 1, 2, 3, 4, 5 .")).unwrap();
    assert_eq!((report.conforms, report.results.len(), report.left_out), (false, 3, 2));
}

#[test]
fn severities_other_than_the_three_are_kept() {
    let report = validate(":S sh:targetNode :d ; sh:severity :Advice ; sh:class :C .", "");
    assert_eq!(report.results[0].result_severity.as_str(), "http://e/Advice");
    assert!(!report.results[0].is_violation());
    assert!(!report.conforms);
}

#[test]
fn literals_can_be_focus_nodes() {
    let report = validate(":S sh:targetNode 'x', 5 ; sh:datatype xsd:integer .", "");
    assert_eq!(focus_nodes(&report), ["\"x\""]);
    assert!(matches!(report.results[0].value, Some(Term::Literal(_))));
}

#[test]
fn sparql_sees_data_and_background_and_blank_nodes_are_themselves() {
    let shapes = compile(
        ":S sh:targetClass :C ; sh:sparql [ sh:message 'not {?value}' ; sh:select '''
            SELECT $this ?value WHERE {
                $this <http://e/p> ?value . FILTER (isBlank($this) || !EXISTS { ?value <http://e/q> true })
                OPTIONAL { ?same <http://e/p> ?value FILTER (?same = $this) } FILTER (bound(?same)) }''' ] .",
    );
    let background = shapes.background(&graph(":known :q true .")).unwrap();
    let data = graph(":a a :C ; :p :known, :unknown . _:b a :C ; :p :known .");
    let report = shapes.validate_with(&data, &background).unwrap();
    let messages: Vec<_> = report.results.iter().filter_map(|result| result.message(&[])).collect();
    assert_eq!(messages, ["not http://e/unknown", "not http://e/known"]);
    assert!(report.results[1].focus_node.is_blank_node());
}

#[test]
fn a_failure_of_sparql_is_an_error_and_not_a_result() {
    let shapes = compile(
        ":S sh:targetNode :d ; sh:sparql [ sh:select 'SELECT $this ?failure WHERE { BIND (true AS ?failure) }' ] .",
    );
    let error = shapes.validate(&Graph::new()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "shape <http://e/S>: the SPARQL constraint cannot be evaluated for <http://e/d>: the query signals a failure"
    );
}

#[test]
fn a_query_can_be_a_target_and_finds_nothing_of_the_background_alone() {
    let shapes = compile(
        ":S sh:target [ a sh:SPARQLTarget ; sh:select 'SELECT ?this WHERE { ?this <http://e/p> ?v FILTER (?v > 1) }' ] ; sh:class :C .",
    );
    let background = shapes.background(&graph(":behind :p 7 .")).unwrap();
    let report = shapes.validate_with(&graph(":a :p 1 . :b :p 2 . :c :p 3 ; a :C ."), &background).unwrap();
    assert_eq!(focus_nodes(&report), ["<http://e/b>"]);
}

#[test]
fn what_is_not_supported_is_said() {
    let shapes = graph(":S sh:targetNode :a ; sh:expression [] . :T sh:target [ a :MyTarget ] .");
    let error = Shapes::compile(&shapes, &Options::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "shape <http://e/T>: `sh:target` is not supported but for a node with one `sh:select`; write the query there"
    );
    let shapes = graph(":S sh:targetNode :a ; sh:expression [] .");
    let notices = Shapes::compile(&shapes, &Options::default()).unwrap().notices().to_vec();
    assert_eq!(
        notices[0].to_string(),
        "shape <http://e/S>: `sh:expression` is not supported; it has no effect"
    );
    assert!(Shapes::compile(&shapes, &Options { strict: true, ..Options::default() }).is_err());
}

#[test]
fn an_index_can_stand_on_a_background() {
    let shapes = compile(":S sh:targetClass :Agent ; sh:property [ sh:path :theme ; sh:class :Concept ] .");
    let background = shapes
        .background(&graph(":air a :Concept . :Town rdfs:subClassOf :Agent . :x a :Agent ; :theme :y ."))
        .unwrap();
    let data = graph(":a a :Town ; :theme :air . :b a :Town ; :theme :mud .");
    let mut builder = shapes.index_builder_with(&background).unwrap();
    for triple in &data {
        builder.insert(triple).unwrap();
    }
    let report = shapes.validate_index(&builder.build()).unwrap();
    assert_eq!(focus_nodes(&report), ["<http://e/b>"]);
    assert_eq!(report, shapes.validate_with(&data, &background).unwrap());
}

#[test]
fn paths_run_backwards_whatever_is_inside() {
    let path = "[ sh:inversePath ( :p [ sh:alternativePath ( :q [ sh:inversePath :r ] ) ] [ sh:zeroOrMorePath :s ] ) ]";
    let shapes =
        format!(":S sh:targetNode :end ; sh:property [ sh:path {path} ; sh:minCount 3 ; sh:in () ] .");
    let report =
        validate(&shapes, ":a :p :b . :b :q :c . :d :p :e . :f :r :e . :f :s :c . :c :s :end . :x :p :end .");
    let values: Vec<_> =
        report.results.iter().filter_map(|result| Some(result.value.as_ref()?.to_string())).collect();
    assert_eq!(values, ["<http://e/a>", "<http://e/d>"]);
    let path = report.results[0].result_path.as_ref().unwrap().to_string();
    assert_eq!(path, "^(<http://e/p>/(<http://e/q>|^<http://e/r>)/<http://e/s>*)");
}
