//! Numbers, sizes and dates as readers of each language write them.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use moisson_dcat::Temporal;

use crate::Language;

/// A narrow no-break space.
const THIN: char = '\u{202f}';

/// A whole number with its thousands grouped.
pub(crate) fn number(n: u64, language: Language) -> String {
    let separator = match language {
        Language::Fr => THIN,
        Language::Nl | Language::De => '.',
        Language::En => ',',
    };
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// A size in decimal units, such as `1,2 Mo`.
pub(crate) fn bytes(n: u64, language: Language) -> String {
    let units = match language {
        Language::Fr => ["octets", "ko", "Mo", "Go", "To"],
        Language::De => ["Byte", "kB", "MB", "GB", "TB"],
        Language::Nl | Language::En => ["bytes", "kB", "MB", "GB", "TB"],
    };
    let (mut unit, mut scale) = (0, 1_u64);
    while n / scale >= 1000 && unit + 1 < units.len() {
        unit += 1;
        scale *= 1000;
    }
    let name = units.get(unit).copied().unwrap_or_default();
    let tenths = (u128::from(n) * 10 + u128::from(scale / 2)) / u128::from(scale);
    let (whole, tenth) = (tenths / 10, tenths % 10);
    if unit == 0 || whole >= 100 || tenth == 0 {
        return format!("{}\u{a0}{name}", number(u64::try_from(whole).unwrap_or(u64::MAX), language));
    }
    let comma = if language == Language::En { '.' } else { ',' };
    format!("{whole}{comma}{tenth}\u{a0}{name}")
}

/// A value of a date property in words, with the precision it has; as it is where it is no date.
pub(crate) fn temporal(value: &Temporal, language: Language) -> String {
    let lexical = value.lexical();
    let day = |text: &str| text.get(..10).and_then(|text| text.parse::<Date>().ok());
    match value {
        Temporal::DateTime(_) | Temporal::Date(_) => day(lexical).map(|date| in_words(date, language)),
        Temporal::YearMonth(_) => day(&format!("{lexical}-01")).map(|date| month_and_year(date, language)),
        Temporal::Year(_) => None,
    }
    .unwrap_or_else(|| lexical.to_owned())
}

/// A day in words.
pub(crate) fn date(date: Date, language: Language) -> String {
    in_words(date, language)
}

/// A time in seconds, with one decimal below ten.
pub(crate) fn seconds(duration_ms: u64, language: Language) -> String {
    let tenths = (duration_ms + 50) / 100;
    if tenths >= 100 {
        return format!("{}\u{a0}s", number(tenths / 10, language));
    }
    let comma = if language == Language::En { '.' } else { ',' };
    format!("{}{comma}{}\u{a0}s", tenths / 10, tenths % 10)
}

/// A day in words, in UTC.
pub(crate) fn day(at: Timestamp, language: Language) -> String {
    in_words(at.to_zoned(TimeZone::UTC).date(), language)
}

/// A day and the time to the minute, in UTC.
pub(crate) fn moment(at: Timestamp, language: Language) -> String {
    let zoned = at.to_zoned(TimeZone::UTC);
    let (hour, minute) = (zoned.hour(), zoned.minute());
    let date = in_words(zoned.date(), language);
    match language {
        Language::Fr => format!("{date} à {hour}{THIN}h{THIN}{minute:02}{THIN}UTC"),
        Language::Nl => format!("{date} om {hour}:{minute:02} UTC"),
        Language::De => format!("{date} um {hour}:{minute:02} Uhr UTC"),
        Language::En => format!("{date} at {hour}:{minute:02} UTC"),
    }
}

fn in_words(date: Date, language: Language) -> String {
    let (day, rest) = (date.day(), month_and_year(date, language));
    match language {
        Language::Fr if day == 1 => format!("1er {rest}"),
        Language::De => format!("{day}. {rest}"),
        _ => format!("{day} {rest}"),
    }
}

fn month_and_year(date: Date, language: Language) -> String {
    let names = match language {
        Language::Fr => [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ],
        Language::Nl => [
            "januari",
            "februari",
            "maart",
            "april",
            "mei",
            "juni",
            "juli",
            "augustus",
            "september",
            "oktober",
            "november",
            "december",
        ],
        Language::De => [
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ],
        Language::En => [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
    };
    let index = usize::try_from(date.month() - 1).unwrap_or_default();
    format!("{} {}", names.get(index).copied().unwrap_or_default(), date.year())
}

#[cfg(test)]
mod tests {
    use moisson_dcat::Temporal;

    use super::{bytes, moment, number, temporal};
    use crate::Language::{De, En, Fr, Nl};

    #[test]
    fn numbers_are_grouped_as_each_language_does() {
        let cases = [
            (0, En, "0"),
            (999, Fr, "999"),
            (1000, En, "1,000"),
            (1_234_567, De, "1.234.567"),
            (12_345, Fr, "12\u{202f}345"),
        ];
        for (n, language, expected) in cases {
            assert_eq!(number(n, language), expected);
        }
    }

    #[test]
    fn sizes_have_at_most_one_decimal() {
        let cases = [
            (0, En, "0\u{a0}bytes"),
            (999, Fr, "999\u{a0}octets"),
            (1000, En, "1\u{a0}kB"),
            (1_250_000, Fr, "1,3\u{a0}Mo"),
            (123_456_789, Nl, "123\u{a0}MB"),
            (u64::MAX, De, "18.446.744\u{a0}TB"),
        ];
        for (n, language, expected) in cases {
            assert_eq!(bytes(n, language), expected);
        }
    }

    #[test]
    fn dates_keep_their_precision() {
        let cases = [
            (Temporal::Date("2024-03-01".to_owned()), Fr, "1er mars 2024"),
            (Temporal::Date("2024-03-02Z".to_owned()), De, "2. März 2024"),
            (Temporal::DateTime("2023-10-15T10:00:00.5+02:00".to_owned()), En, "15 October 2023"),
            (Temporal::YearMonth("2024-08".to_owned()), Nl, "augustus 2024"),
            (Temporal::Year("2024".to_owned()), En, "2024"),
            (Temporal::Date("soon".to_owned()), En, "soon"),
        ];
        for (value, language, expected) in cases {
            assert_eq!(temporal(&value, language), expected);
        }
        let at = "2026-11-21T08:05:00Z".parse().unwrap();
        assert_eq!(moment(at, Nl), "21 november 2026 om 8:05 UTC");
    }
}
