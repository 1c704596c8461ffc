//! From the report of the standard to findings by dataset and by rule.

use std::collections::{BTreeMap, HashMap};

use moisson_dcat::ns::dcat;
use moisson_shacl::{DataError, Path, Report, ValidationResult};
use oxrdf::{BlankNode, NamedNode, NamedNodeRef, NamedOrBlankNode, Term, vocab::rdf};

use crate::{
    Checked, Counts, Finding, Group, GroupKind, Place, ProfileVerdict, Rule, Rules, Severity, declared,
    owner::{Owner, Owners},
    places::{Found, Places},
    read::Read,
};

/// Groups the results.
pub(crate) fn gather(rules: &Rules, read: Read, mut report: Report) -> Result<Checked, DataError> {
    let Read { index, places, documents, declares } = read;
    let mut owners = Owners::new(&index);
    let declared = if declares { declared::check(rules, &index, &owners, &mut report)? } else { Vec::new() };
    let mut groups = group(rules, &mut owners, &report);
    place(&mut groups, &places, &report);
    groups.sort_by_key(|group| (group.kind != GroupKind::Catalog, group.place.is_none(), group.place));
    let mut counts = count(&groups, &report);
    counts.statements = index.len() as u64;
    let class = dcat::DATASET_CLASS.into_owned().into();
    let datasets = index.statements_with_value(&class);
    counts.datasets = datasets.filter(|(_, property)| *property == rdf::TYPE).count() as u64;
    let profiles = verdicts(rules, &groups, &declared);
    let mut checked = Checked { documents, profiles, counts, groups, report };
    Labels::default().rename(&mut checked);
    Ok(checked)
}

fn group(rules: &Rules, owners: &mut Owners<'_>, report: &Report) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut at: HashMap<Term, usize> = HashMap::new();
    let mut rule_at: HashMap<(usize, String, Severity), usize> = HashMap::new();
    for result in &report.results {
        let Owner { kind, node, others } = owners.of(&result.focus_node);
        let group = *at.entry(node.clone()).or_insert_with(|| {
            let title = owners.titles(&node);
            groups.push(Group { kind, node, title, place: None, rules: Vec::new() });
            groups.len() - 1
        });
        let rule = rule(rules, result);
        let key = (group, format!("{} {} {}", rule.shape, rule.component, rule.path), rule.severity);
        let Some(group) = groups.get_mut(group) else { continue };
        let position = *rule_at.entry(key).or_insert_with(|| {
            group.rules.push(rule);
            group.rules.len() - 1
        });
        if let Some(rule) = group.rules.get_mut(position) {
            rule.findings.push(Finding {
                focus_node: result.focus_node.clone(),
                value: result.value.clone(),
                place: None,
                shared_with: others,
            });
        }
    }
    for group in &mut groups {
        // The worst first, then what the dataset itself lacks; else as the shapes have them.
        let node = group.node.clone();
        let is_inside = |rule: &Rule| rule.findings.first().is_some_and(|finding| finding.focus_node != node);
        group.rules.sort_by_key(|rule| (rule.severity, is_inside(rule)));
    }
    groups
}

fn rule(rules: &Rules, result: &ValidationResult) -> Rule {
    let (set, see_also) = rules.about(&result.source_shape);
    let component = result.source_constraint_component.as_str();
    Rule {
        severity: severity(&result.result_severity),
        profile: rules.sets().get(set).cloned().unwrap_or_default(),
        shape: match &result.source_shape {
            NamedOrBlankNode::NamedNode(node) => node.as_str().to_owned(),
            NamedOrBlankNode::BlankNode(node) => node.to_string(),
        },
        see_also: see_also.map(str::to_owned),
        component: component.rsplit(['#', '/']).next().unwrap_or(component).to_owned(),
        path: result.result_path.as_deref().map(ToString::to_string).unwrap_or_default(),
        messages: result.result_message.to_vec(),
        findings: Vec::new(),
    }
}

fn severity(severity: &NamedNode) -> Severity {
    match severity.as_str() {
        "http://www.w3.org/ns/shacl#Info" => Severity::Info,
        "http://www.w3.org/ns/shacl#Warning" => Severity::Warning,
        _ => Severity::Violation,
    }
}

/// Says where groups and findings stand.
fn place(groups: &mut [Group], places: &Places, report: &Report) {
    let nodes = groups.iter().map(|group| &group.node).chain(report.results.iter().map(|r| &r.focus_node));
    let statements = report.results.iter().filter_map(|result| {
        let property = result.result_path.as_deref().and_then(Path::as_predicate)?;
        Some((&result.focus_node, property.as_ref(), result.value.as_ref()?))
    });
    let found = places.find(nodes, statements);
    let properties: HashMap<String, NamedNode> = report
        .results
        .iter()
        .filter_map(|result| result.result_path.as_deref()?.as_predicate())
        .map(|property| (property.to_string(), property.clone()))
        .collect();
    for group in groups {
        group.place = found.node(&group.node);
        for rule in &mut group.rules {
            let property = properties.get(&rule.path).map(NamedNode::as_ref);
            for finding in &mut rule.findings {
                finding.place = of_finding(&found, finding, property);
            }
        }
    }
}

fn of_finding(found: &Found<'_>, finding: &Finding, property: Option<NamedNodeRef<'_>>) -> Option<Place> {
    let value = finding.value.as_ref().zip(property);
    let at_value = value.and_then(|(value, property)| found.statement(&finding.focus_node, property, value));
    at_value.or_else(|| found.node(&finding.focus_node))
}

fn count(groups: &[Group], report: &Report) -> Counts {
    let sum = |severity| groups.iter().map(|group| group.count(severity)).sum();
    let broken = groups
        .iter()
        .filter(|group| group.kind == GroupKind::Dataset && group.count(Severity::Violation) > 0)
        .count();
    Counts {
        statements: 0,
        datasets: 0,
        datasets_with_violations: broken as u64,
        violations: sum(Severity::Violation),
        warnings: sum(Severity::Warning),
        infos: sum(Severity::Info),
        left_out: report.left_out as u64,
    }
}

/// The verdicts on the profiles; of those for datasets that declare them, on those that were `declared`.
fn verdicts(rules: &Rules, groups: &[Group], declared: &[usize]) -> Vec<ProfileVerdict> {
    let is_asked =
        |at: usize| declared.contains(&at) || rules.when_declared().iter().all(|profile| profile.set != at);
    let mut found: BTreeMap<&str, BTreeMap<Severity, u64>> = BTreeMap::new();
    for rule in groups.iter().flat_map(|group| &group.rules) {
        *found.entry(&rule.profile).or_default().entry(rule.severity).or_default() +=
            rule.findings.len() as u64;
    }
    rules
        .sets()
        .iter()
        .enumerate()
        .filter(|(at, _)| is_asked(*at))
        .map(|(_, name)| ProfileVerdict {
            name: name.clone(),
            found: found.get(name.as_str()).cloned().unwrap_or_default(),
        })
        .collect()
}

/// Labels of blank nodes in the order of the report; parsers make them up, so that they differ each time.
#[derive(Default)]
struct Labels(HashMap<BlankNode, BlankNode>);

impl Labels {
    fn rename(&mut self, checked: &mut Checked) {
        for result in &mut checked.report.results {
            self.term(&mut result.focus_node);
            result.value.iter_mut().for_each(|value| self.term(value));
            self.node(&mut result.source_shape);
            result.source_constraint.iter_mut().for_each(|constraint| self.node(constraint));
        }
        for group in &mut checked.groups {
            self.term(&mut group.node);
            for rule in &mut group.rules {
                let label = rule.shape.strip_prefix("_:").map(BlankNode::new_unchecked);
                if let Some(mut node) = label.map(Term::BlankNode) {
                    self.term(&mut node);
                    rule.shape = node.to_string();
                }
            }
            for finding in group.rules.iter_mut().flat_map(|rule| &mut rule.findings) {
                self.term(&mut finding.focus_node);
                finding.value.iter_mut().for_each(|value| self.term(value));
            }
        }
    }

    fn term(&mut self, term: &mut Term) {
        if let Term::BlankNode(node) = term {
            self.blank(node);
        }
    }

    fn node(&mut self, node: &mut NamedOrBlankNode) {
        if let NamedOrBlankNode::BlankNode(node) = node {
            self.blank(node);
        }
    }

    fn blank(&mut self, node: &mut BlankNode) {
        let next = self.0.len() + 1;
        let label =
            self.0.entry(node.clone()).or_insert_with(|| BlankNode::new_unchecked(format!("b{next}")));
        *node = label.clone();
    }
}
