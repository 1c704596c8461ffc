//! `cargo bench -p moisson-shacl`: from an N-Triples file to a written report, and one dataset at a time as the
//! pipeline does it. With the official shapes beside the workspace, these are measured too, and at last a table
//! compares with every peer that is installed (`cargo bench -p moisson-shacl -- peers` prints that alone).

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking and prints what it measures"
)]

mod generate;
mod peers;

use std::cell::LazyCell;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group};
use moisson_shacl::{DataIndex, Options, Shapes};
use oxrdf::{Graph, NamedNode, NamedOrBlankNode, Triple};
use oxrdfio::{RdfFormat, RdfParser};

criterion_group!(benches, file_to_report, stages, one_dataset);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [alone, shapes, data, report] = &arguments[..]
        && alone == peers::ALONE
    {
        let shapes = compile(&parse(&fs::read(shapes).unwrap(), RdfFormat::Turtle));
        return validate_file(&shapes, Path::new(data), Path::new(report));
    }
    let filter = arguments.iter().find(|argument| !argument.starts_with('-'));
    if filter.is_none_or(|filter| filter != "peers") {
        benches();
        Criterion::default().configure_from_args().final_summary();
    }
    // Not with `cargo test --benches`, nor with a filter for something else.
    if arguments.iter().any(|argument| argument == "--bench") && filter.is_none_or(|filter| filter == "peers")
    {
        peers::compare();
    }
}

/// Time must grow as the data does.
fn file_to_report(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let mut group = criterion.benchmark_group("file to written report");
    group.sample_size(10);
    for datasets in [1_000, 10_000, 100_000] {
        // Written when a benchmark that was asked for needs it.
        let file = LazyCell::new(|| write_catalogue(folder.path(), datasets));
        group.throughput(Throughput::Elements(datasets));
        for (name, shapes) in shape_sets() {
            // The largest size once is enough.
            if datasets > 10_000 && name != "own" {
                continue;
            }
            group.bench_function(BenchmarkId::new(name, datasets), |bencher| {
                let file: &Path = &file;
                bencher.iter(|| validate_file(&shapes, file, &file.with_extension("ttl")));
            });
        }
    }
    group.finish();
    print_peak_memory();
}

/// Where the time of 10,000 datasets goes.
fn stages(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let file = LazyCell::new(|| write_catalogue(folder.path(), 10_000));
    let mut group = criterion.benchmark_group("stages of 10,000 datasets");
    group.sample_size(10);
    let shapes = compile(&own_shapes());
    group.bench_function("read and index", |bencher| {
        bencher.iter(|| shapes.index_ntriples(File::open(&*file).unwrap()).unwrap());
    });
    group.bench_function("read and index by way of a parser", |bencher| {
        bencher.iter(|| {
            let parser = RdfParser::from_format(RdfFormat::NTriples).for_reader(File::open(&*file).unwrap());
            let triples: Vec<Triple> = parser.map(|quad| quad.unwrap().into()).collect();
            shapes.index(&triples).unwrap()
        });
    });
    let index = LazyCell::new(|| shapes.index_ntriples(File::open(&*file).unwrap()).unwrap());
    group.bench_function("check", |bencher| {
        let index: &DataIndex = &index;
        println!("{} triples", index.len());
        bencher.iter(|| shapes.validate_index(index).unwrap());
    });
    group.bench_function("write", |bencher| {
        let report = shapes.validate_index(&index).unwrap();
        println!("{} results", report.results.len());
        bencher.iter(|| report.write_turtle(Vec::with_capacity(64 << 20)).unwrap());
    });
    group.finish();
}

/// As the pipeline calls it: one graph of 80 triples, the profiles compiled together.
fn one_dataset(criterion: &mut Criterion) {
    let mut bytes = Vec::new();
    generate::catalogue(1, &mut bytes).unwrap();
    let all = parse(&bytes, RdfFormat::NTriples);
    let is_vocabulary = |triple: &Triple| triple.subject.to_string().contains("publications.europa.eu");
    let graph: Graph = all.iter().map(Triple::from).filter(|triple| !is_vocabulary(triple)).collect();
    let vocabulary = with_schemes(all.iter().map(Triple::from).filter(is_vocabulary).collect());
    let mut group = criterion.benchmark_group("one dataset");
    for (name, shapes_graph) in profiles().into_iter().chain(shape_graphs()) {
        let shapes = compile(&shapes_graph);
        let background = shapes.background(&vocabulary).unwrap();
        let results = shapes.validate_with(&graph, &background).unwrap().results.len();
        print!("{name}: {} triples, {} shapes, {results} results", graph.len(), shapes.len());
        let start = processor_time();
        for _ in 0..DATASETS {
            black_box(shapes.validate_with(black_box(&graph), &background).unwrap());
        }
        match (start, processor_time()) {
            (Some(start), Some(end)) => println!(", {} ns of processor time", (end - start) / DATASETS),
            _ => println!(),
        }
        group.bench_function(name, |bencher| {
            bencher.iter(|| shapes.validate_with(black_box(&graph), &background).unwrap());
        });
    }
    group.finish();
}

/// So many times one dataset, for the processor's time.
const DATASETS: u64 = 2_000;

/// What this thread has had of the processor, in nanoseconds: the wall says little on a busy machine.
fn processor_time() -> Option<u64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok()
}

/// Says of each term of a table which table it is.
fn with_schemes(mut vocabulary: Vec<Triple>) -> Vec<Triple> {
    let in_scheme = NamedNode::new("http://www.w3.org/2004/02/skos/core#inScheme").unwrap();
    for at in 0..vocabulary.len() {
        if let NamedOrBlankNode::NamedNode(term) = &vocabulary[at].subject
            && let Some((scheme, _)) = term.as_str().rsplit_once('/')
        {
            let scheme = NamedNode::new(scheme).unwrap();
            vocabulary.push(Triple::new(term.clone(), in_scheme.clone(), scheme));
        }
    }
    vocabulary
}

/// The profiles of Moisson, where they are: those for every dataset, and all that there are, together.
fn profiles() -> Vec<(String, Graph)> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shapes"));
    let read = |names: &[&str]| -> Option<Graph> {
        let mut graph = Graph::new();
        for name in names {
            let bytes = fs::read(folder.join(name).with_extension("ttl")).ok()?;
            graph.extend(&parse(&bytes, RdfFormat::Turtle));
        }
        Some(graph)
    };
    let always = ["dcat-ap-3", "dcat-ap-3-recommended", "vocabularies", "portal"];
    let all = [&always[..], &["dcat-ap-hvd", "belgium", "dcat-ap-2.1.1.ttl"]].concat();
    let sets = [("profiles for every dataset", read(&always)), ("all seven profiles", read(&all))];
    sets.into_iter().filter_map(|(name, graph)| Some((name.to_owned(), graph?))).collect()
}

fn validate_file(shapes: &Shapes, file: &Path, out: &Path) {
    let index = shapes.index_ntriples(File::open(file).unwrap()).unwrap();
    let report = shapes.validate_index(&index).unwrap();
    report.write_turtle(BufWriter::new(File::create(out).unwrap())).unwrap();
}

fn write_catalogue(folder: &Path, datasets: u64) -> PathBuf {
    let path = folder.join(format!("{datasets}.nt"));
    let mut out = BufWriter::new(File::create(&path).unwrap());
    generate::catalogue(datasets, &mut out).unwrap();
    out.flush().unwrap();
    path
}

fn shape_sets() -> Vec<(String, Shapes)> {
    shape_graphs().into_iter().map(|(name, graph)| (name, compile(&graph))).collect()
}

/// Our own shapes, and the official ones where they are.
fn shape_graphs() -> Vec<(String, Graph)> {
    let mut graphs = vec![("own".to_owned(), own_shapes())];
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/bench"));
    for file in ["B2_3.0.1_full1_repaired.ttl", "C_3.0.1_html_full.ttl"] {
        match fs::read(folder.join(file)) {
            Ok(bytes) => graphs.push((file.to_owned(), parse(&bytes, RdfFormat::Turtle))),
            Err(_) => println!("skipped: {file} is not there"),
        }
    }
    graphs
}

fn own_shapes() -> Graph {
    parse(include_bytes!("shapes.ttl"), RdfFormat::Turtle)
}

fn compile(graph: &Graph) -> Shapes {
    Shapes::compile(graph, &Options::default()).unwrap()
}

fn parse(bytes: &[u8], format: RdfFormat) -> Graph {
    let parser = RdfParser::from_format(format).with_base_iri("https://e.example/").unwrap();
    parser.rename_blank_nodes().for_slice(bytes).map(|quad| Triple::from(quad.unwrap())).collect()
}

/// The most memory that the process has taken so far, where the system says it.
fn print_peak_memory() {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(line) = status.lines().find(|line| line.starts_with("VmHWM")) {
        println!("peak memory, 100,000 datasets included: {}", line.trim_start_matches("VmHWM:").trim());
    }
}
