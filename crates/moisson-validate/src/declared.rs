//! Profiles that count only for the datasets that declare them, such as that of high-value datasets: each of these
//! datasets is checked on its own, as the pipeline does with harvested records.

use std::collections::HashSet;

use moisson_dcat::ns::dcat;
use moisson_shacl::{DataError, DataIndex, Report, ValidationResult};
use oxrdf::{Term, vocab::rdf};

use crate::{Rules, owner::Owners};

/// Adds the results of profiles that are declared; gives the positions of these profiles among all.
pub(crate) fn check(
    rules: &Rules,
    index: &DataIndex,
    owners: &Owners<'_>,
    report: &mut Report,
) -> Result<Vec<usize>, DataError> {
    let mut declared = Vec::new();
    let class: Term = dcat::DATASET_CLASS.into_owned().into();
    let datasets = index.statements_with_value(&class).filter(|(_, property)| *property == rdf::TYPE);
    // A publisher of many datasets is told once what is wrong with it.
    let mut known: HashSet<(Term, String, Option<Term>)> = HashSet::new();
    let mut is_new = |result: &ValidationResult| {
        let shape = format!("{} {}", result.source_shape, result.source_constraint_component);
        known.insert((result.focus_node.clone(), shape, result.value.clone()))
    };
    for (dataset, _) in datasets {
        let graph = owners.graph(&dataset);
        for rules in rules.when_declared() {
            if !rules.profile.is_for(&graph) {
                continue;
            }
            if !declared.contains(&rules.set) {
                declared.push(rules.set);
            }
            let found = rules.shapes.validate_with(&graph, &rules.background)?;
            report.results.extend(found.results.into_iter().filter(&mut is_new));
            report.left_out += found.left_out;
        }
        if report.results.len() > rules.max_results() {
            report.left_out += report.results.len() - rules.max_results();
            report.results.truncate(rules.max_results());
        }
    }
    report.conforms = report.results.is_empty() && report.left_out == 0;
    Ok(declared)
}
