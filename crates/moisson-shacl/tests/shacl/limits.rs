//! Bad shapes and hostile input: a clear error or a bounded result, never a panic, a hang or a silent pass.

use std::fmt::Write as _;

use moisson_shacl::{Options, Shapes};
use oxrdf::Graph;

use crate::support::turtle;

fn compile(text: &str) -> Result<Shapes, String> {
    Shapes::compile(&graph(text), &Options::default()).map_err(|error| error.to_string())
}

fn graph(text: &str) -> Graph {
    turtle(&format!(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
         PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> PREFIX : <e:> {text}"
    ))
}

fn error(text: &str) -> String {
    compile(text).unwrap_err()
}

#[test]
fn errors_name_shape_property_and_what_is_expected() {
    for (shapes, expected) in [
        (
            ":S sh:targetNode :d ; sh:property [ sh:path :p ; sh:minCount 'a' ] .",
            "shape [path <e:p>] of <e:S>: `sh:minCount` must be one integer of at least 0, found \"a\"",
        ),
        (
            ":S sh:targetNode :d ; sh:property [ sh:path :p ; sh:minCount -1 ] .",
            "shape [path <e:p>] of <e:S>: `sh:minCount` must be one integer of at least 0, found \"-1\"^^<http://www.w3.org/2001/XMLSchema#integer>",
        ),
        (
            ":S sh:targetNode :d ; sh:minCount 1 .",
            "shape <e:S>: `sh:path` is missing; `sh:minCount` can only stand at a property shape",
        ),
        (
            ":S sh:targetNode :d ; sh:datatype xsd:string, xsd:date .",
            "shape <e:S>: `sh:datatype` must have at most one value, found 2: <http://www.w3.org/2001/XMLSchema#date>",
        ),
        (
            ":S sh:targetNode :d ; sh:nodeKind :IRI .",
            "shape <e:S>: `sh:nodeKind` must be one of `sh:BlankNode`, `sh:IRI`, `sh:Literal`, `sh:BlankNodeOrIRI`, `sh:BlankNodeOrLiteral`, `sh:IRIOrLiteral`, found <e:IRI>",
        ),
        (":S sh:targetNode :d ; sh:class 'C' .", "shape <e:S>: `sh:class` must be an IRI, found \"C\""),
        (":S sh:targetClass 'C' .", "shape <e:S>: `sh:targetClass` must be an IRI, found \"C\""),
        (
            ":S sh:targetNode :d ; sh:closed 'yes' .",
            "shape <e:S>: `sh:closed` must be `true` or `false`, found \"yes\"",
        ),
        (
            ":S sh:targetNode :d ; sh:property [ sh:minCount 1 ] .",
            "shape [] of <e:S>: `sh:path` is missing; a value of `sh:property` must be a property shape",
        ),
        (
            ":S sh:targetNode :d ; sh:property [ sh:path 'p' ] .",
            "shape [] of <e:S>: `sh:path` must be an IRI, a list, or a blank node with one of `sh:alternativePath`, `sh:inversePath`, `sh:zeroOrMorePath`, `sh:oneOrMorePath`, `sh:zeroOrOnePath`, found \"p\"",
        ),
        (
            ":S sh:targetNode :d ; sh:property [ sh:path ( :p ) ] .",
            "shape [] of <e:S>: `sh:path` must list at least two paths, found a list of 1",
        ),
        (
            ":S sh:targetNode :d ; sh:in ( 1 2 ), ( 3 ) .",
            "shape <e:S>: `sh:in` must have at most one value, found 2",
        ),
        (
            ":S sh:targetNode :d ; sh:or :notAList .",
            "shape <e:S>: the list of `sh:or` is not a list: each cell must have one `rdf:first` and one `rdf:rest`",
        ),
        (
            ":S sh:targetNode :d ; sh:pattern '(' .",
            "shape <e:S>: `sh:pattern` `(` with flags `` cannot be used: unclosed group",
        ),
        (
            ":S sh:targetNode :d ; sh:severity 'high' .",
            "shape <e:S>: `sh:severity` must be an IRI, found \"high\"",
        ),
        (
            ":S sh:targetNode :d ; sh:message 5 .",
            "shape <e:S>: `sh:message` must be a string, with or without a language, found \"5\"^^<http://www.w3.org/2001/XMLSchema#integer>",
        ),
        (
            ":S sh:targetNode :d ; sh:sparql [ sh:select 'SELECT $this WHERE {' ] .",
            "shape <e:S>: `sh:select` cannot be used: error at 1:21",
        ),
        (
            ":S sh:targetNode :d ; sh:sparql [ sh:select 'SELECT ?x WHERE { ?x ?p $this }' ] .",
            "shape <e:S>: `sh:select` cannot be used: it must be a `SELECT` with `$this` among its variables",
        ),
    ] {
        let error = error(shapes);
        assert!(error.starts_with(expected), "{shapes}\nfound    {error}\nexpected {expected}");
    }
}

#[test]
fn all_faults_are_reported_at_once() {
    let error = error(":A sh:targetNode :d ; sh:class 1 . :B sh:targetNode :d ; sh:class 2 .");
    assert_eq!(error.lines().count(), 2, "{error}");
}

#[test]
fn recursion_is_refused_with_the_circle() {
    assert_eq!(
        error(
            ":A sh:targetNode :d ; sh:node :B . :B sh:not :C . :C sh:property [ sh:path :p ; sh:node :A ] ."
        ),
        "shape <e:A>: is recursive: <e:A> → <e:B> → <e:C> → [path <e:p>] of <e:C> → <e:A>; \
         SHACL does not define what that means, so break the circle"
    );
    assert!(error(":A sh:targetNode :d ; sh:and ( :A ) .").contains("is recursive: <e:A> → <e:A>"));
}

#[test]
fn a_list_that_goes_in_circles_is_refused() {
    let circle = "_:a rdf:first 1 ; rdf:rest _:b . _:b rdf:first 2 ; rdf:rest _:a .";
    let expected = "goes round in a circle; end it with `rdf:nil`";
    assert!(error(&format!(":S sh:targetNode :d ; sh:in _:a . {circle}")).contains(expected));
    assert!(
        error(&format!(":S sh:targetNode :d ; sh:property [ sh:path _:a ] . {circle}")).contains(expected)
    );
    let path = ":S sh:targetNode :d ; sh:property [ sh:path _:p ] . _:p sh:inversePath _:p .";
    assert!(error(path).contains("the nesting of `sh:path` is over the limit of 50"), "{}", error(path));
}

#[test]
fn paths_of_any_depth_and_length_are_refused_in_time() {
    let deep = format!(
        ":S sh:targetNode :d ; sh:property [ sh:path {} :p {} ] .",
        "[ sh:zeroOrMorePath ".repeat(10_000),
        "]".repeat(10_000)
    );
    assert!(error(&deep).contains("the nesting of `sh:path` is over the limit of 50"));
    let long = format!(":S sh:targetNode :d ; sh:property [ sh:path ( {} ) ] .", ":p ".repeat(10_000));
    assert!(error(&long).contains("the number of steps of `sh:path` is over the limit of 1000"));
}

#[test]
fn shapes_nested_too_deeply_are_refused() {
    let mut shapes = ":S0 sh:targetNode :d .".to_owned();
    for depth in 0..10_000 {
        write!(shapes, " :S{depth} sh:node :S{} .", depth + 1).unwrap();
    }
    assert!(error(&shapes).contains("the nesting of shapes is over the limit of 50"));
}

#[test]
fn shapes_that_refer_to_each_other_many_times_take_linear_time() {
    // 2 to the power of 45 ways through these shapes.
    let mut shapes = ":S0 sh:targetNode :d .".to_owned();
    for depth in 0..45 {
        let next = depth + 1;
        write!(
            shapes,
            " :S{depth} sh:and ( :S{next} :S{next} ) ; sh:xone ( :S{next} :S{next} ) ; sh:node :S{next} ."
        )
        .unwrap();
    }
    let report = compile(&shapes).unwrap().validate(&Graph::new()).unwrap();
    assert!(!report.conforms);
}

#[test]
fn dense_data_takes_polynomial_time() {
    // Every node knows every other; 10 shapes deep there are 60 to the power of 10 ways.
    let mut shapes = ":S0 sh:targetNode :n0 .".to_owned();
    for depth in 0..10 {
        write!(shapes, " :S{depth} sh:property [ sh:path :knows ; sh:node :S{} ] .", depth + 1).unwrap();
    }
    let mut data = String::new();
    for from in 0..60 {
        for to in 0..60 {
            write!(data, ":n{from} :knows :n{to} . ").unwrap();
        }
    }
    assert!(compile(&shapes).unwrap().validate(&graph(&data)).unwrap().conforms);
}

#[test]
fn closures_over_long_chains_and_circles_end() {
    let shapes =
        ":S sh:targetNode :n0 ; sh:property [ sh:path [ sh:zeroOrMorePath :next ] ; sh:maxCount 100 ] .";
    let mut data = ":n49999 :next :n0 . ".to_owned();
    for at in 0..49_999 {
        write!(data, ":n{at} :next :n{} . ", at + 1).unwrap();
    }
    let report = compile(shapes).unwrap().validate(&graph(&data)).unwrap();
    assert_eq!(report.results.len(), 1);
}

#[test]
fn expressions_that_explode_elsewhere_are_linear_here() {
    let shapes =
        compile(":S sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; sh:pattern '^(a|aa)+$' ] .").unwrap();
    let data = graph(&format!(":d :p '{}b' .", "a".repeat(100_000)));
    assert_eq!(shapes.validate(&data).unwrap().results.len(), 1);
    assert!(error(":S sh:targetNode :d ; sh:pattern '(a{1000}){1000}' .").contains("it is too large"));
}

#[test]
fn expressions_are_counted_since_each_takes_memory() {
    let mut shapes = String::new();
    for number in 0..1_001 {
        write!(shapes, " :S{number} sh:targetNode :d ; sh:pattern '^a{{1,100}}{number}$' .").unwrap();
    }
    let expected =
        "the number of `sh:pattern` in the shapes graph is over the limit of 1000; split the shape";
    assert!(error(&shapes).contains(expected), "{}", error(&shapes));
}

#[test]
fn a_list_may_be_long_and_a_shape_wide() {
    let members: Vec<String> = (0..100_000).map(|number| number.to_string()).collect();
    let shapes =
        format!(":S sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; sh:in ( {} ) ] .", members.join(" "));
    let report = compile(&shapes).unwrap().validate(&graph(":d :p 99999, 100000 .")).unwrap();
    assert_eq!(report.results.len(), 1);
    let mut wide = ":S sh:targetNode :d".to_owned();
    for number in 0..5_000 {
        write!(wide, " ; sh:property [ sh:path :p{number} ; sh:minCount 1 ]").unwrap();
    }
    let report = compile(&format!("{wide} .")).unwrap().validate(&Graph::new()).unwrap();
    assert_eq!(report.results.len(), 5_000);
}

#[test]
fn results_of_much_bad_data_are_bounded() {
    let options = Options { max_results: 100, ..Options::default() };
    let shapes = graph(
        ":S sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; sh:class :C ; sh:nodeKind sh:Literal ] .",
    );
    let shapes = Shapes::compile(&shapes, &options).unwrap();
    let mut data = String::new();
    for number in 0..50_000 {
        writeln!(data, "<e:s{number}> <e:p> <e:o{number}> .").unwrap();
    }
    let report = shapes.validate_index(&shapes.index_ntriples(data.as_bytes()).unwrap()).unwrap();
    assert_eq!((report.results.len(), report.left_out), (100, 99_900));
}

#[test]
fn a_hierarchy_of_classes_may_be_deep_and_circular() {
    let shapes =
        compile(":S sh:targetClass :C0 ; sh:class :C0 ; sh:property [ sh:path :p ; sh:minCount 1 ] .")
            .unwrap();
    let mut data =
        ":d a :C20000 . :C0 <http://www.w3.org/2000/01/rdf-schema#subClassOf> :C20000 . ".to_owned();
    for at in 0..20_000 {
        write!(data, ":C{} <http://www.w3.org/2000/01/rdf-schema#subClassOf> :C{at} . ", at + 1).unwrap();
    }
    assert_eq!(shapes.validate(&graph(&data)).unwrap().results.len(), 1);
}

#[test]
fn sparql_can_be_switched_off() {
    let shapes = graph(":S sh:targetNode :d ; sh:sparql [ sh:select 'SELECT $this WHERE { ?s ?p ?o }' ] .");
    let options = Options { sparql: false, ..Options::default() };
    let error = Shapes::compile(&shapes, &options).unwrap_err();
    assert_eq!(
        error.to_string(),
        "shape <e:S>: `sh:sparql` cannot be used: SPARQL is switched off for these shapes"
    );
}

#[test]
fn faults_of_shapes_that_nothing_uses_are_notices_unless_strict() {
    let shapes = graph(":S a sh:NodeShape ; sh:class 5 .");
    let lenient = Shapes::compile(&shapes, &Options::default()).unwrap();
    assert_eq!(lenient.notices().len(), 1);
    assert!(Shapes::compile(&shapes, &Options { strict: true, ..Options::default() }).is_err());
}

#[test]
fn shapes_that_need_entailment_are_refused() {
    let error = error("<> sh:entailment <http://www.w3.org/ns/entailment/RDFS> .");
    assert!(error.contains("`sh:entailment` is not supported, since nothing is inferred"), "{error}");
}

#[test]
fn comparing_many_values_with_many_takes_linear_time() {
    let shapes = ":S sh:targetNode :d ; sh:property [ sh:path :p ; sh:lessThanOrEquals :q ] .";
    let mut data = String::new();
    for at in 0..30_000 {
        write!(data, ":d :p {at} ; :q {} . ", at + 29_999).unwrap();
    }
    assert!(compile(shapes).unwrap().validate(&graph(&data)).unwrap().conforms);
    data.push_str(":d :p 30001 .");
    let report = compile(shapes).unwrap().validate(&graph(&data)).unwrap();
    assert_eq!(report.results.len(), 2, "30001 is above 29999 and 30000");
}
