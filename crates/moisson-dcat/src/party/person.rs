//! Whether a name is that of a natural person, an e-mail address a person's own, a telephone a mobile one.
//!
//! Rules of thumb: a list of first names, the words that organisations have in their names, providers of private mail. What
//! they are worth is measured on a labelled sample, see `sample.rs`. In doubt a name is an organisation's.

use std::sync::LazyLock;

use rustc_hash::FxHashSet as HashSet;

use crate::memo::{Answers, remembered};
use crate::vocabulary::fold;

/// Longest text that may be a person's name, in bytes.
const NAME_MAX: usize = 120;

/// Most words in a person's name, without particles.
const WORDS_MAX: usize = 4;

static FIRST_NAMES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("../../tables/first-names.csv").lines();
    lines
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect()
});

/// Words before the name of a person, folded.
const TITLES: [&str; 26] = [
    "m",
    "mr",
    "mme",
    "mlle",
    "mmes",
    "messieurs",
    "monsieur",
    "madame",
    "mademoiselle",
    "dr",
    "docteur",
    "pr",
    "prof",
    "professeur",
    "herr",
    "frau",
    "dhr",
    "heer",
    "mevr",
    "mevrouw",
    "mw",
    "mrs",
    "ms",
    "miss",
    "maitre",
    "sir",
];

/// Words inside the names of people.
const PARTICLES: [&str; 18] = [
    "de", "du", "des", "d", "la", "le", "les", "van", "von", "der", "den", "ten", "ter", "zu", "el", "al",
    "ben", "di",
];

/// Words of organisations, offices and things named after people, folded.
const OFFICES: [&str; 162] = [
    "abteilung",
    "academie",
    "administration",
    "aeroport",
    "afdeling",
    "agence",
    "agglo",
    "agglomeration",
    "amt",
    "appel",
    "archives",
    "asbl",
    "assemblee",
    "association",
    "assistance",
    "atelier",
    "autorite",
    "bibliotheque",
    "bruxelles",
    "bureau",
    "cabinet",
    "caisse",
    "cellule",
    "centre",
    "centrum",
    "chambre",
    "chu",
    "cite",
    "club",
    "college",
    "collectif",
    "comite",
    "commissariat",
    "commission",
    "commune",
    "communaute",
    "compagnie",
    "conseil",
    "conservatoire",
    "consortium",
    "contact",
    "cooperative",
    "coordination",
    "data",
    "delegation",
    "departement",
    "department",
    "developpement",
    "dienst",
    "direction",
    "division",
    "dreal",
    "eaux",
    "ecole",
    "editions",
    "energie",
    "energies",
    "entreprise",
    "epci",
    "equipe",
    "espace",
    "etablissement",
    "etat",
    "federation",
    "fondation",
    "france",
    "gare",
    "gemeente",
    "geo",
    "geomatique",
    "gestion",
    "gmbh",
    "groupe",
    "groupement",
    "habitat",
    "hopital",
    "hospices",
    "hotel",
    "informatique",
    "ingenierie",
    "inspection",
    "institut",
    "institute",
    "international",
    "jardin",
    "laboratoire",
    "ligue",
    "lycee",
    "maire",
    "mairie",
    "maison",
    "manager",
    "mediatheque",
    "metropole",
    "metropolitain",
    "ministere",
    "mission",
    "mobilite",
    "mobilites",
    "musee",
    "musees",
    "nv",
    "observatoire",
    "office",
    "opendata",
    "open",
    "opera",
    "operateur",
    "organisation",
    "parc",
    "pays",
    "place",
    "plateforme",
    "police",
    "pole",
    "port",
    "prefecture",
    "president",
    "presidente",
    "prestataire",
    "projet",
    "province",
    "recherche",
    "regie",
    "region",
    "reseau",
    "responsable",
    "rue",
    "sa",
    "saint",
    "sainte",
    "sarl",
    "sas",
    "sdis",
    "secretariat",
    "section",
    "service",
    "services",
    "sig",
    "sncf",
    "societe",
    "sprl",
    "srl",
    "stad",
    "stadt",
    "stade",
    "station",
    "statistique",
    "support",
    "syndicat",
    "systeme",
    "team",
    "territoire",
    "theatre",
    "tourisme",
    "transport",
    "transports",
    "tribunal",
    "universite",
    "urbanisme",
    "ville",
    "vzw",
];

/// Words in the local part of an address that a service has.
const FUNCTIONS: [&str; 124] = [
    "accueil",
    "admin",
    "administration",
    "adm",
    "agglo",
    "aide",
    "api",
    "archives",
    "assistance",
    "asso",
    "association",
    "bibliotheque",
    "bonjour",
    "bureau",
    "carto",
    "cartographie",
    "catalogue",
    "cc",
    "cellule",
    "centre",
    "ci",
    "com",
    "commune",
    "communication",
    "conseil",
    "contact",
    "contacts",
    "courrier",
    "culture",
    "dcat",
    "ddt",
    "ddtm",
    "demat",
    "departement",
    "developpement",
    "dgs",
    "dienst",
    "digital",
    "dir",
    "direction",
    "donnees",
    "dpo",
    "dreal",
    "dsi",
    "eau",
    "ecole",
    "elections",
    "energie",
    "enquete",
    "environnement",
    "epci",
    "equipe",
    "eservices",
    "etude",
    "finances",
    "foncier",
    "gemeente",
    "gis",
    "gestion",
    "habitat",
    "hello",
    "help",
    "helpdesk",
    "hotline",
    "hoteldeville",
    "ict",
    "info",
    "infos",
    "informatique",
    "information",
    "innovation",
    "integration",
    "it",
    "mail",
    "mairie",
    "maintenance",
    "maire",
    "marches",
    "mediatheque",
    "metropole",
    "mission",
    "mobilite",
    "musee",
    "musees",
    "nepasrepondre",
    "news",
    "noreply",
    "numerique",
    "office",
    "opendata",
    "ouvertes",
    "ot",
    "patrimoine",
    "ping",
    "pole",
    "portail",
    "post",
    "postmaster",
    "poststelle",
    "presse",
    "projet",
    "publication",
    "reply",
    "rgpd",
    "sec",
    "secretariat",
    "secretaire",
    "service",
    "services",
    "si",
    "sig",
    "stad",
    "stat",
    "stats",
    "statistiques",
    "support",
    "team",
    "tourisme",
    "transport",
    "transports",
    "unite",
    "urbanisme",
    "voirie",
    "ville",
];

/// Beginnings of such words.
const FUNCTION_STARTS: [&str; 22] = [
    "admin",
    "biblio",
    "cartograph",
    "commun",
    "contact",
    "data",
    "donnee",
    "environ",
    "geo",
    "gis",
    "info",
    "mairie",
    "metropol",
    "mobilit",
    "open",
    "rathaus",
    "service",
    "stadt",
    "statisti",
    "tourism",
    "urban",
    "webmaster",
];

/// Providers of mail for private people; the last label of the domain is left out where there are many.
const PROVIDERS: [&str; 44] = [
    "gmail",
    "googlemail",
    "hotmail",
    "outlook",
    "live",
    "msn",
    "yahoo",
    "ymail",
    "aol",
    "icloud",
    "me.com",
    "mac.com",
    "gmx",
    "protonmail",
    "proton.me",
    "pm.me",
    "orange.fr",
    "wanadoo.fr",
    "free.fr",
    "laposte.net",
    "sfr.fr",
    "neuf.fr",
    "cegetel.net",
    "numericable.fr",
    "bbox.fr",
    "club-internet.fr",
    "aliceadsl.fr",
    "voila.fr",
    "9online.fr",
    "skynet.be",
    "telenet.be",
    "proximus.be",
    "scarlet.be",
    "belgacom.net",
    "voo.be",
    "base.be",
    "web.de",
    "t-online.de",
    "freenet.de",
    "arcor.de",
    "online.de",
    "ziggo.nl",
    "kpnmail.nl",
    "pt.lu",
];

/// Words for what is named after people in a list of names; folded.
const NAMED_AFTER: [&str; 14] = [
    "arret",
    "arrets",
    "avenue",
    "boulevard",
    "halte",
    "haltes",
    "haltestelle",
    "haltestellen",
    "ligne",
    "lignes",
    "linie",
    "rue",
    "rues",
    "straat",
];

/// The parts of a text that are names of natural persons, as they are written in it.
pub fn persons(text: &str) -> Vec<&str> {
    if text.len() > NAME_MAX * 4 || remembered(&NOBODY, text, || named(text).is_empty()) {
        return Vec::new();
    }
    named(text)
}

thread_local! {
    /// Texts without a person; most names are of offices.
    static NOBODY: Answers<bool> = Answers::default();
}

fn named(text: &str) -> Vec<&str> {
    if is_person(text) {
        return vec![text.trim()];
    }
    // "Ligne Jean Jaurès - Marie Curie" are stops.
    if lists_things(text) {
        return Vec::new();
    }
    let joints =
        [";", "/", "|", "&", "(", ")", ",", "\n", " et ", " - ", " – ", " and ", " und ", " : ", ": "];
    let mut parts = vec![text];
    for joint in joints {
        parts = parts.into_iter().flat_map(|part| part.split(joint)).collect();
    }
    parts.into_iter().map(str::trim).filter(|part| is_person(part)).collect()
}

/// Whether a text names stops or streets, which are named after people.
pub(super) fn lists_things(text: &str) -> bool {
    fold(text).is_some_and(|folded| folded.split(' ').any(|word| NAMED_AFTER.contains(&word)))
}

/// Whether a text is the name of one natural person.
///
/// ```
/// use moisson_dcat::party::is_person;
/// assert!(is_person("Mme Martin") && is_person("DUPONT Jean") && is_person("J.-P. Peeters"));
/// assert!(!is_person("Lycée Jean Jaurès") && !is_person("Rennes Métropole"));
/// ```
pub fn is_person(text: &str) -> bool {
    let text = text.trim();
    if text.len() > NAME_MAX || text.contains(|c: char| c.is_ascii_digit() || "@/:;()[]&+_|\"«".contains(c))
    {
        return false;
    }
    let has_comma = text.contains(',');
    let mut words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()).collect();
    let mut titled = false;
    while words.len() > 1
        && fold(words.first().copied().unwrap_or_default())
            .is_some_and(|word| TITLES.contains(&word.as_str()))
    {
        // "M" alone may be an initial of something else.
        titled |= words.first().is_some_and(|word| word.len() > 1);
        words.remove(0);
    }
    let folded: Vec<String> = words.iter().filter_map(|word| fold(word)).collect();
    if folded.len() != words.len() || folded.is_empty() {
        return false;
    }
    let is_office = |word: &String| word.split(' ').any(|part| OFFICES.contains(&part));
    if folded.iter().any(is_office) {
        return false;
    }
    let is_particle = |word: &String| {
        PARTICLES.contains(&word.as_str()) || word.split(' ').all(|part| PARTICLES.contains(&part))
    };
    let names: Vec<(&str, &String)> =
        words.iter().copied().zip(&folded).filter(|(_, word)| !is_particle(word)).collect();
    if names.is_empty() || names.len() > WORDS_MAX {
        return false;
    }
    let is_capital = |word: &str| word.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase);
    let all_capital = names.iter().all(|(word, _)| is_capital(word));
    let (first, last) = (names.first(), names.last());
    if titled {
        // "Mme la directrice" is an office; "Mme Le Goff" is not.
        let is_office = words.first().is_some_and(|word| ["le", "la", "les"].contains(word));
        return all_capital && !is_office;
    }
    if names.len() < 2 {
        return false;
    }
    // "J. Dupont", "J.-P. Martin", "Dupont J.".
    let is_initial = |word: &str| {
        word.ends_with('.')
            && word.chars().filter(|c| c.is_alphabetic()).count() <= 2
            && word.chars().all(|c| c.is_uppercase() || c == '.' || c == '-')
    };
    let ends = [first, last].into_iter().flatten();
    if names.len() == 2 && all_capital && ends.filter(|(word, _)| is_initial(word)).count() == 1 {
        return true;
    }
    let is_first_name = |found: Option<&(&str, &String)>| found.is_some_and(|(_, word)| is_first_name(word));
    let is_upper = |found: Option<&(&str, &String)>| {
        found.is_some_and(|(word, _)| word.chars().count() > 1 && word.chars().all(|c| !c.is_lowercase()))
    };
    let all_lower = names.iter().all(|(word, _)| !is_capital(word));
    let by_case = all_capital || all_lower && names.len() == 2;
    let surname_first = is_first_name(last)
        && (has_comma
            || is_upper(first) && !is_upper(last)
            || all_lower
            || is_first_name_only(last) && names.len() == 2);
    by_case && (is_first_name(first) || surname_first)
}

/// First names that nobody has as a surname.
fn is_first_name_only(found: Option<&(&str, &String)>) -> bool {
    // Many surnames are first names: Martin, Bernard, Thomas, Robert, Simon, Michel, Laurent.
    const SURNAMES: [&str; 46] = [
        "adam",
        "albert",
        "alexandre",
        "andre",
        "antoine",
        "arnaud",
        "arnold",
        "benoit",
        "bernard",
        "bertrand",
        "charles",
        "christian",
        "claude",
        "clement",
        "daniel",
        "david",
        "etienne",
        "francois",
        "gautier",
        "gerard",
        "germain",
        "gilbert",
        "guillaume",
        "henri",
        "hubert",
        "jacques",
        "jean",
        "julien",
        "lambert",
        "laurent",
        "leon",
        "louis",
        "marie",
        "martin",
        "mathieu",
        "michel",
        "nicolas",
        "olivier",
        "pascal",
        "paul",
        "philippe",
        "pierre",
        "richard",
        "robert",
        "simon",
        "thomas",
    ];
    found.is_some_and(|(_, word)| !SURNAMES.contains(&word.as_str()))
}

/// Whether a folded word, or each part of a double one, is a first name: "jean", "jean pierre".
fn is_first_name(folded: &str) -> bool {
    let mut parts = folded.split(' ');
    parts.next().is_some_and(|first| FIRST_NAMES.contains(first)) && parts.count() < 2
}

/// Whether an e-mail address is a person's own; `persons` are names that stand beside it.
///
/// ```
/// use moisson_dcat::party::is_personal_email;
/// assert!(is_personal_email("jean.dupont@ville.example", &[]));
/// assert!(is_personal_email("jdupont@ville.example", &["Jean Dupont"]));
/// assert!(!is_personal_email("sig.contact@ville.example", &[]));
/// ```
pub fn is_personal_email(address: &str, persons: &[&str]) -> bool {
    let address = address.strip_prefix("mailto:").unwrap_or(address);
    let Some((local, domain)) = address.split_once('@') else { return false };
    let domain = domain.split('?').next().unwrap_or_default().to_lowercase();
    let Some(folded) = fold(local) else { return false };
    let tokens: Vec<&str> = folded
        .split(' ')
        .map(|token| token.trim_matches(|c: char| c.is_ascii_digit()))
        .filter(|token| !token.is_empty())
        .collect();
    let beside = persons.iter().filter_map(|name| fold(name)).any(|name| {
        let surnames = name.split(' ').filter(|part| part.len() >= 3);
        surnames.into_iter().any(|part| tokens.iter().any(|token| token.len() >= 4 && token.contains(part)))
    });
    if beside {
        return true;
    }
    let is_function = |token: &&str| {
        FUNCTIONS.contains(token) || FUNCTION_STARTS.iter().any(|start| token.starts_with(start))
    };
    if tokens.is_empty() || tokens.iter().any(is_function) {
        return false;
    }
    let is_name = |token: &str| token.len() > 1 && FIRST_NAMES.contains(token);
    let is_provider = PROVIDERS.iter().any(|provider| {
        domain == *provider
            || !provider.contains('.') && domain.split_once('.').is_some_and(|(first, _)| first == *provider)
    });
    match tokens.as_slice() {
        [one] => is_provider || one.len() > 2 && is_name(one),
        [first, last] => {
            is_provider
                || is_name(first)
                || is_name(last)
                || first.len() == 1 && last.len() > 3
                || last.len() == 1 && first.len() > 3
        }
        [first, .., last] => is_provider || is_name(first) || is_name(last) && tokens.len() == 3,
        [] => false,
    }
}

/// Whether a `tel:` IRI is the number of a mobile telephone in France, Belgium, Germany, the Netherlands or Luxembourg.
///
/// ```
/// use moisson_dcat::party::is_mobile;
/// assert!(is_mobile("tel:+33612345678") && is_mobile("tel:0612345678") && is_mobile("tel:+32475123456"));
/// assert!(!is_mobile("tel:+33223621010") && !is_mobile("tel:+3242221111"));
/// ```
pub fn is_mobile(iri: &str) -> bool {
    let number = iri.strip_prefix("tel:").unwrap_or(iri).split(';').next().unwrap_or_default();
    let starts = |number: &str, lengths: &[usize], with: &[&str]| {
        lengths.contains(&number.len()) && with.iter().any(|start| number.starts_with(start))
    };
    if let Some(rest) = number.strip_prefix("+33") {
        return starts(rest, &[9], &["6", "7"]);
    }
    if let Some(rest) = number.strip_prefix("+32") {
        return starts(rest, &[9], &["45", "46", "47", "48", "49"]);
    }
    if let Some(rest) = number.strip_prefix("+352") {
        return starts(rest, &[9], &["6"]);
    }
    if let Some(rest) = number.strip_prefix("+31") {
        return starts(rest, &[9], &["6"]);
    }
    if let Some(rest) = number.strip_prefix("+49") {
        return starts(rest, &[10, 11, 12], &["15", "16", "17"]);
    }
    starts(number, &[10], &["06", "07"]) || starts(number, &[11, 12], &["015", "016", "017"])
}
