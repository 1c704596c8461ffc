//! Finds the shapes of a shapes graph and where they aim
//! ([SHACL §2.1.3](https://www.w3.org/TR/shacl/#targets)).

use rustc_hash::FxHashSet;

use super::{Compiler, ShapeReader, Stop};
use crate::error::Problem;
use crate::known;
use crate::shape::ShapeId;
use crate::sparql::{Query, Setting};
use crate::terms::{Id, Kind};

const TARGETS: [&str; 5] = ["targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target"];

impl Compiler<'_> {
    /// The nodes with a target, in a defined order.
    pub(super) fn targeted(&self) -> Vec<Id> {
        let predicates: FxHashSet<Id> = TARGETS.into_iter().filter_map(|local| self.sh(local)).collect();
        let rows = self.graph.rows().iter();
        let mut nodes: Vec<Id> = rows.filter(|row| predicates.contains(&row[1])).map(|row| row[0]).collect();
        let shapes = self.instances_of_any(&["NodeShape", "PropertyShape"]);
        nodes.extend(shapes.into_iter().filter(|node| self.implicit.contains(node)));
        self.in_order(nodes)
    }

    /// The nodes that say they are shapes, in a defined order.
    pub(super) fn declared(&self) -> Vec<Id> {
        self.in_order(self.instances_of_any(&["NodeShape", "PropertyShape"]).into_iter().collect())
    }

    /// Records where a shape aims.
    pub(super) fn read_targets(&mut self, node: Id, shape: ShapeId) {
        for target in self.values(node, self.sh("targetNode")) {
            match self.terms.kind(target) {
                Kind::Blank => self.wrong_target(node, "targetNode", "an IRI or a literal", target),
                _ => self.targets.nodes.push((target, shape)),
            }
        }
        for local in ["targetClass", "targetSubjectsOf", "targetObjectsOf"] {
            for target in self.values(node, self.sh(local)) {
                if self.terms.kind(target) != Kind::Iri {
                    self.wrong_target(node, local, "an IRI", target);
                    continue;
                }
                let table = match local {
                    "targetClass" => {
                        self.classes.insert(target);
                        &mut self.targets.classes
                    }
                    "targetSubjectsOf" => &mut self.targets.subjects_of,
                    _ => &mut self.targets.objects_of,
                };
                table.entry(target).or_default().push(shape);
            }
        }
        for target in self.values(node, self.sh("target")) {
            match self.read_query(node, target) {
                Ok(query) => self.targets.queries.push((query, shape)),
                Err(problem) => self.record(node, problem),
            }
        }
        if self.implicit.contains(&node) {
            self.classes.insert(node);
            let shapes = self.targets.classes.entry(node).or_default();
            if !shapes.contains(&shape) {
                shapes.push(shape);
            }
        }
    }

    /// A target that is a query ([SHACL-AF §3.1](https://www.w3.org/TR/shacl-af/#SPARQLTarget)).
    fn read_query(&mut self, shape: Id, target: Id) -> Result<Query, Problem> {
        let queries = self.values(target, self.sh("select"));
        let &[query] = queries.as_slice() else {
            return Err(Problem::Unsupported {
                property: "sh:target".to_owned(),
                hint: " but for a node with one `sh:select`; write the query there".to_owned(),
            });
        };
        let fault = |reason: String| Problem::Sparql { property: "sh:target".to_owned(), reason };
        if !self.options.sparql {
            return Err(fault("SPARQL is switched off for these shapes".to_owned()));
        }
        let text = self.terms.parts(query).text.to_owned();
        let prefixes =
            ShapeReader::of_node(self, shape).prefixes_of(target).map_err(|Stop(fault)| fault.problem)?;
        let setting = Setting { prefixes: &prefixes, path: None, pre_bound: None };
        let query = Query::parse(&text, &setting).map_err(fault)?;
        if !query.projects("this") {
            return Err(fault("it must be a `SELECT` with `?this` among its variables".to_owned()));
        }
        Ok(query)
    }

    fn wrong_target(&mut self, node: Id, local: &str, expected: &str, found: Id) {
        let found = self.view().term(found).to_string();
        self.record(
            node,
            Problem::Value { property: format!("sh:{local}"), expected: expected.to_owned(), found },
        );
    }

    /// The nodes that are classes in the shapes graph, which makes a shape its own target.
    pub(super) fn instances_of_classes(&self) -> FxHashSet<Id> {
        let class = self.iri("http://www.w3.org/2000/01/rdf-schema#Class");
        let mut nodes = class.map(|class| self.instances_of(class)).unwrap_or_default();
        nodes.extend(self.instances_of_any(&["ShapeClass"]));
        nodes
    }

    fn instances_of_any(&self, locals: &[&str]) -> FxHashSet<Id> {
        let classes = locals.iter().filter_map(|local| self.sh(local));
        classes.flat_map(|class| self.instances_of(class)).collect()
    }

    /// The instances of a class and of its subclasses in the shapes graph.
    pub(super) fn instances_of(&self, class: Id) -> FxHashSet<Id> {
        let mut classes = FxHashSet::from_iter([class]);
        let mut open = vec![class];
        let mut instances = FxHashSet::default();
        while let Some(class) = open.pop() {
            instances.extend(self.graph.subjects(class, known::RDF_TYPE).iter().map(|row| row[2]));
            for row in self.graph.subjects(class, known::RDFS_SUB_CLASS_OF) {
                if classes.insert(row[2]) {
                    open.push(row[2]);
                }
            }
        }
        instances
    }

    fn in_order(&self, mut nodes: Vec<Id>) -> Vec<Id> {
        nodes.sort_unstable();
        nodes.dedup();
        self.sort(&mut nodes);
        nodes
    }
}
