//! What body a name speaks of, whatever way it is spelt: "Mairie de Rennes", "VILLE DE RENNES" and "Rennes (ville)" are the
//! commune, "RENNES METROPOLE" and "Métropole de Rennes" the metropolis, which is another body.
//!
//! The words of kind ("Ville de", "Communauté de communes") are taken off and what is left is compared without case, accents
//! and hyphens. A name with any other word in it keeps that word, so that "Office de tourisme de Rennes Métropole" is
//! nobody but itself.

use crate::vocabulary::fold;

/// What kind of body a name speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Body {
    /// A commune, by a word such as "Ville de".
    Municipality,
    /// Communes together: communauté de communes, métropole, ….
    Intercommunality,
    /// A French département.
    Department,
    /// A region.
    Region,
    /// A Belgian province.
    Province,
    /// Only a name: of a commune or of anything else.
    Bare,
}

impl Body {
    /// What its keys begin with.
    fn prefix(self) -> &'static str {
        match self {
            Self::Municipality | Self::Bare => "",
            Self::Intercommunality => "epci ",
            Self::Department => "departement ",
            Self::Region => "region ",
            Self::Province => "province ",
        }
    }
}

/// A name without the words of kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// What kind of body it says it is.
    pub body: Body,
    /// What is left: folded words.
    pub stem: String,
    /// The same with its article: names of intercommunalities are compared without one.
    pub(super) words: String,
    /// Words that every administration has ("Service SIG"): the same name elsewhere is another body.
    pub is_generic: bool,
    /// A département's code beside the name, as in "Saint-Denis (93)".
    pub department: Option<String>,
}

/// Words before a commune's name, folded; the longest first where one begins another.
const MUNICIPALITY: [&str; 25] = [
    "ville et commune",
    "mairie",
    "ville",
    "commune nouvelle",
    "commune",
    "municipalite",
    "administration communale",
    "hotel de ville",
    "college communal",
    "conseil municipal",
    "stadsbestuur",
    "stad",
    "gemeentebestuur",
    "gemeente",
    "landeshauptstadt",
    "hansestadt",
    "universitatsstadt",
    "kreisfreie stadt",
    "stadt",
    "stadtverwaltung",
    "gemeinde",
    "city",
    "town",
    "municipality",
    "marktgemeinde",
];

/// Words of an intercommunality, anywhere in its name.
const INTERCOMMUNALITY: [&str; 12] = [
    "communaute de communes",
    "communaute d agglomeration",
    "communaute urbaine",
    "communaute de l agglomeration",
    "communaute agglomeration",
    "communaute communes",
    "eurometropole",
    "metropole",
    "agglomeration",
    "agglo",
    "epci",
    "cdc",
];

const DEPARTMENT: [&str; 4] =
    ["conseil departemental", "conseil general", "departement", "collectivite departementale"];
const REGION: [&str; 3] = ["conseil regional", "region", "regio"];
const PROVINCE: [&str; 4] = ["province", "provincie", "provinciebestuur", "provinz"];

/// Bare names that are a company or body rather than the commune of that name.
const NO_COMMUNES: [&str; 10] =
    ["orange", "vinci", "total", "engie", "carrefour", "pole", "sens", "la poste", "poste", "transports"];

/// Words that say nothing on which body it is.
const GENERIC: [&str; 110] = [
    "a",
    "abteilung",
    "accueil",
    "admin",
    "administrateur",
    "administration",
    "administrations",
    "afdeling",
    "aide",
    "amt",
    "amenagement",
    "anonyme",
    "anonymous",
    "archives",
    "assainissement",
    "associations",
    "autre",
    "autres",
    "bibliotheque",
    "bibliotheques",
    "bureau",
    "cadastre",
    "cellule",
    "commune",
    "communes",
    "communale",
    "communal",
    "communication",
    "contact",
    "culture",
    "data",
    "de",
    "departement",
    "deplacements",
    "des",
    "dienst",
    "diensten",
    "direction",
    "d",
    "donnees",
    "dsi",
    "du",
    "eau",
    "ecole",
    "ecoles",
    "education",
    "electricite",
    "enfance",
    "environnement",
    "equipe",
    "espaces",
    "et",
    "etat",
    "finances",
    "foncier",
    "generale",
    "geographique",
    "geographiques",
    "geomatique",
    "gis",
    "habitat",
    "inconnu",
    "informatie",
    "information",
    "informations",
    "informatique",
    "jeunesse",
    "l",
    "la",
    "le",
    "les",
    "logement",
    "mairie",
    "mediatheque",
    "metropole",
    "mobilite",
    "moisson",
    "musee",
    "musees",
    "na",
    "numerique",
    "observatoire",
    "office",
    "open",
    "opendata",
    "ouvertes",
    "parcs",
    "patrimoine",
    "pole",
    "police",
    "portail",
    "producteur",
    "proprete",
    "publique",
    "region",
    "reseaux",
    "sante",
    "service",
    "services",
    "sig",
    "sport",
    "sports",
    "stadsdiensten",
    "syndicat",
    "systeme",
    "systemes",
    "tourisme",
    "unknown",
    "urbanisme",
    "ville",
];

/// More of them.
const GENERIC_TOO: [&str; 6] = ["voirie", "verts", "vert", "transport", "transports", "web"];

/// Words that a part of a body begins with.
const UNITS: [&str; 22] = [
    "direction",
    "service",
    "pole",
    "bureau",
    "cellule",
    "mission",
    "division",
    "unite",
    "departement",
    "dienst",
    "afdeling",
    "abteilung",
    "amt",
    "fachbereich",
    "referat",
    "department",
    "dsi",
    "sig",
    "dgs",
    "equipe",
    "unit",
    "secretariat",
];

/// Words after which it is a body of its own, not a part of one: "Direction départementale des territoires".
const OWN: [&str; 14] = [
    "generale",
    "general",
    "regionale",
    "regional",
    "departementale",
    "departemental",
    "interregionale",
    "interministerielle",
    "interdepartementale",
    "public",
    "hydrographique",
    "national",
    "nationale",
    "zonale",
];

impl Name {
    /// Reads a name; `None` when there is no word in it.
    ///
    /// ```
    /// use moisson_dcat::party::{Body, Name};
    /// let name = |raw| Name::read(raw).unwrap();
    /// assert_eq!(name("Mairie du Mans").key(), name("VILLE DU MANS").key());
    /// assert_ne!(name("Ville de Rennes").key(), name("RENNES METROPOLE").key());
    /// assert_eq!(name("RENNES METROPOLE").body, Body::Intercommunality);
    /// ```
    pub fn read(raw: &str) -> Option<Self> {
        let raw = without_acronym(raw);
        let (outside, beside) = apart(raw);
        let department = beside.filter(|b| is_department_code(b)).map(str::to_uppercase);
        let mut folded = fold(outside)?;
        let mut said = None;
        match beside.and_then(fold) {
            // "Namur (ville)", "Brest (métropole)".
            Some(word) if MUNICIPALITY.contains(&word.as_str()) => said = Some(Body::Municipality),
            Some(word) if INTERCOMMUNALITY.contains(&word.as_str()) => said = Some(Body::Intercommunality),
            // An acronym repeats the name.
            Some(_) if beside.is_some_and(is_acronym) => {}
            Some(_) if department.is_some() => {}
            Some(more) => {
                folded.push(' ');
                folded.push_str(&more);
            }
            None => {}
        }
        // "Rennes, Ville de".
        if let Some((name, kind)) = raw.rsplit_once(',')
            && beside.is_none()
            && let (Some(name), Some(kind)) = (fold(name), fold(kind))
            && let kind = without_joint(&kind)
            && MUNICIPALITY.contains(&kind)
        {
            folded = name;
            said = Some(Body::Municipality);
        }
        let (body, stem, words) = match said {
            Some(body) => (body, without_article(body, &folded), folded),
            None => classify(&folded),
        };
        let is_generic = body == Body::Bare && is_generic(&stem)
            || stem.is_empty()
            || body != Body::Bare && stem.split(' ').all(|word| GENERIC.contains(&word));
        Some(Self { body, stem, words, is_generic, department })
    }

    /// The text by which two names are of one body.
    pub fn key(&self) -> String {
        let apart = if self.body == Body::Municipality && NO_COMMUNES.contains(&self.stem.as_str()) {
            "commune "
        } else {
            ""
        };
        let department =
            self.department.as_ref().map(|code| format!(" {}", code.to_lowercase())).unwrap_or_default();
        format!("{apart}{}{}{department}", self.body.prefix(), self.stem)
    }

    /// Whether a bare name may be that of a commune.
    pub fn may_be_commune(&self) -> bool {
        self.body == Body::Municipality
            || self.body == Body::Bare && !NO_COMMUNES.contains(&self.stem.as_str())
    }
}

/// Whether a text begins as the name of a part of a body: "Direction de l'urbanisme".
pub(super) fn is_unit(raw: &str) -> bool {
    let Some(folded) = fold(raw) else { return false };
    let mut words = folded.split(' ');
    let is_part = words.next().is_some_and(|first| UNITS.contains(&first));
    // "Département de l'Ain" is a body; "Département informatique" is not.
    let is_department = folded.starts_with("departement d");
    is_part && !is_department && !words.next().is_some_and(|second| OWN.contains(&second))
}

/// Whether a text begins with a word of a public body: "Ville de", "Région", "Communauté de communes".
pub(super) fn is_body(raw: &str) -> bool {
    Name::read(raw).is_some_and(|name| name.body != Body::Bare && !name.stem.is_empty())
}

/// The kind of body, the name without its words, and the same with articles.
fn classify(folded: &str) -> (Body, String, String) {
    let has = |words: &str| has_words(folded, words);
    let municipal =
        ["ville", "villes", "commune", "mairie", "stad", "gemeente", "stadt"].iter().any(|word| has(word));
    if INTERCOMMUNALITY.iter().any(|words| has(words))
        || folded.starts_with("cc d")
        || folded.starts_with("cu d")
    {
        // "Ville de Rennes et Rennes Métropole" are two bodies in one name, which is neither of them.
        if municipal {
            return (Body::Bare, folded.to_owned(), folded.to_owned());
        }
        let mut rest = format!(" {folded} ");
        for words in INTERCOMMUNALITY {
            rest = rest.replace(&format!(" {words} "), "  ");
        }
        let rest = rest.split_whitespace().collect::<Vec<_>>().join(" ");
        let rest =
            ["cc ", "ca ", "cu "].iter().find_map(|kind| rest.strip_prefix(kind)).unwrap_or(&rest).to_owned();
        let stem = once(&without_article(Body::Intercommunality, &rest));
        let words = without_article(Body::Municipality, &once(&rest));
        return (Body::Intercommunality, stem, words);
    }
    for (body, words) in [
        (Body::Municipality, &MUNICIPALITY[..]),
        (Body::Department, &DEPARTMENT[..]),
        (Body::Region, &REGION[..]),
        (Body::Province, &PROVINCE[..]),
    ] {
        for word in words {
            let Some(rest) = folded.strip_prefix(word) else { continue };
            if rest.is_empty() {
                return (body, String::new(), String::new());
            }
            let Some(rest) = rest.strip_prefix(' ') else { continue };
            // "Département informatique" and "Région 4" are no départements and regions; "Ville et métiers" is no commune.
            let is_joint = rest.starts_with("et ")
                || rest.starts_with("and ")
                || rest.starts_with("en ")
                || rest.starts_with("und ");
            if is_joint || *word == "departement" && !rest.starts_with('d') {
                return (Body::Bare, folded.to_owned(), folded.to_owned());
            }
            return (body, without_article(body, rest), rest.to_owned());
        }
    }
    (Body::Bare, without_article(Body::Bare, folded), folded.to_owned())
}

/// Whether whole words stand in a folded text.
fn has_words(folded: &str, words: &str) -> bool {
    folded.match_indices(words).any(|(at, _)| {
        let before = folded.get(..at).is_none_or(|before| before.is_empty() || before.ends_with(' '));
        let after =
            folded.get(at + words.len()..).is_none_or(|after| after.is_empty() || after.starts_with(' '));
        before && after
    })
}

/// Without the words that join it to the word of kind; the article of a commune's own name stays: "Ville du Mans" is
/// "le mans", "Ville des Sables-d'Olonne" is "les sables d olonne".
fn without_article(body: Body, stem: &str) -> String {
    let stem = stem.trim();
    if body == Body::Bare {
        return stem.to_owned();
    }
    let contracted = [("du ", "le "), ("des ", "les ")];
    let joint = ["de ", "d ", "of ", "van de ", "van den ", "van het ", "van ", "von ", "der "];
    let mut rest = stem.to_owned();
    if let Some((stem, article)) = contracted.iter().find_map(|(c, a)| Some((stem.strip_prefix(c)?, a))) {
        rest = format!("{article}{stem}");
    } else if let Some(stem) = joint.iter().find_map(|joint| stem.strip_prefix(joint)) {
        stem.clone_into(&mut rest);
    }
    if body != Body::Municipality {
        // No two départements or intercommunalities differ by an article.
        let article = ["le ", "la ", "les ", "l ", "de ", "du ", "des ", "d "];
        while let Some(stem) = article.iter().find_map(|article| rest.strip_prefix(article)) {
            rest = stem.to_owned();
        }
    }
    rest.trim().to_owned()
}

/// Each word once: "Métropole Rennes Métropole", "Communauté d'agglomération Quimper Quimper".
fn once(stem: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    for word in stem.split(' ') {
        if words.last() != Some(&word) {
            words.push(word);
        }
    }
    words.join(" ")
}

fn without_joint(kind: &str) -> &str {
    [" de", " du", " des", " d", " van", " of"]
        .iter()
        .find_map(|joint| kind.strip_suffix(joint))
        .unwrap_or(kind)
}

fn is_generic(stem: &str) -> bool {
    let mut words = stem.split(' ');
    words.all(|word| GENERIC.contains(&word) || GENERIC_TOO.contains(&word) || word.len() == 1)
        || is_unit(stem)
}

/// A name and what stands in parentheses at its end.
fn apart(raw: &str) -> (&str, Option<&str>) {
    let raw = raw.trim();
    match raw.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) {
        Some((name, beside)) if name.chars().any(char::is_alphanumeric) => (name.trim(), Some(beside.trim())),
        _ => (raw, None),
    }
}

/// "INSEE", "BRGM", "SPW-ARNE": capitals in one word.
fn is_acronym(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    (2..=12).contains(&letters)
        && !text.contains(char::is_whitespace)
        && text.chars().filter(|c| c.is_uppercase()).count() * 2 > letters
}

/// A name without its own acronym before or after it: "MEL - Métropole européenne de Lille". Letters that are not the
/// initials of the name are another body's, or a part of it.
pub(super) fn without_acronym(raw: &str) -> &str {
    /// Words that acronyms leave out.
    const SMALL: [&str; 16] =
        ["a", "au", "aux", "d", "de", "der", "des", "du", "en", "et", "fur", "l", "la", "le", "les", "van"];
    let initials = |name: &str| {
        let folded = fold(name)?;
        let words = folded.split(' ').filter(|word| !SMALL.contains(word));
        Some(words.filter_map(|word| word.chars().next()).collect::<String>())
    };
    let is_of = |acronym: &str, name: &str| {
        is_acronym(acronym) && fold(acronym).is_some_and(|letters| initials(name) == Some(letters))
    };
    for joint in [" - ", " – ", " : "] {
        match raw.trim().split_once(joint) {
            Some((head, name)) if is_of(head, name) => return name,
            Some((name, tail)) if is_of(tail, name) => return name,
            _ => {}
        }
    }
    raw
}

/// "35", "2A", "974".
fn is_department_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes, [b'0'..=b'9', b'0'..=b'9' | b'a' | b'b' | b'A' | b'B'] | [b'9', b'7', b'0'..=b'9'])
}
