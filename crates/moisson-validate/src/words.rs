//! What reports say around the shapes' own messages, in four languages.

use oxrdf::Literal;

use crate::{FaultKind, GroupKind, Rule, Severity, names::compact_path};

/// The languages, in the order of preference where nobody says theirs.
pub(crate) const LANGUAGES: [&str; 4] = moisson_shapes::LANGUAGES;

macro_rules! words {
    ($($(#[$about:meta])* $name:ident: $fr:literal, $nl:literal, $de:literal, $en:literal;)*) => {
        /// The words of one language. Words in braces are to be filled in.
        #[derive(Debug, PartialEq, Eq)]
        pub struct Words {
            /// The language's tag.
            pub language: &'static str,
            $($(#[$about])* pub $name: &'static str,)*
        }

        static ALL: [Words; 4] = [
            Words { language: "fr", $($name: $fr,)* },
            Words { language: "nl", $($name: $nl,)* },
            Words { language: "de", $($name: $de,)* },
            Words { language: "en", $($name: $en,)* },
        ];

        #[cfg(test)]
        impl Words {
            fn entries(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($name), self.$name),)*]
            }
        }
    };
}

words! {
    /// One violation, by name.
    violation: "Erreur", "Fout", "Fehler", "Violation";
    /// One warning, by name.
    warning: "Avertissement", "Waarschuwing", "Warnung", "Warning";
    /// One piece of advice, by name.
    info: "Conseil", "Advies", "Hinweis", "Advice";
    /// `{n}` = 1.
    violations_one: "{n} erreur", "{n} fout", "{n} Fehler", "{n} violation";
    /// `{n}` ≠ 1.
    violations_many: "{n} erreurs", "{n} fouten", "{n} Fehler", "{n} violations";
    /// `{n}` = 1.
    warnings_one: "{n} avertissement", "{n} waarschuwing", "{n} Warnung", "{n} warning";
    /// `{n}` ≠ 1.
    warnings_many: "{n} avertissements", "{n} waarschuwingen", "{n} Warnungen", "{n} warnings";
    /// `{n}` = 1.
    infos_one: "{n} conseil", "{n} advies", "{n} Hinweis", "{n} piece of advice";
    /// `{n}` ≠ 1.
    infos_many: "{n} conseils", "{n} adviezen", "{n} Hinweise", "{n} pieces of advice";
    /// `{n}` = 1.
    datasets_one: "{n} jeu de données", "{n} dataset", "{n} Datensatz", "{n} dataset";
    /// `{n}` ≠ 1.
    datasets_many: "{n} jeux de données", "{n} datasets", "{n} Datensätze", "{n} datasets";
    /// `{n}` statements read.
    statements: "{n} énoncés", "{n} uitspraken", "{n} Aussagen", "{n} statements";
    /// What stands between a name and what it names.
    colon: "\u{a0}: ", ": ", ": ", ": ";
    /// A line of a document.
    line: "ligne {n}", "regel {n}", "Zeile {n}", "line {n}";
    /// A group without a title.
    untitled: "sans titre", "zonder titel", "ohne Titel", "untitled";
    /// A group of this kind.
    catalog: "Catalogue", "Catalogus", "Katalog", "Catalogue";
    /// A group of this kind.
    dataset: "Jeu de données", "Dataset", "Datensatz", "Dataset";
    /// A group of this kind.
    series: "Série", "Reeks", "Reihe", "Series";
    /// A group of this kind.
    service: "Service", "Dienst", "Dienst", "Service";
    /// A group of this kind.
    other: "Autre ressource", "Andere bron", "Andere Ressource", "Other resource";
    /// A node without an IRI.
    nameless: "une ressource sans adresse", "een bron zonder adres", "eine Ressource ohne Adresse", "a resource without an address";
    /// A node shared by datasets.
    shared: "aussi dans {n} autres jeux de données", "ook in {n} andere datasets", "auch in {n} anderen Datensätzen", "also in {n} other datasets";
    /// Findings that are not listed.
    more: "et {n} autres", "en {n} andere", "und {n} weitere", "and {n} more";
    /// Groups that are not listed.
    more_groups: "et {n} autres ressources avec des constats", "en nog {n} bronnen met bevindingen", "und {n} weitere Ressourcen mit Befunden", "and {n} more resources with findings";
    /// Where the rule stands.
    rule: "Règle", "Regel", "Regel", "Rule";
    /// Results beyond the limit.
    left_out: "{n} résultats au-delà de la limite ne sont pas montrés", "{n} resultaten boven de limiet worden niet getoond", "{n} Ergebnisse über dem Limit werden nicht gezeigt", "{n} results beyond the limit are not shown";
    /// A document that could not be read in part.
    fault: "Erreur de lecture", "Leesfout", "Lesefehler", "Reading error";
    /// Something about a document that does not count.
    note: "Remarque", "Opmerking", "Bemerkung", "Note";
    /// The findings of what could be read follow.
    rest_checked: "Le reste a été contrôlé.", "De rest is gecontroleerd.", "Der Rest wurde geprüft.", "The rest was checked.";
    /// Nothing was there to check.
    nothing: "Rien n'a été contrôlé : ces données ne décrivent ni jeu de données, ni catalogue, ni service.", "Er is niets gecontroleerd: deze gegevens beschrijven geen dataset, catalogus of dienst.", "Es wurde nichts geprüft: Diese Daten beschreiben weder Datensatz noch Katalog noch Dienst.", "Nothing was checked: the data describes no dataset, catalogue or service.";
    /// The verdict.
    verdict_conforms: "Conforme : aucune règle n'est enfreinte", "Conform: er is geen regel overtreden", "Konform: Keine Regel ist verletzt", "Conforms: no rule is broken";
    /// The verdict.
    verdict_violations: "Non conforme : des règles sont enfreintes", "Niet conform: er zijn regels overtreden", "Nicht konform: Regeln sind verletzt", "Does not conform: rules are broken";
    /// The verdict.
    verdict_error: "Pas de verdict : le document n'a pas pu être lu comme il faut", "Geen oordeel: het document kon niet goed worden gelezen", "Kein Urteil: Das Dokument konnte nicht richtig gelesen werden", "No verdict: the document could not be read as it should be";
    /// A profile that is followed.
    profile_conforms: "conforme", "conform", "konform", "conforms";
    /// A profile that is not followed.
    profile_conforms_not: "non conforme", "niet conform", "nicht konform", "does not conform";
    /// A constraint without a message; `{path}` is the property.
    min_count: "{path} : il manque une valeur", "{path}: er ontbreekt een waarde", "{path}: Ein Wert fehlt", "{path}: a value is missing";
    /// A constraint without a message.
    max_count: "{path} : trop de valeurs", "{path}: te veel waarden", "{path}: zu viele Werte", "{path}: too many values";
    /// A constraint without a message.
    class: "{path} : la valeur n'est pas du type attendu", "{path}: de waarde is niet van de verwachte klasse", "{path}: Der Wert gehört nicht zur erwarteten Klasse", "{path}: the value is not of the expected class";
    /// A constraint without a message.
    datatype: "{path} : la valeur n'a pas le format attendu", "{path}: de waarde heeft niet het verwachte formaat", "{path}: Der Wert hat nicht das erwartete Format", "{path}: the value does not have the expected datatype";
    /// A constraint without a message.
    node_kind: "{path} : la valeur doit être d'une autre sorte (adresse ou texte)", "{path}: de waarde moet van een andere soort zijn (adres of tekst)", "{path}: Der Wert muss von anderer Art sein (Adresse oder Text)", "{path}: the value must be of another kind (address or text)";
    /// A constraint without a message.
    listed: "{path} : la valeur n'est pas dans la liste permise", "{path}: de waarde staat niet in de toegestane lijst", "{path}: Der Wert steht nicht in der erlaubten Liste", "{path}: the value is not in the list of allowed ones";
    /// A constraint without a message.
    pattern: "{path} : la valeur n'a pas la forme demandée", "{path}: de waarde heeft niet de gevraagde vorm", "{path}: Der Wert hat nicht die verlangte Form", "{path}: the value does not have the required form";
    /// Any other constraint without a message; `{component}` is its kind.
    constraint: "{path} : la règle {component} n'est pas respectée", "{path}: aan de regel {component} is niet voldaan", "{path}: Die Regel {component} ist nicht erfüllt", "{path}: the constraint {component} is not met";
}

impl Words {
    /// The words of a language, such as `fr` or `nl-BE`; English for a language that there are none of.
    pub fn of(language: &str) -> &'static Self {
        let main = language.split(['-', '_', '.']).next().unwrap_or_default();
        let [.., english] = &ALL;
        ALL.iter().find(|words| words.language.eq_ignore_ascii_case(main)).unwrap_or(english)
    }

    /// Whether there are words of a language.
    pub fn has(language: &str) -> bool {
        LANGUAGES.iter().any(|known| language.split(['-', '_', '.']).next() == Some(*known))
    }

    /// What a severity is called.
    pub fn severity(&self, severity: Severity) -> &'static str {
        match severity {
            Severity::Violation => self.violation,
            Severity::Warning => self.warning,
            Severity::Info => self.info,
        }
    }

    /// So many of a severity.
    pub fn severities(&self, severity: Severity, n: u64) -> String {
        let (one, many) = match severity {
            Severity::Violation => (self.violations_one, self.violations_many),
            Severity::Warning => (self.warnings_one, self.warnings_many),
            Severity::Info => (self.infos_one, self.infos_many),
        };
        self.counted(n, one, many)
    }

    /// So many of something.
    pub fn counted(&self, n: u64, one: &str, many: &str) -> String {
        let singular = n == 1 || (n == 0 && self.language == "fr");
        fill(if singular { one } else { many }, "n", &n.to_string())
    }

    /// What a group of a kind is called.
    pub fn kind(&self, kind: GroupKind) -> &'static str {
        match kind {
            GroupKind::Catalog => self.catalog,
            GroupKind::Dataset => self.dataset,
            GroupKind::Series => self.series,
            GroupKind::Service => self.service,
            GroupKind::Other => self.other,
        }
    }

    /// What a kind of fault is called.
    pub fn fault_kind(&self, kind: FaultKind) -> &'static str {
        if kind == FaultKind::Note { self.note } else { self.fault }
    }

    /// What a rule says: in this language, else in English, else as it has it, else by its kind. With the language
    /// if it is not this one.
    pub fn message<'r>(&self, rule: &'r Rule) -> (std::borrow::Cow<'r, str>, Option<&'r str>) {
        match best(&rule.messages, self.language) {
            Some(message) => {
                let language = message.language().filter(|tag| !is(tag, self.language));
                (message.value().into(), language)
            }
            None => (self.by_component(rule).into(), None),
        }
    }

    fn by_component(&self, rule: &Rule) -> String {
        let component = rule.component.strip_suffix("ConstraintComponent").unwrap_or(&rule.component);
        let template = match component {
            "MinCount" | "QualifiedMinCount" => self.min_count,
            "MaxCount" | "QualifiedMaxCount" => self.max_count,
            "Class" => self.class,
            "Datatype" => self.datatype,
            "NodeKind" => self.node_kind,
            "In" | "HasValue" => self.listed,
            "Pattern" => self.pattern,
            _ => self.constraint,
        };
        let path = if rule.path.is_empty() { "–".to_owned() } else { compact_path(&rule.path) };
        fill(&fill(template, "component", component), "path", &path)
    }
}

/// The text for a reader of a language: in it, else in English, else without a language, else the first.
pub fn best<'t>(texts: &'t [Literal], language: &str) -> Option<&'t Literal> {
    let of = |wanted: &str| texts.iter().find(|text| text.language().is_some_and(|tag| is(tag, wanted)));
    of(language)
        .or_else(|| texts.iter().find(|text| text.language().is_none()))
        .or_else(|| of("en"))
        .or(texts.first())
}

fn is(tag: &str, language: &str) -> bool {
    tag.split('-').next().is_some_and(|main| main.eq_ignore_ascii_case(language))
}

/// Puts a value in the place of a word in braces.
pub(crate) fn fill(template: &str, name: &str, value: &str) -> String {
    template.replace(&format!("{{{name}}}"), value)
}

#[cfg(test)]
mod tests {
    use super::{ALL, Words};

    #[test]
    fn every_language_says_everything_with_the_same_words_to_fill_in() {
        let holes = |text: &str| {
            let names = text.split('{').skip(1).filter_map(|part| part.split_once('}'));
            names.map(|(name, _)| name.to_owned()).collect::<Vec<_>>()
        };
        let english = Words::of("en").entries();
        for words in &ALL {
            for ((name, text), (_, model)) in words.entries().into_iter().zip(&english) {
                assert!(!text.is_empty() && holes(text) == holes(model), "{} {name}", words.language);
            }
        }
    }

    #[test]
    fn languages_are_found_by_any_tag_of_theirs() {
        for (tag, expected) in
            [("fr", "fr"), ("nl-BE", "nl"), ("de_DE.UTF-8", "de"), ("it", "en"), ("", "en")]
        {
            assert_eq!(Words::of(tag).language, expected, "{tag}");
        }
    }
}
