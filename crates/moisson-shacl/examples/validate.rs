//! Validates an N-Triples file: `cargo run --release -p moisson-shacl --example validate -- SHAPES.ttl DATA.nt`.
//! The report goes to standard output as Turtle, times go to standard error.

#![expect(clippy::print_stderr, reason = "this is a program for people")]

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, stdout};
use std::time::Instant;

use moisson_shacl::{Options, Shapes};
use oxrdf::{Graph, Triple};
use oxrdfio::{RdfFormat, RdfParser};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(shapes), Some(data)) = (arguments.next(), arguments.next()) else {
        return Err("two arguments are needed: SHAPES.ttl DATA.nt".into());
    };
    let start = Instant::now();
    let shapes: Graph = RdfParser::from_format(RdfFormat::Turtle)
        .with_base_iri("urn:x-base:")?
        .for_slice(&fs::read(shapes)?)
        .map(|quad| quad.map(Triple::from))
        .collect::<Result<_, _>>()?;
    let shapes = Shapes::compile(&shapes, &Options::default())?;
    for notice in shapes.notices() {
        eprintln!("notice: {notice}");
    }
    eprintln!("{:>9.1?} shapes compiled: {}", start.elapsed(), shapes.len());
    let index = shapes.index_ntriples(File::open(data)?)?;
    eprintln!("{:>9.1?} triples indexed: {}", start.elapsed(), index.len());
    let report = shapes.validate_index(&index)?;
    eprintln!("{:>9.1?} results: {}", start.elapsed(), report.results.len());
    report.write_turtle(BufWriter::new(stdout().lock()))?;
    eprintln!("{:>9.1?} report written", start.elapsed());
    Ok(())
}
