//! The outcome for a person at a terminal: by dataset, then by rule, with the verdict on the last line.

use crate::{
    Checked, DocumentRead, Finding, Group, GroupKind, Rule, Severity, Verdict, Words,
    names::{compact_path, one_line, shown},
    words::{best, fill},
};

/// Longest value shown, in characters.
const VALUE_MAX: usize = 100;

/// How much to show, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// With colours.
    pub colours: bool,
    /// At most so many resources.
    pub groups: usize,
    /// At most so many findings of one rule in one resource.
    pub findings: usize,
    /// At most so many faults of one document.
    pub faults: usize,
}

impl Default for Look {
    fn default() -> Self {
        Self { colours: false, groups: 50, findings: 3, faults: 10 }
    }
}

impl Look {
    /// Everything.
    pub const ALL: Self =
        Self { colours: false, groups: usize::MAX, findings: usize::MAX, faults: usize::MAX };
}

/// The outcome in lines.
pub fn text(checked: &Checked, words: &Words, look: &Look) -> String {
    let mut page = Page { out: String::new(), checked, words, look };
    for document in &checked.documents {
        page.document(document);
    }
    for group in checked.groups.iter().take(look.groups) {
        page.group(group);
    }
    page.more(words.more_groups, "", checked.groups.len().saturating_sub(look.groups));
    page.end();
    page.out
}

#[derive(Clone, Copy)]
enum Colour {
    Bold,
    Dim,
    Red,
    Yellow,
    Blue,
    Green,
}

struct Page<'c> {
    out: String,
    checked: &'c Checked,
    words: &'c Words,
    look: &'c Look,
}

impl Page<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn coloured(&self, colour: Colour, text: &str) -> String {
        if !self.look.colours {
            return text.to_owned();
        }
        let code = match colour {
            Colour::Bold => "1",
            Colour::Dim => "2",
            Colour::Red => "1;31",
            Colour::Yellow => "33",
            Colour::Blue => "36",
            Colour::Green => "1;32",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    fn more(&mut self, template: &str, indent: &str, n: usize) {
        if n > 0 {
            let text = fill(template, "n", &n.to_string());
            let text = self.coloured(Colour::Dim, &text);
            self.line(&format!("{indent}{text}"));
        }
    }

    fn document(&mut self, document: &DocumentRead) {
        let words = self.words;
        let name = self.coloured(Colour::Bold, &one_line(&document.name, 200));
        let statements = fill(words.statements, "n", &document.statements.to_string());
        match document.syntax {
            Some(syntax) => self.line(&format!("{name}: {syntax}, {statements}")),
            None => self.line(&name),
        }
        for fault in document.faults.iter().take(self.look.faults) {
            let (line, column) = (fault.line, fault.column);
            let place = line.map(|line| {
                let column = column.map(|column| format!(":{column}")).unwrap_or_default();
                format!(" ({})", fill(words.line, "n", &format!("{line}{column}")))
            });
            let kind = words.fault_kind(fault.kind);
            let colour = if kind == words.note { Colour::Dim } else { Colour::Red };
            let kind = self.coloured(colour, kind);
            let message = one_line(&fault.message, 300);
            self.line(&format!("  {kind}{}{}{message}", place.unwrap_or_default(), words.colon));
        }
        let shown = document.faults.len().min(self.look.faults);
        let left = usize::try_from(document.fault_count).unwrap_or(usize::MAX).saturating_sub(shown);
        self.more(words.more, "  ", left);
        if document.failed() && document.statements > 0 {
            self.line(&format!("  {}", words.rest_checked));
        }
    }

    fn group(&mut self, group: &Group) {
        let words = self.words;
        let title = best(&group.title, words.language).map_or(words.untitled, oxrdf::Literal::value);
        let title = self.coloured(Colour::Bold, &one_line(title, 160));
        let node = if group.node.is_named_node() {
            format!(" <{}>", shown(&group.node, 300))
        } else {
            format!(" ({})", words.nameless)
        };
        let place = self.place(group.place.and_then(|place| place.line));
        let place = if place.is_empty() { place } else { self.coloured(Colour::Dim, &format!(" ({place})")) };
        self.line("");
        self.line(&format!("{}{}{title}{node}{place}", words.kind(group.kind), words.colon));
        for rule in &group.rules {
            self.rule(group, rule);
        }
    }

    fn place(&self, line: Option<u64>) -> String {
        line.map(|line| fill(self.words.line, "n", &line.to_string())).unwrap_or_default()
    }

    fn rule(&mut self, group: &Group, rule: &Rule) {
        let words = self.words;
        let colour = match rule.severity {
            Severity::Violation => Colour::Red,
            Severity::Warning => Colour::Yellow,
            Severity::Info => Colour::Blue,
        };
        let severity = self.coloured(colour, words.severity(rule.severity));
        let (message, _) = words.message(rule);
        let times = rule.findings.len();
        let times = if times > 1 { format!(" (× {times})") } else { String::new() };
        self.line(&format!("  {severity}{}{}{times}", words.colon, one_line(&message, 1_000)));
        let mut about = vec![rule.profile.clone()];
        if !rule.path.is_empty() {
            about.push(compact_path(&rule.path));
        }
        if let Some(see_also) = &rule.see_also {
            about.push(see_also.clone());
        }
        let about = self.coloured(Colour::Dim, &one_line(&about.join(" · "), 400));
        self.line(&format!("    {about}"));
        for finding in rule.findings.iter().take(self.look.findings) {
            self.finding(group, finding);
        }
        self.more(words.more, "    ", rule.findings.len().saturating_sub(self.look.findings));
    }

    fn finding(&mut self, group: &Group, finding: &Finding) {
        let mut parts = Vec::new();
        let place = self.place(finding.place.and_then(|place| place.line));
        // The line of the dataset itself stands in its heading.
        if !place.is_empty() && finding.place != group.place {
            parts.push(place);
        }
        if finding.focus_node != group.node {
            let node = if finding.focus_node.is_named_node() {
                shown(&finding.focus_node, 300)
            } else {
                self.words.nameless.to_owned()
            };
            parts.push(node);
        }
        if let Some(value) = finding.value.as_ref().filter(|value| **value != finding.focus_node) {
            parts.push(if value.is_blank_node() {
                self.words.nameless.to_owned()
            } else {
                shown(value, VALUE_MAX)
            });
        }
        if finding.shared_with > 0 && group.kind == GroupKind::Dataset {
            parts.push(fill(self.words.shared, "n", &finding.shared_with.to_string()));
        }
        if !parts.is_empty() {
            self.line(&format!("    → {}", parts.join(" · ")));
        }
    }

    fn end(&mut self) {
        let (words, counts) = (self.words, &self.checked.counts);
        self.line("");
        if counts.left_out > 0 {
            self.line(&fill(words.left_out, "n", &counts.left_out.to_string()));
        }
        if counts.datasets == 0 && self.checked.groups.is_empty() && self.checked.verdict() != Verdict::Error
        {
            self.line(words.nothing);
        }
        let checked = self.checked;
        for profile in &checked.profiles {
            let (colour, word) = if profile.conforms() {
                (Colour::Green, words.profile_conforms)
            } else {
                (Colour::Yellow, words.profile_conforms_not)
            };
            let found: Vec<String> =
                profile.found.iter().map(|(severity, n)| words.severities(*severity, *n)).collect();
            let found = if found.is_empty() { String::new() } else { format!(" ({})", found.join(", ")) };
            let word = self.coloured(colour, word);
            self.line(&format!("{}{}{word}{found}", profile.name, words.colon));
        }
        let (colour, verdict) = match self.checked.verdict() {
            Verdict::Conforms => (Colour::Green, words.verdict_conforms),
            Verdict::Violations => (Colour::Red, words.verdict_violations),
            Verdict::Error => (Colour::Red, words.verdict_error),
        };
        let datasets = words.counted(counts.datasets, words.datasets_one, words.datasets_many);
        let found = [
            (Severity::Violation, counts.violations),
            (Severity::Warning, counts.warnings),
            (Severity::Info, counts.infos),
        ]
        .map(|(severity, n)| words.severities(severity, n));
        let verdict = self.coloured(colour, verdict);
        self.line(&format!("{verdict} ({datasets}; {}).", found.join(", ")));
    }
}
