//! Update frequencies out of words and ISO 8601 intervals.

use jiff::Span;

use super::{Term, Vocabulary, fold, last_part};

/// Words that only say that a frequency follows.
const NOISE: [&str; 19] = [
    "mise",
    "mises",
    "a",
    "jour",
    "frequence",
    "periodicite",
    "actualisation",
    "actualise",
    "actualisee",
    "update",
    "updated",
    "updates",
    "frequency",
    "environ",
    "minimum",
    "aktualisierung",
    "bijwerking",
    "frequentie",
    "au",
];

/// Words for "every".
const EVERY: [&str; 14] = [
    "tous", "toutes", "every", "each", "om", "alle", "elke", "iedere", "chaque", "jede", "jeden", "cada",
    "per", "pro",
];

/// Words for "times", and for so many times in one word.
const TIMES: [&str; 19] = [
    "fois", "times", "time", "keer", "maal", "mal", "vezes", "volte", "once", "twice", "thrice", "eenmaal",
    "tweemaal", "driemaal", "viermaal", "einmal", "zweimal", "dreimal", "viermal",
];

/// Numbers in words, in French, Dutch, German and English.
const NUMBERS: [(&str, u32); 56] = [
    ("un", 1),
    ("une", 1),
    ("deux", 2),
    ("trois", 3),
    ("quatre", 4),
    ("cinq", 5),
    ("six", 6),
    ("sept", 7),
    ("dix", 10),
    ("douze", 12),
    ("quinze", 15),
    ("vingt", 20),
    ("trente", 30),
    ("een", 1),
    ("twee", 2),
    ("drie", 3),
    ("vier", 4),
    ("vijf", 5),
    ("zes", 6),
    ("zeven", 7),
    ("tien", 10),
    ("twaalf", 12),
    ("vijftien", 15),
    ("twintig", 20),
    ("dertig", 30),
    ("ein", 1),
    ("zwei", 2),
    ("drei", 3),
    ("funf", 5),
    ("sechs", 6),
    ("zehn", 10),
    ("zwolf", 12),
    ("zwanzig", 20),
    ("dreissig", 30),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("seven", 7),
    ("ten", 10),
    ("twelve", 12),
    ("fifteen", 15),
    ("twenty", 20),
    ("thirty", 30),
    ("once", 1),
    ("twice", 2),
    ("thrice", 3),
    ("eenmaal", 1),
    ("tweemaal", 2),
    ("driemaal", 3),
    ("viermaal", 4),
    ("einmal", 1),
    ("zweimal", 2),
    ("dreimal", 3),
    ("viermal", 4),
];

/// Units of time in the same languages, in minutes up to the week and then in months.
const UNITS: [(&str, Unit); 62] = [
    ("minute", Unit::Minutes(1)),
    ("minutes", Unit::Minutes(1)),
    ("minuten", Unit::Minutes(1)),
    ("heure", Unit::Minutes(60)),
    ("heures", Unit::Minutes(60)),
    ("hour", Unit::Minutes(60)),
    ("hours", Unit::Minutes(60)),
    ("uur", Unit::Minutes(60)),
    ("stunde", Unit::Minutes(60)),
    ("stunden", Unit::Minutes(60)),
    ("jour", Unit::Minutes(1_440)),
    ("jours", Unit::Minutes(1_440)),
    ("day", Unit::Minutes(1_440)),
    ("days", Unit::Minutes(1_440)),
    ("dag", Unit::Minutes(1_440)),
    ("dagen", Unit::Minutes(1_440)),
    ("tag", Unit::Minutes(1_440)),
    ("tage", Unit::Minutes(1_440)),
    ("semaine", Unit::Minutes(10_080)),
    ("semaines", Unit::Minutes(10_080)),
    ("week", Unit::Minutes(10_080)),
    ("weeks", Unit::Minutes(10_080)),
    ("weken", Unit::Minutes(10_080)),
    ("woche", Unit::Minutes(10_080)),
    ("wochen", Unit::Minutes(10_080)),
    ("mois", Unit::Months(1)),
    ("month", Unit::Months(1)),
    ("months", Unit::Months(1)),
    ("maand", Unit::Months(1)),
    ("maanden", Unit::Months(1)),
    ("monat", Unit::Months(1)),
    ("monate", Unit::Months(1)),
    ("trimestre", Unit::Months(3)),
    ("an", Unit::Months(12)),
    ("ans", Unit::Months(12)),
    ("annee", Unit::Months(12)),
    ("annees", Unit::Months(12)),
    ("year", Unit::Months(12)),
    ("years", Unit::Months(12)),
    ("jaar", Unit::Months(12)),
    ("jahr", Unit::Months(12)),
    ("jahre", Unit::Months(12)),
    ("jahren", Unit::Months(12)),
    ("jaren", Unit::Months(12)),
    ("monaten", Unit::Months(1)),
    ("tagen", Unit::Minutes(1_440)),
    ("trimestres", Unit::Months(3)),
    ("quarter", Unit::Months(3)),
    ("kwartaal", Unit::Months(3)),
    ("quartal", Unit::Months(3)),
    ("semestre", Unit::Months(6)),
    ("halfjaar", Unit::Months(6)),
    ("halbjahr", Unit::Months(6)),
    ("decennium", Unit::Months(120)),
    ("jahrzehnt", Unit::Months(120)),
    ("decade", Unit::Months(120)),
    ("taglich", Unit::Minutes(1_440)),
    ("wochentlich", Unit::Minutes(10_080)),
    ("monatlich", Unit::Months(1)),
    ("jahrlich", Unit::Months(12)),
    ("yearly", Unit::Months(12)),
    ("jaarlijks", Unit::Months(12)),
];

/// Periods that the EU table has a code for.
const PERIODS: [(Unit, &str); 26] = [
    (Unit::Minutes(1), "1MIN"),
    (Unit::Minutes(5), "5MIN"),
    (Unit::Minutes(10), "10MIN"),
    (Unit::Minutes(15), "15MIN"),
    (Unit::Minutes(30), "30MIN"),
    (Unit::Minutes(60), "HOURLY"),
    (Unit::Minutes(120), "BIHOURLY"),
    (Unit::Minutes(180), "TRIHOURLY"),
    (Unit::Minutes(720), "12HRS"),
    (Unit::Minutes(1_440), "DAILY"),
    (Unit::Minutes(10_080), "WEEKLY"),
    (Unit::Minutes(20_160), "BIWEEKLY"),
    (Unit::Minutes(21_600), "BIWEEKLY"),
    (Unit::Months(1), "MONTHLY"),
    (Unit::Months(2), "BIMONTHLY"),
    (Unit::Months(3), "QUARTERLY"),
    (Unit::Months(4), "ANNUAL_3"),
    (Unit::Months(6), "ANNUAL_2"),
    (Unit::Months(12), "ANNUAL"),
    (Unit::Months(24), "BIENNIAL"),
    (Unit::Months(36), "TRIENNIAL"),
    (Unit::Months(48), "QUADRENNIAL"),
    (Unit::Months(60), "QUINQUENNIAL"),
    (Unit::Months(120), "DECENNIAL"),
    (Unit::Months(240), "BIDECENNIAL"),
    (Unit::Months(360), "TRIDECENNIAL"),
];

/// So many times in a unit, where that is no whole period.
const TIMES_A: [(u32, Unit, &str); 6] = [
    (2, Unit::Minutes(1_440), "DAILY_2"),
    (2, Unit::Minutes(10_080), "WEEKLY_2"),
    (3, Unit::Minutes(10_080), "WEEKLY_3"),
    (2, Unit::Months(1), "MONTHLY_2"),
    (3, Unit::Months(1), "MONTHLY_3"),
    (3, Unit::Months(12), "ANNUAL_3"),
];

/// Repetitions with a fraction, as [Project Open Data](https://resources.data.gov/schemas/dcat-us/v1.1/iso8601_guidance/)
/// writes "so many times in a unit".
const FRACTIONS: [(&str, &str); 6] = [
    ("P0.5M", "MONTHLY_2"),
    ("P0.33M", "MONTHLY_3"),
    ("P3.5D", "WEEKLY_2"),
    ("P0.33W", "WEEKLY_3"),
    ("P0.5D", "DAILY_2"),
    ("P0.5Y", "ANNUAL_2"),
];

/// A stretch of time; months and minutes are not comparable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Minutes(u32),
    Months(u32),
}

/// The frequency that a text names: an IRI, a code, a word, `R/P1M`, "tous les 10 ans", "3 keer per week".
pub fn frequency(raw: &str) -> Option<&'static Term> {
    let find = |name: &str| Vocabulary::Frequency.term(name);
    if let Some(term) = find(raw) {
        return Some(term);
    }
    if let Some(last) = last_part(raw) {
        return find(last.trim_start_matches("MD_MaintenanceFrequencyCode_"));
    }
    if let Some(term) = interval(raw) {
        return Some(term);
    }
    let head = raw.split([':', ',', ';', '(', '.', '–']).next().unwrap_or_default();
    [raw, head].into_iter().find_map(|text| {
        let folded = fold(text)?;
        let words: Vec<&str> = folded.split(' ').collect();
        let telling: Vec<&str> = words.iter().copied().filter(|w| !NOISE.contains(w)).collect();
        Vocabulary::Frequency.term(&telling.join(" ")).or_else(|| phrase(&words))
    })
}

/// How long a term of the table of frequencies lets pass between two changes; `None` where it promises nothing, as
/// irregular and unknown do.
///
/// ```
/// use moisson_dcat::vocabulary::{Vocabulary, interval_of};
/// let term = |code| Vocabulary::Frequency.term(code).unwrap();
/// assert_eq!(interval_of(term("QUARTERLY")).unwrap().get_months(), 3);
/// assert!(interval_of(term("IRREG")).is_none());
/// ```
pub fn interval_of(term: &Term) -> Option<Span> {
    let code = match term.code() {
        // As often as anybody looks; what is older than a day is not continuous.
        "CONT" | "UPDATE_CONT" => "DAILY",
        code => code,
    };
    let whole = PERIODS.iter().find(|(_, known)| *known == code).map(|(unit, _)| *unit);
    let part = || {
        let (times, unit, _) = TIMES_A.iter().find(|(_, _, known)| *known == code)?;
        // So many times a month in days; whole units are in the table of periods.
        let minutes = match unit {
            Unit::Minutes(minutes) => *minutes,
            Unit::Months(months) => months.checked_mul(43_200)?,
        };
        Some(Unit::Minutes(minutes.checked_div(*times)?))
    };
    Some(match whole.or_else(part)? {
        Unit::Minutes(minutes) => Span::new().minutes(i64::from(minutes)),
        Unit::Months(months) => Span::new().months(i64::from(months)),
    })
}

/// ISO 8601: `R/P1M`, `P1Y`.
fn interval(raw: &str) -> Option<&'static Term> {
    let raw = raw.trim();
    let duration = match raw.split_once('/') {
        Some((repeat, duration)) if repeat.starts_with('R') => duration,
        None if raw.starts_with('P') => raw,
        _ => return None,
    };
    if let Some((_, code)) = FRACTIONS.iter().find(|(fraction, _)| *fraction == duration) {
        return Vocabulary::Frequency.term(code);
    }
    let rest = duration.strip_prefix('P')?;
    let (date, number) = match rest.strip_prefix('T') {
        Some(time) => (false, time),
        None => (true, rest),
    };
    let unit = number.chars().last()?;
    let count: u32 = number.strip_suffix(unit)?.parse().ok()?;
    let unit = match (date, unit) {
        (true, 'Y') => Unit::Months(12),
        (true, 'M') => Unit::Months(1),
        (true, 'W') => Unit::Minutes(10_080),
        (true, 'D') => Unit::Minutes(1_440),
        (false, 'H') => Unit::Minutes(60),
        (false, 'M') => Unit::Minutes(1),
        (false, 'S') if count == 1 => return Vocabulary::Frequency.term("CONT"),
        _ => return None,
    };
    period(unit.times(count)?)
}

/// "every two years", "3 fois par semaine".
fn phrase(words: &[&str]) -> Option<&'static Term> {
    let number = |word: &str| {
        let named = NUMBERS.iter().find(|(name, _)| *name == word).map(|(_, number)| *number);
        named.or_else(|| word.parse().ok())
    };
    let unit = |word: &str| UNITS.iter().find(|(name, _)| *name == word).map(|(_, unit)| *unit);
    let count = words.iter().find_map(|word| number(word));
    let unit = words.iter().rev().find_map(|word| unit(word))?;
    let has = |set: &[&str]| words.iter().any(|word| set.contains(word));
    match (has(&TIMES), count) {
        (true, Some(1)) => period(unit),
        (true, Some(times)) => match TIMES_A.iter().find(|(n, of, _)| *n == times && *of == unit) {
            Some((_, _, code)) => Vocabulary::Frequency.term(code),
            None => period(unit.divided(times)?),
        },
        (false, Some(count)) if has(&EVERY) => period(unit.times(count)?),
        (false, None) if has(&EVERY) => period(unit),
        _ => None,
    }
}

fn period(unit: Unit) -> Option<&'static Term> {
    let (_, code) = PERIODS.iter().find(|(period, _)| *period == unit)?;
    Vocabulary::Frequency.term(code)
}

impl Unit {
    fn times(self, count: u32) -> Option<Self> {
        Some(match self {
            Self::Minutes(minutes) => Self::Minutes(minutes.checked_mul(count)?),
            Self::Months(months) => Self::Months(months.checked_mul(count)?),
        })
    }

    /// A whole part of it.
    fn divided(self, by: u32) -> Option<Self> {
        let whole = |n: u32| n.checked_rem(by).filter(|rest| *rest == 0).and_then(|_| n.checked_div(by));
        Some(match self {
            Self::Minutes(minutes) => Self::Minutes(whole(minutes)?),
            Self::Months(months) => Self::Months(whole(months)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::frequency;

    #[test]
    fn frequencies_are_read_out_of_words_of_four_languages_and_intervals() {
        for (raw, code) in [
            ("Annuelle", "ANNUAL"),
            ("annuelle : mise à jour le 1er novembre", "ANNUAL"),
            ("Mise à jour mensuelle", "MONTHLY"),
            ("Tous les 10 ans", "DECENNIAL"),
            ("tous les six mois", "ANNUAL_2"),
            ("2 fois par an", "ANNUAL_2"),
            ("trois fois par semaine", "WEEKLY_3"),
            ("4 fois par an", "QUARTERLY"),
            ("om de vijf jaar", "QUINQUENNIAL"),
            ("twee keer per week", "WEEKLY_2"),
            ("alle zwei Wochen", "BIWEEKLY"),
            ("every 15 minutes", "15MIN"),
            ("jaarlijks", "ANNUAL"),
            ("non précisée", "UNKNOWN"),
            ("R/P1M", "MONTHLY"),
            ("R/P1Y", "ANNUAL"),
            ("P3M", "QUARTERLY"),
            ("PT1H", "HOURLY"),
            ("R/PT1S", "CONT"),
            ("http://purl.org/cld/freq/completelyIrregular", "IRREG"),
            (
                "http://inspire.ec.europa.eu/metadata-codelist/MaintenanceFrequencyCode/fortnightly",
                "BIWEEKLY",
            ),
            ("http://x.example/codelists.xml#MD_MaintenanceFrequencyCode_annually", "ANNUAL"),
            ("http://publications.europa.eu/resource/authority/frequency/DAILY", "DAILY"),
            ("R/P0.5M", "MONTHLY_2"),
            ("R/P3.5D", "WEEKLY_2"),
            ("einmal pro Jahr", "ANNUAL"),
            ("zweimal jährlich", "ANNUAL_2"),
            ("tweemaal per jaar", "ANNUAL_2"),
            ("twice a year", "ANNUAL_2"),
            ("once a week", "WEEKLY"),
            ("every quarter", "QUARTERLY"),
            ("alle fünf Jahre", "QUINQUENNIAL"),
            ("om de 10 jaar", "DECENNIAL"),
        ] {
            assert_eq!(frequency(raw).map(super::Term::code), Some(code), "{raw}");
        }
    }

    #[test]
    fn what_is_no_frequency_stays_unknown() {
        for raw in [
            "",
            "2012",
            "à chaque conseil municipal du maire",
            "R/P7Y",
            "http://purl.org/cld/freq/ThisTermDoesNotExist",
            "tous les 7 ans",
            "R/P99999999999Y",
            "par an de grâce",
        ] {
            assert!(frequency(raw).is_none(), "{raw}");
        }
    }
}
