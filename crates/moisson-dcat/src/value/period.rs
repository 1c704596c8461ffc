//! Periods out of words: `2009-2012`, `depuis 2015`, `du 01/01/2012 au 31/01/2012`, `T2 2020`.

use super::date::{self, DayOrder};
use crate::Temporal;

/// Longest text that is a period, in bytes.
const PERIOD_MAX: usize = 120;

/// Words before a start without an end, in four languages.
const SINCE: [&str; 20] = [
    "depuis le",
    "depuis l'année",
    "depuis",
    "à partir du",
    "à partir de",
    "à compter du",
    "à compter de",
    "a partir de",
    "dès",
    "since",
    "starting",
    "as of",
    "sinds",
    "vanaf",
    "sedert",
    "seit dem",
    "seit",
    "ab dem",
    "ab",
    "from",
];

/// Words before an end without a start.
const UNTIL: [&str; 13] = [
    "jusqu'à fin",
    "bis zum",
    "bis",
    "jusqu'au",
    "jusqu'en",
    "jusqu'à",
    "jusqu’au",
    "jusqu’en",
    "jusqu’à",
    "until",
    "up to",
    "tot en met",
    "tot",
];

/// Words that announce a period.
const HEADS: [&str; 37] = [
    "année universitaire",
    "année civile",
    "exercice budgétaire",
    "exercices",
    "campagne",
    "les années",
    "l'année",
    "période de",
    "période du",
    "academiejaar",
    "kalenderjaar",
    "jaren",
    "tussen",
    "kalenderjahr",
    "jahre",
    "zwischen",
    "vom",
    "année scolaire",
    "années",
    "année",
    "période",
    "exercice",
    "saison",
    "entre",
    "between",
    "schooljaar",
    "jaar",
    "periode",
    "schuljahr",
    "jahr",
    "years",
    "year",
    "du",
    "de",
    "from",
    "van",
    "von",
];

/// What stands between two dates, the surest first.
const BETWEEN: [&str; 22] = [
    " jusqu'en ",
    " through ",
    " tot en met ",
    " bis zum ",
    " jusqu'au ",
    " t/m ",
    " tot ",
    " bis ",
    " to ",
    " until ",
    " and ",
    " et ",
    " en ",
    " und ",
    " au ",
    " à ",
    " - ",
    " – ",
    "/",
    "–",
    "—",
    "-",
];

/// Words for an end that has not come, in four languages.
const NOW: [&str; 24] = [
    "..",
    "...",
    "…",
    "?",
    "aujourd'hui",
    "aujourd’hui",
    "nos jours",
    "ce jour",
    "maintenant",
    "présent",
    "en cours",
    "actuel",
    "actuellement",
    "present",
    "the present",
    "now",
    "today",
    "ongoing",
    "current",
    "heden",
    "nu",
    "vandaag",
    "heute",
    "jetzt",
];

/// First words of a decade, before its first year.
const DECADES: [&str; 6] = ["les années", "années", "de jaren", "jaren", "die jahre", "the"];

/// Ordinals in words, with the number they stand for.
const ORDINALS: [(&str, &str); 24] = [
    ("premier", "1"),
    ("première", "1"),
    ("deuxième", "2"),
    ("second", "2"),
    ("seconde", "2"),
    ("troisième", "3"),
    ("quatrième", "4"),
    ("dernier", "4"),
    ("eerste", "1"),
    ("tweede", "2"),
    ("derde", "3"),
    ("vierde", "4"),
    ("erstes", "1"),
    ("erste", "1"),
    ("zweites", "2"),
    ("zweite", "2"),
    ("drittes", "3"),
    ("dritte", "3"),
    ("viertes", "4"),
    ("vierte", "4"),
    ("first", "1"),
    ("third", "3"),
    ("fourth", "4"),
    ("2nd", "2"),
];

/// Start and end; an open side is `None`.
pub type Ends = (Option<Temporal>, Option<Temporal>);

/// Reads a period. A single date, month or year is a period that begins and ends with it.
///
/// ```
/// use moisson_dcat::value::{date::DayOrder, period::read};
/// let ends = |raw| read(raw, DayOrder::DayFirst).map(|(start, end)| {
///     [start, end].map(|t| t.map(|t| t.lexical().to_owned()).unwrap_or_default()).join(" .. ")
/// });
/// assert_eq!(ends("2009-2012").as_deref(), Some("2009 .. 2012"));
/// assert_eq!(ends("depuis 2015").as_deref(), Some("2015 .. "));
/// assert_eq!(ends("T2 2020").as_deref(), Some("2020-04 .. 2020-06"));
/// assert_eq!(ends("Rennes"), None);
/// ```
pub fn read(raw: &str, order: DayOrder) -> Option<Ends> {
    let text = raw.trim().trim_matches(['.', ';', ',', '(', ')', '"']).trim().to_lowercase();
    if text.is_empty() || text.len() > PERIOD_MAX {
        return None;
    }
    let one = |text: &str| date::read(text, order).ok();
    if let Some(date) = one(&text) {
        return Some((Some(date.clone()), Some(date)));
    }
    if let Some(part) = part_of_year(&text).or_else(|| decade(&text)) {
        return Some(part);
    }
    if let Some(start) = SINCE.iter().find_map(|word| one(after(&text, word)?)) {
        return Some((Some(start), None));
    }
    if let Some(end) = UNTIL.iter().find_map(|word| one(after(&text, word)?)) {
        return Some((None, Some(end)));
    }
    two(&text, order).or_else(|| {
        let inner = HEADS.iter().find_map(|head| after(&text, head))?;
        two(inner, order)
            .or_else(|| short_school_year(inner))
            .or_else(|| one(inner).map(|date| (Some(date.clone()), Some(date))))
    })
}

/// `2020/21` and `2020-21` after a word that announces a year of school or of accounts.
fn short_school_year(text: &str) -> Option<Ends> {
    let (first, second) = text.split_once(['/', '-', '–'])?;
    let is_digits = |text: &str, length| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(first, 4) || !is_digits(second, 2) {
        return None;
    }
    let next = first.parse::<u16>().ok()? + 1;
    let year = |year: u16| Some(Temporal::Year(year.to_string()));
    (format!("{:02}", next % 100) == second).then(|| (year(next - 1), year(next)))
}

/// What follows a word at the head of a text.
fn after<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(word)?;
    rest.starts_with(|c: char| !c.is_alphanumeric()).then(|| rest.trim_start_matches([':', ' ', '\u{a0}']))
}

/// Two dates with something between them; an ISO 8601 interval may be open.
fn two(text: &str, order: DayOrder) -> Option<Ends> {
    for between in BETWEEN {
        for (at, _) in text.match_indices(between).take(4) {
            let (start, rest) = text.split_at_checked(at)?;
            let end = rest.strip_prefix(between)?.trim();
            let start = start.trim_start_matches("de ").trim_start_matches("l'");
            let open = |side: &str| NOW.contains(&side) || (side.is_empty() && between == "/");
            let read = |side: &str| date::read(side.trim(), order).ok();
            let finish = read(end);
            // "du 1er janvier au 31 mars 2020": the year stands once.
            let begin = read(start)
                .or_else(|| read(&format!("{} {}", month_in(start)?, finish.as_ref()?.lexical().get(..4)?)));
            match (begin, finish) {
                (Some(start), Some(end)) if is_in_order(&start, &end) => {
                    return Some((Some(start), Some(end)));
                }
                (Some(start), None) if between == "/" && end.starts_with('p') => {
                    return Some((Some(start.clone()), Some(lasting(&start, end)?)));
                }
                (Some(start), None) if open(end) => return Some((Some(start), None)),
                (None, Some(end)) if open(start.trim()) => return Some((None, Some(end))),
                _ => {}
            }
        }
    }
    None
}

/// A start that has words in it, such as a month, rather than being open.
fn month_in(start: &str) -> Option<&str> {
    let start = start.trim();
    (start.contains(char::is_alphabetic) && !NOW.contains(&start)).then_some(start)
}

/// Whether the first date is not after the second, as far as their common precision tells.
pub fn is_in_order(start: &Temporal, end: &Temporal) -> bool {
    let (start, end) = (start.lexical(), end.lexical());
    let length = start.len().min(end.len()).min(10);
    start.get(..length) <= end.get(..length)
}

/// `T2 2020`, `Q2 2020`, `2e trimestre 2020`, `S1 2020`, `2020-Q3`.
fn part_of_year(text: &str) -> Option<Ends> {
    let fill = ["de", "of", "the", "van", "het", "du", "le", "l", "en", "année", "jahr", "jahres", "des"];
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty() && !fill.contains(w))
        .map(|w| ORDINALS.iter().find(|(name, _)| *name == w).map_or(w, |(_, number)| number))
        .collect();
    let year = words.iter().find(|w| w.len() == 4 && w.bytes().all(|b| b.is_ascii_digit()))?;
    let rest: Vec<&str> = words.iter().copied().filter(|w| w != year).collect();
    let (kind, number) = match rest.as_slice() {
        [code] => {
            let mut chars = code.chars();
            (chars.next()?.to_string(), chars.as_str().parse().ok()?)
        }
        // "trimestre 2", "kwartaal 2".
        [kind, number] if number.len() == 1 && kind.len() > 1 => ((*kind).to_owned(), number.parse().ok()?),
        [number, kind] => {
            let digits = number.trim_end_matches(|c: char| c.is_alphabetic());
            ((*kind).to_owned(), digits.parse::<u8>().ok()?)
        }
        _ => return None,
    };
    let length = match kind.as_str() {
        "t" | "q" | "k" | "trimestre" | "quarter" | "kwartaal" | "quartal" => 3,
        "s" | "h" | "semestre" | "semester" | "halbjahr" | "half" | "helft" | "halfjaar" | "hälfte" => 6,
        _ => return None,
    };
    if !(1..=12 / length).contains(&number) {
        return None;
    }
    let month = |number: u8| date::read(&format!("{year}-{number:02}"), DayOrder::Unknown).ok();
    Some((month((number - 1) * length + 1), month(number * length)))
}

/// `années 1990`, `1990er Jahre`, `the 1990s`: ten years. A plural before one year with a zero at its end.
fn decade(text: &str) -> Option<Ends> {
    let year = DECADES
        .iter()
        .find_map(|head| after(text, head))
        .or_else(|| text.strip_suffix(" jahre"))
        .map(|year| year.trim_end_matches("er").trim_end_matches('s'))?;
    let year: u16 = year.parse().ok().filter(|year| (1500..2100).contains(year) && year % 10 == 0)?;
    let read = |year: u16| date::read(&year.to_string(), DayOrder::Unknown).ok();
    Some((read(year), read(year + 9)))
}

/// The last day of an ISO 8601 duration that begins with a date: `2020-01-01/P1Y` ends on the last day of 2020.
fn lasting(start: &Temporal, duration: &str) -> Option<Temporal> {
    let span: jiff::Span = duration.to_ascii_uppercase().parse().ok()?;
    let day = match start {
        Temporal::Date(day) => day.clone(),
        Temporal::YearMonth(month) => format!("{month}-01"),
        Temporal::Year(year) => format!("{year}-01-01"),
        Temporal::DateTime(_) => return None,
    };
    let last = day.parse::<jiff::civil::Date>().ok()?.checked_add(span).ok()?.yesterday().ok()?;
    (last.to_string() >= day).then(|| Temporal::Date(last.to_string()))
}

#[cfg(test)]
mod tests {
    use super::{DayOrder, read};

    #[test]
    fn periods_are_read_out_of_words() {
        for (raw, start, end) in [
            ("2011", "2011", "2011"),
            ("2009-2012", "2009", "2012"),
            ("2008 - 2014", "2008", "2014"),
            ("2009 à 2012", "2009", "2012"),
            ("01/01/2012 - 31/01/2012", "2012-01-01", "2012-01-31"),
            ("du 01/01/2012 au 31/01/2012", "2012-01-01", "2012-01-31"),
            ("du 1er janvier 2020 au 31 mars 2021", "2020-01-01", "2021-03-31"),
            ("van 2010 tot 2012", "2010", "2012"),
            ("2010 tot 2012", "2010", "2012"),
            ("2010 bis 2012", "2010", "2012"),
            ("depuis 2015", "2015", ""),
            ("Depuis le 5 mars 2019", "2019-03-05", ""),
            ("seit 2015", "2015", ""),
            ("jusqu'en février 2015", "", "2015-02"),
            ("année scolaire 2021/2022", "2021", "2022"),
            ("Schuljahr 2020/21", "2020", "2021"),
            ("année scolaire 1999-00", "1999", "2000"),
            ("Année 2019", "2019", "2019"),
            ("2020-01-01/2020-12-31", "2020-01-01", "2020-12-31"),
            ("2020-01-01/..", "2020-01-01", ""),
            ("2015/", "2015", ""),
            ("2020-01-01T00:00:00Z/2020-12-31T00:00:00Z", "2020-01-01T00:00:00Z", "2020-12-31T00:00:00Z"),
            ("mars 2019", "2019-03", "2019-03"),
            ("T2 2020", "2020-04", "2020-06"),
            ("2e trimestre 2020", "2020-04", "2020-06"),
            ("S1 2020", "2020-01", "2020-06"),
            ("1er trimestre 2020", "2020-01", "2020-03"),
            ("Premier trimestre 2020", "2020-01", "2020-03"),
            ("2e kwartaal van 2020", "2020-04", "2020-06"),
            ("derde kwartaal 2020", "2020-07", "2020-09"),
            ("4. Quartal 2020", "2020-10", "2020-12"),
            ("erstes Halbjahr 2020", "2020-01", "2020-06"),
            ("second quarter of 2020", "2020-04", "2020-06"),
            ("2020-Q3", "2020-07", "2020-09"),
            ("trimestre 3 de 2020", "2020-07", "2020-09"),
            ("du 1er janvier au 31 mars 2020", "2020-01-01", "2020-03-31"),
            ("van 1 januari tot 31 maart 2020", "2020-01-01", "2020-03-31"),
            ("vom 1. Januar bis 31. März 2020", "2020-01-01", "2020-03-31"),
            ("from 1 January to 31 March 2020", "2020-01-01", "2020-03-31"),
            ("de janvier à mars 2020", "2020-01", "2020-03"),
            ("januari 2019 - maart 2020", "2019-01", "2020-03"),
            ("sinds 2015", "2015", ""),
            ("vanaf januari 2015", "2015-01", ""),
            ("ab Januar 2015", "2015-01", ""),
            ("since March 2015", "2015-03", ""),
            ("À partir de 2015", "2015", ""),
            ("à compter du 01/09/2019", "2019-09-01", ""),
            ("2015 à aujourd'hui", "2015", ""),
            ("de 2015 à nos jours", "2015", ""),
            ("2015 - heden", "2015", ""),
            ("2015 bis heute", "2015", ""),
            ("2015 to present", "2015", ""),
            ("tot 2015", "", "2015"),
            ("bis 2015", "", "2015"),
            ("until 2015", "", "2015"),
            ("../2015-06", "", "2015-06"),
            ("schooljaar 2021-2022", "2021", "2022"),
            ("Schuljahr 2021/2022", "2021", "2022"),
            ("zwischen 2010 und 2012", "2010", "2012"),
            ("tussen 2010 en 2012", "2010", "2012"),
            ("between 2010 and 2012", "2010", "2012"),
            ("années 2010 à 2012", "2010", "2012"),
            ("années 1990", "1990", "1999"),
            ("1990er Jahre", "1990", "1999"),
            ("the 1990s", "1990", "1999"),
            ("jaren 1990", "1990", "1999"),
            ("2020-01-01/P1Y", "2020-01-01", "2020-12-31"),
            ("2020-04/P3M", "2020-04", "2020-06-30"),
            (
                "2020-01-01T08:00:00+02:00/2020-01-02T08:00:00+02:00",
                "2020-01-01T08:00:00+02:00",
                "2020-01-02T08:00:00+02:00",
            ),
        ] {
            let found = read(raw, DayOrder::DayFirst).map(|(start, end)| {
                [start, end].map(|t| t.map(|t| t.lexical().to_owned()).unwrap_or_default())
            });
            assert_eq!(found, Some([start.to_owned(), end.to_owned()]), "{raw}");
        }
    }

    #[test]
    fn what_is_no_period_stays_words() {
        for raw in [
            "",
            "annuelle",
            "2012-2009",
            "T5 2020",
            "2009, 2011 et 2013",
            "toujours",
            "01-01-12 / 31-12-13",
            "the 1995s",
            "années 90",
            "2020/P-1Y",
            "avant 2015",
            "heute",
        ] {
            assert_eq!(read(raw, DayOrder::DayFirst), None, "{raw}");
        }
    }
}
