//! Periods out of words: `2009-2012`, `depuis 2015`, `du 01/01/2012 au 31/01/2012`, `T2 2020`.

use super::date::{self, DayOrder};
use crate::Temporal;

/// Longest text that is a period, in bytes.
const PERIOD_MAX: usize = 120;

/// Words before a start without an end, in four languages.
const SINCE: [&str; 12] = [
    "depuis le",
    "depuis",
    "à partir du",
    "à partir de",
    "a partir de",
    "dès",
    "since",
    "sinds",
    "vanaf",
    "seit",
    "ab",
    "from",
];

/// Words before an end without a start.
const UNTIL: [&str; 10] = [
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
const HEADS: [&str; 20] = [
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
const BETWEEN: [&str; 18] = [
    " jusqu'au ",
    " t/m ",
    " tot en met ",
    " tot ",
    " bis ",
    " to ",
    " until ",
    " and ",
    " et ",
    " en ",
    " au ",
    " à ",
    " - ",
    " – ",
    "/",
    "–",
    "—",
    "-",
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
    if let Some(part) = part_of_year(&text) {
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
        two(inner, order).or_else(|| one(inner).map(|date| (Some(date.clone()), Some(date))))
    })
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
            let open = |side: &str| side == ".." || (side.is_empty() && between == "/");
            let read = |side: &str| date::read(side.trim(), order).ok();
            match (read(start), read(end)) {
                (Some(start), Some(end)) if same_order(&start, &end) => {
                    return Some((Some(start), Some(end)));
                }
                (Some(start), None) if open(end) => return Some((Some(start), None)),
                (None, Some(end)) if open(start.trim()) => return Some((None, Some(end))),
                _ => {}
            }
        }
    }
    None
}

/// Whether the first date is not after the second, as far as their common precision tells.
fn same_order(start: &Temporal, end: &Temporal) -> bool {
    let (start, end) = (start.lexical(), end.lexical());
    let length = start.len().min(end.len()).min(10);
    start.get(..length) <= end.get(..length)
}

/// `T2 2020`, `Q2 2020`, `2e trimestre 2020`, `S1 2020`, `2020-Q3`.
fn part_of_year(text: &str) -> Option<Ends> {
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty() && *w != "de").collect();
    let year = words.iter().find(|w| w.len() == 4 && w.bytes().all(|b| b.is_ascii_digit()))?;
    let rest: Vec<&str> = words.iter().copied().filter(|w| w != year).collect();
    let (kind, number) = match rest.as_slice() {
        [code] => {
            let mut chars = code.chars();
            (chars.next()?.to_string(), chars.as_str().parse().ok()?)
        }
        [number, kind] => {
            let digits = number.trim_end_matches(|c: char| c.is_alphabetic());
            ((*kind).to_owned(), digits.parse::<u8>().ok()?)
        }
        _ => return None,
    };
    let length = match kind.as_str() {
        "t" | "q" | "k" | "trimestre" | "quarter" | "kwartaal" | "quartal" => 3,
        "s" | "h" | "semestre" | "semester" | "halbjahr" => 6,
        _ => return None,
    };
    if !(1..=12 / length).contains(&number) {
        return None;
    }
    let month = |number: u8| date::read(&format!("{year}-{number:02}"), DayOrder::Unknown).ok();
    Some((month((number - 1) * length + 1), month(number * length)))
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
            ("Année 2019", "2019", "2019"),
            ("2020-01-01/2020-12-31", "2020-01-01", "2020-12-31"),
            ("2020-01-01/..", "2020-01-01", ""),
            ("2015/", "2015", ""),
            ("2020-01-01T00:00:00Z/2020-12-31T00:00:00Z", "2020-01-01T00:00:00Z", "2020-12-31T00:00:00Z"),
            ("mars 2019", "2019-03", "2019-03"),
            ("T2 2020", "2020-04", "2020-06"),
            ("2e trimestre 2020", "2020-04", "2020-06"),
            ("S1 2020", "2020-01", "2020-06"),
        ] {
            let found = read(raw, DayOrder::DayFirst).map(|(start, end)| {
                [start, end].map(|t| t.map(|t| t.lexical().to_owned()).unwrap_or_default())
            });
            assert_eq!(found, Some([start.to_owned(), end.to_owned()]), "{raw}");
        }
    }

    #[test]
    fn what_is_no_period_stays_words() {
        for raw in
            ["", "annuelle", "2012-2009", "T5 2020", "2009, 2011 et 2013", "toujours", "01-01-12 / 31-12-13"]
        {
            assert_eq!(read(raw, DayOrder::DayFirst), None, "{raw}");
        }
    }
}
