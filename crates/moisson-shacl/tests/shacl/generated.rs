//! The catalogues of the benchmark: read alike in both ways, and about one dataset in ten is wrong.

#[path = "../../benches/dcat/generate.rs"]
pub(crate) mod generate;

use moisson_shacl::{Options, Shapes};
use oxrdf::{Graph, Triple};
use oxrdfio::{RdfFormat, RdfParser};

use crate::support::turtle;

#[test]
fn a_generated_catalogue_is_read_and_checked_alike_in_every_way() {
    let mut bytes = Vec::new();
    generate::catalogue(300, &mut bytes).unwrap();
    let shapes = turtle(include_str!("../../benches/dcat/shapes.ttl"));
    let shapes = Shapes::compile(&shapes, &Options::default()).unwrap();
    let quads = RdfParser::from_format(RdfFormat::NTriples).for_slice(&bytes);
    let data: Graph = quads.map(|quad| Triple::from(quad.unwrap())).collect();
    let quick = shapes.index_ntriples(bytes.as_slice()).unwrap();
    assert_eq!(quick.triples().collect::<Graph>(), data);
    let reports = [
        shapes.validate_index(&quick).unwrap(),
        shapes.validate_index(&shapes.index(&data).unwrap()).unwrap(),
        shapes.validate(&data).unwrap(),
    ];
    let lines = reports.each_ref().map(|report| {
        let mut lines: Vec<String> = report.results.iter().map(|result| format!("{result:?}")).collect();
        lines.sort();
        lines
    });
    assert_eq!(lines[0], lines[1]);
    assert_eq!(lines[0], lines[2]);
    // Advice apart, which every dataset gets.
    let violations = reports[0].results.iter().filter(|result| result.is_violation()).count();
    assert!((10..60).contains(&violations), "{violations}");
}
