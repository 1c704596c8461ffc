//! Literals as values: which lexical forms a datatype allows, and how two values compare.
//!
//! Lexical forms are those of [XML Schema Datatypes 1.1](https://www.w3.org/TR/xmlschema11-2/); the comparison
//! is the `<` of [SPARQL 1.1 §17.3](https://www.w3.org/TR/sparql11-query/#OperatorMapping), with the dates,
//! times and durations of XML Schema added. Integers and decimals are compared exactly at any length.

use std::cmp::Ordering;

use oxsdatatypes as xsd;

use crate::known;
use crate::terms::{Id, Kind, TermsView};

/// Whether a lexical form belongs to a datatype. Datatypes that we do not know allow everything.
pub(crate) fn is_well_formed(text: &str, datatype: Id) -> bool {
    match datatype {
        known::XSD_BOOLEAN => matches!(text, "true" | "false" | "1" | "0"),
        known::XSD_DECIMAL => Exact::decimal(text).is_some(),
        known::XSD_FLOAT | known::XSD_DOUBLE => double(text).is_some(),
        known::XSD_DATE_TIME => text.parse::<xsd::DateTime>().is_ok(),
        known::XSD_DATE_TIME_STAMP => {
            text.parse::<xsd::DateTime>().is_ok_and(|value| value.timezone_offset().is_some())
        }
        known::XSD_DATE => text.parse::<xsd::Date>().is_ok(),
        known::XSD_TIME => text.parse::<xsd::Time>().is_ok(),
        known::XSD_G_YEAR => text.parse::<xsd::GYear>().is_ok(),
        known::XSD_G_YEAR_MONTH => text.parse::<xsd::GYearMonth>().is_ok(),
        known::XSD_G_MONTH => text.parse::<xsd::GMonth>().is_ok(),
        known::XSD_G_MONTH_DAY => text.parse::<xsd::GMonthDay>().is_ok(),
        known::XSD_G_DAY => text.parse::<xsd::GDay>().is_ok(),
        known::XSD_DURATION => text.parse::<xsd::Duration>().is_ok(),
        known::XSD_DAY_TIME_DURATION => text.parse::<xsd::DayTimeDuration>().is_ok(),
        known::XSD_YEAR_MONTH_DURATION => text.parse::<xsd::YearMonthDuration>().is_ok(),
        known::XSD_HEX_BINARY => {
            text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        }
        known::XSD_BASE64_BINARY => is_base64(text),
        _ if is_integer_type(datatype) => {
            Exact::integer(text).is_some_and(|value| in_integer_type(&value, datatype))
        }
        _ => true,
    }
}

/// A literal's value, as far as it can be ordered.
#[derive(Clone, Debug)]
pub(crate) enum Value<'a> {
    Exact(Exact<'a>),
    Double(f64),
    String(&'a str),
    Boolean(bool),
    DateTime(xsd::DateTime),
    Date(xsd::Date),
    Time(xsd::Time),
    GYear(xsd::GYear),
    GYearMonth(xsd::GYearMonth),
    GMonth(xsd::GMonth),
    GMonthDay(xsd::GMonthDay),
    GDay(xsd::GDay),
    Duration(xsd::Duration),
}

impl<'a> Value<'a> {
    /// The value of a term; none if it is no literal, is ill-formed or has a datatype without an order.
    pub(crate) fn of(terms: TermsView<'a>, id: Id) -> Option<Self> {
        let parts = terms.parts(id);
        if parts.kind != Kind::Literal {
            return None;
        }
        Self::parse(parts.text, parts.extra)
    }

    pub(crate) fn parse(text: &'a str, datatype: Id) -> Option<Self> {
        Some(match datatype {
            known::XSD_STRING => Self::String(text),
            known::XSD_BOOLEAN => match text {
                "true" | "1" => Self::Boolean(true),
                "false" | "0" => Self::Boolean(false),
                _ => return None,
            },
            known::XSD_DECIMAL => Self::Exact(Exact::decimal(text)?),
            known::XSD_FLOAT => Self::Double(single(text)?),
            known::XSD_DOUBLE => Self::Double(double(text)?),
            known::XSD_DATE_TIME | known::XSD_DATE_TIME_STAMP => Self::DateTime(text.parse().ok()?),
            known::XSD_DATE => Self::Date(text.parse().ok()?),
            known::XSD_TIME => Self::Time(text.parse().ok()?),
            known::XSD_G_YEAR => Self::GYear(text.parse().ok()?),
            known::XSD_G_YEAR_MONTH => Self::GYearMonth(text.parse().ok()?),
            known::XSD_G_MONTH => Self::GMonth(text.parse().ok()?),
            known::XSD_G_MONTH_DAY => Self::GMonthDay(text.parse().ok()?),
            known::XSD_G_DAY => Self::GDay(text.parse().ok()?),
            known::XSD_DURATION | known::XSD_DAY_TIME_DURATION | known::XSD_YEAR_MONTH_DURATION => {
                Self::Duration(text.parse().ok()?)
            }
            _ if is_integer_type(datatype) => {
                Self::Exact(Exact::integer(text).filter(|value| in_integer_type(value, datatype))?)
            }
            _ => return None,
        })
    }

    /// The order of two values; none if they cannot be compared.
    pub(crate) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Exact(left), Self::Exact(right)) => Some(left.cmp(right)),
            (Self::Exact(left), Self::Double(right)) => left.to_f64().partial_cmp(right),
            (Self::Double(left), Self::Exact(right)) => left.partial_cmp(&right.to_f64()),
            (Self::Double(left), Self::Double(right)) => left.partial_cmp(right),
            (Self::String(left), Self::String(right)) => Some(left.cmp(right)),
            (Self::Boolean(left), Self::Boolean(right)) => Some(left.cmp(right)),
            (Self::DateTime(left), Self::DateTime(right)) => left.partial_cmp(right),
            (Self::Date(left), Self::Date(right)) => left.partial_cmp(right),
            (Self::Time(left), Self::Time(right)) => left.partial_cmp(right),
            (Self::GYear(left), Self::GYear(right)) => left.partial_cmp(right),
            (Self::GYearMonth(left), Self::GYearMonth(right)) => left.partial_cmp(right),
            (Self::GMonth(left), Self::GMonth(right)) => left.partial_cmp(right),
            (Self::GMonthDay(left), Self::GMonthDay(right)) => left.partial_cmp(right),
            (Self::GDay(left), Self::GDay(right)) => left.partial_cmp(right),
            (Self::Duration(left), Self::Duration(right)) => left.partial_cmp(right),
            _ => None,
        }
    }
}

/// An integer or decimal of any length, as its digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exact<'a> {
    negative: bool,
    /// Without leading zeros.
    whole: &'a str,
    /// Without trailing zeros.
    fraction: &'a str,
}

impl<'a> Exact<'a> {
    /// Reads `[+-]?[0-9]+`.
    pub(crate) fn integer(text: &'a str) -> Option<Self> {
        Self::decimal(text).filter(|_| !text.contains('.'))
    }

    /// Reads `[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)`.
    fn decimal(text: &'a str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        Some(Self { negative: negative && !(whole.is_empty() && fraction.is_empty()), whole, fraction })
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        let length = self.whole.len().cmp(&other.whole.len());
        length.then_with(|| self.whole.cmp(other.whole)).then_with(|| self.fraction.cmp(other.fraction))
    }

    fn to_f64(&self) -> f64 {
        let magnitude = format!("0{}.{}0", self.whole, self.fraction).parse::<f64>().unwrap_or(f64::INFINITY);
        if self.negative { -magnitude } else { magnitude }
    }
}

impl Ord for Exact<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.magnitude(other),
            (true, true) => other.magnitude(self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Exact<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

pub(crate) fn is_integer_type(datatype: Id) -> bool {
    datatype >= known::XSD_INTEGER && datatype <= known::XSD_UNSIGNED_BYTE
}

/// Whether an integer is in the value space of `xsd:integer` or a type derived from it.
fn in_integer_type(value: &Exact<'_>, datatype: Id) -> bool {
    // The lowest and the highest value, in the order of `known::IRIS`; empty where there is none.
    const RANGES: [(&str, &str); 13] = [
        ("", ""),
        ("0", ""),
        ("1", ""),
        ("", "0"),
        ("", "-1"),
        ("-9223372036854775808", "9223372036854775807"),
        ("-2147483648", "2147483647"),
        ("-32768", "32767"),
        ("-128", "127"),
        ("0", "18446744073709551615"),
        ("0", "4294967295"),
        ("0", "65535"),
        ("0", "255"),
    ];
    let Some((low, high)) = RANGES.get(datatype.index().wrapping_sub(known::XSD_INTEGER.index())) else {
        return true;
    };
    Exact::integer(low).is_none_or(|low| *value >= low)
        && Exact::integer(high).is_none_or(|high| *value <= high)
}

/// Reads the lexical forms of `xsd:double`, which are fewer than those of Rust.
fn double(text: &str) -> Option<f64> {
    match text {
        "INF" | "+INF" => Some(f64::INFINITY),
        "-INF" => Some(f64::NEG_INFINITY),
        "NaN" => Some(f64::NAN),
        _ => {
            let allowed =
                |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-');
            if text.bytes().all(allowed) { text.parse().ok() } else { None }
        }
    }
}

/// Reads the lexical forms of `xsd:float`, rounded as it rounds.
fn single(text: &str) -> Option<f64> {
    match double(text)? {
        value if value.is_finite() => text.parse::<f32>().ok().map(f64::from),
        value => Some(value),
    }
}

/// Groups of four characters, the last one padded; spaces between them are allowed.
fn is_base64(text: &str) -> bool {
    let mut length = 0_usize;
    let mut padding = 0_usize;
    for byte in text.bytes().filter(|byte| *byte != b' ') {
        match byte {
            b'=' => padding += 1,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding == 0 => {}
            _ => return false,
        }
        length += 1;
    }
    length.is_multiple_of(4) && padding <= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(left: &str, right: &str, datatype: Id) -> Option<Ordering> {
        Value::parse(left, datatype)?.compare(&Value::parse(right, datatype)?)
    }

    #[test]
    fn integers_compare_exactly_at_any_length() {
        let long = "123456789012345678901234567890";
        let longer = "123456789012345678901234567891";
        assert_eq!(order(long, longer, known::XSD_INTEGER), Some(Ordering::Less));
        assert_eq!(order("-2", "-10", known::XSD_INTEGER), Some(Ordering::Greater));
        assert_eq!(order("+007", "7", known::XSD_INTEGER), Some(Ordering::Equal));
        assert_eq!(order("-0", "0", known::XSD_INTEGER), Some(Ordering::Equal));
        assert_eq!(order("1.50", "1.5", known::XSD_DECIMAL), Some(Ordering::Equal));
        assert_eq!(order("1.05", "1.5", known::XSD_DECIMAL), Some(Ordering::Less));
    }

    #[test]
    fn numbers_of_different_types_compare() {
        let five = Value::parse("5", known::XSD_INTEGER).unwrap();
        let more = Value::parse("5.5E0", known::XSD_DOUBLE).unwrap();
        assert_eq!(five.compare(&more), Some(Ordering::Less));
        let text = Value::parse("5", known::XSD_STRING).unwrap();
        assert_eq!(five.compare(&text), None);
    }

    #[test]
    fn derived_integers_have_their_range() {
        assert!(is_well_formed("255", known::XSD_UNSIGNED_BYTE));
        assert!(!is_well_formed("256", known::XSD_UNSIGNED_BYTE));
        assert!(!is_well_formed("-1", known::XSD_UNSIGNED_BYTE));
        assert!(is_well_formed("-99999999999999999999", known::XSD_INTEGER));
        assert!(!is_well_formed("1.0", known::XSD_INTEGER));
        assert!(!is_well_formed(" 1", known::XSD_INTEGER));
        assert!(!is_well_formed("", known::XSD_INTEGER));
        assert!(!is_well_formed("+", known::XSD_DECIMAL));
    }

    #[test]
    fn doubles_have_the_lexical_forms_of_xml_schema() {
        for good in ["1", "1.5e3", "-.5", "INF", "NaN"] {
            assert!(is_well_formed(good, known::XSD_DOUBLE), "{good}");
        }
        for bad in ["inf", "infinity", "nan", "1e", "", "1f"] {
            assert!(!is_well_formed(bad, known::XSD_DOUBLE), "{bad}");
        }
    }

    #[test]
    fn dates_must_exist() {
        assert!(is_well_formed("2024-02-29", known::XSD_DATE));
        assert!(!is_well_formed("2023-02-29", known::XSD_DATE));
        assert!(!is_well_formed("2021-01-28 GMT", known::XSD_DATE_TIME));
        assert!(!is_well_formed("2024-01-01T00:00:00", known::XSD_DATE_TIME_STAMP));
        assert!(is_well_formed("2024-01-01T00:00:00Z", known::XSD_DATE_TIME_STAMP));
    }

    #[test]
    fn a_time_without_zone_close_to_one_with_a_zone_is_not_ordered() {
        let without = "2024-01-01T00:00:00";
        assert_eq!(order(without, "2024-01-01T05:00:00Z", known::XSD_DATE_TIME), None);
        assert_eq!(order(without, "2024-02-01T05:00:00Z", known::XSD_DATE_TIME), Some(Ordering::Less));
    }

    #[test]
    fn base64_is_in_groups_of_four() {
        assert!(is_base64("YWJj"));
        assert!(is_base64("YQ=="));
        assert!(!is_base64("YQ="));
        assert!(!is_base64("Y=Q="));
    }
}
