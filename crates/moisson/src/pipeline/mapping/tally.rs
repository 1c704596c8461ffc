//! Counting the values of one source, in bounded memory.

use std::collections::{BTreeMap, HashMap};

use moisson_dcat::draft::{Outcome, Rule, Step, Trace};

use super::table::{LeftOver, PropertyMapping, SourceMapping};

/// Different left-overs that are told apart for one property; further ones are only counted.
const DIFFERENT_MAX: usize = 20_000;

/// The counts of one source so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    source: SourceMapping,
    left: BTreeMap<String, HashMap<String, LeftOver>>,
}

impl Tally {
    /// Counts the values of one record.
    pub(super) fn add(&mut self, id: &str, trace: &Trace) {
        self.source.records += 1;
        // Of a value that was understood and then left beside another one, the last word counts.
        let mut last: BTreeMap<(&str, String, &str, &str), &Step> = BTreeMap::new();
        for step in trace.steps.iter().filter(|step| !step.inner) {
            let key = (&*step.part, property(step), &*step.place, &*step.value);
            last.insert(key, step);
        }
        for ((_, property, _, _), step) in last {
            let counted = self.source.properties.entry(property.clone()).or_default();
            let outcome = step.rule.outcome();
            *match outcome {
                Outcome::Added => &mut counted.added,
                Outcome::Mapped => &mut counted.mapped,
                Outcome::Own => &mut counted.own,
                Outcome::Nothing => &mut counted.nothing,
                Outcome::Left => &mut counted.left,
            } += 1;
            if !matches!(outcome, Outcome::Added | Outcome::Mapped) {
                self.leave(property, id, step);
            }
        }
    }

    fn leave(&mut self, property: String, id: &str, step: &Step) {
        let values = self.left.entry(property).or_default();
        // Of what has no property the name is what matters; of the rest the words.
        let value =
            if step.rule == Rule::NoProperty { general(&step.place) } else { step.value.trim().to_owned() };
        if let Some(known) = values.get_mut(&value) {
            known.count += 1;
        } else if values.len() < DIFFERENT_MAX {
            let example = format!("{id} {}", step.place).trim_end().to_owned();
            values.insert(value.clone(), LeftOver { value, count: 1, rule: step.rule, example });
        }
    }

    /// Tells of a record that could not be mapped, or of the whole source.
    pub(super) fn error(&mut self, error: String) {
        self.source.unmappable += 1;
        if self.source.errors.len() < SourceMapping::MAX_ERRORS {
            self.source.errors.push(error);
        }
    }

    /// The counts, with the most frequent left-overs.
    pub(super) fn end(self) -> SourceMapping {
        let Self { mut source, left } = self;
        for (property, values) in left {
            let mut values: Vec<LeftOver> = values.into_values().collect();
            values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
            if let Some(counted) = source.properties.get_mut(&property) {
                counted.different_left = values.len() as u64;
                values.truncate(PropertyMapping::MAX_LEFT_OVERS);
                counted.left_overs = values;
            }
        }
        source.properties.values_mut().for_each(PropertyMapping::finish);
        source
    }
}

/// The property as it stands in the report: `theme`, `distribution.format`, ….
fn property(step: &Step) -> String {
    let part = step.part.split('[').next().unwrap_or_default();
    let property = if step.property.is_empty() { "(no property)" } else { &step.property };
    if part.is_empty() { property.to_owned() } else { format!("{part}.{property}") }
}

/// A place without the numbers and ids in it, so that the same key of many records is one.
fn general(place: &str) -> String {
    let name = place.rsplit(' ').next().unwrap_or(place);
    if name.contains("://") {
        return name.to_owned();
    }
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    name.split('/').map(|part| if is_number(part) { "*" } else { part }).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use moisson_dcat::draft::{Defaults, Draft, said, traced};

    use super::*;

    fn tally(say: &[fn(&mut Draft)]) -> SourceMapping {
        let mut tally = Tally::default();
        for (n, say) in say.iter().enumerate() {
            let (_, trace) = traced(|| {
                let mut draft = Draft::dataset(&Defaults::default());
                say(&mut draft);
                draft.finish()
            });
            tally.add(&format!("r{n}"), &trace);
        }
        tally.end()
    }

    #[test]
    fn values_are_counted_by_property_and_the_most_frequent_left_overs_come_first() {
        let counted = tally(&[
            |d| _ = d.theme(said("t", "Zorglub")).theme(said("u", "environnement")),
            |d| _ = d.theme(said("t", "Zorglub")).theme(said("t", "Alpha")),
            |d| _ = d.issued(said("i", "2020")).issued(said("j", "2021")),
        ]);
        assert_eq!(counted.records, 3);
        let theme = &counted.properties["theme"];
        assert_eq!((theme.seen, theme.mapped, theme.left, theme.share), (4, 1, 3, 25.0));
        let left: Vec<_> =
            theme.left_overs.iter().map(|l| (l.value.as_str(), l.count, l.example.as_str())).collect();
        assert_eq!(left, [("Zorglub", 2, "r0 t"), ("Alpha", 1, "r1 t")]);
        // The second date was read, but there is no room for it.
        let issued = &counted.properties["issued"];
        assert_eq!((issued.seen, issued.mapped, issued.left), (2, 1, 1));
    }

    #[test]
    fn what_follows_is_not_counted_as_said_and_keys_without_a_property_are_one() {
        let counted = tally(&[
            |d| _ = d.distribution(Some("a")).download_url(said("url", "https://x.example/a.csv")),
            |d| _ = d.extra(said("extras/3/foo", "1")).extra(said("extras/14/foo", "2")),
        ]);
        let format = &counted.properties["distribution.format"];
        assert_eq!((format.seen, format.added, format.share), (0, 1, 100.0));
        let none = &counted.properties["(no property)"];
        assert_eq!(
            (none.left, none.left_overs[0].value.as_str(), none.left_overs[0].count),
            (2, "extras/*/foo", 2)
        );
    }

    #[test]
    fn errors_are_counted_and_the_first_are_told() {
        let mut tally = Tally::default();
        for n in 0..100 {
            tally.error(format!("e{n}"));
        }
        let source = tally.end();
        assert_eq!((source.unmappable, source.errors.len()), (100, SourceMapping::MAX_ERRORS));
    }
}
