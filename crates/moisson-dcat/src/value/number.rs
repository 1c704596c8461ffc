//! Numbers with units.

/// A size in bytes: `12345`, `453998.0`, `12 345 octets`, `1,2 Mo`, `3 KiB`. Units are those of the SI (1 Mo is
/// 1,000,000 bytes) and of IEC 80000-13 (1 Mio is 1,048,576).
///
/// ```
/// use moisson_dcat::value::number::byte_size;
/// assert_eq!(byte_size("1,2 Mo"), Some(1_200_000));
/// assert_eq!(byte_size("1 MiB"), Some(1_048_576));
/// assert_eq!(byte_size("beaucoup"), None);
/// ```
pub fn byte_size(raw: &str) -> Option<u64> {
    let raw = raw.trim();
    if let Ok(bytes) = raw.parse() {
        return Some(bytes);
    }
    let split = raw.find(char::is_alphabetic).unwrap_or(raw.len());
    let (number, unit) = raw.split_at_checked(split)?;
    let unit = unit.trim().trim_end_matches('.').to_lowercase();
    let factor: u64 = match unit.as_str() {
        "" | "o" | "b" | "oct" | "octet" | "octets" | "byte" | "bytes" => 1,
        "k" | "ko" | "kb" | "kilo-octets" | "kilobytes" => 1_000,
        "m" | "mo" | "mb" | "mega-octets" | "megabytes" | "meg" => 1_000_000,
        "g" | "go" | "gb" | "giga-octets" | "gigabytes" => 1_000_000_000,
        "to" | "tb" => 1_000_000_000_000,
        "kio" | "kib" => 1 << 10,
        "mio" | "mib" => 1 << 20,
        "gio" | "gib" => 1 << 30,
        "tio" | "tib" => 1 << 40,
        _ => return None,
    };
    let (whole, fraction) = parts(number)?;
    if unit.is_empty() && fraction.bytes().any(|b| b != b'0') {
        return None;
    }
    // In whole numbers, so that no size is ever off by a rounding of floats.
    let digits: String = fraction.chars().take(12).collect();
    let scale = 10_u128.pow(u32::try_from(digits.len()).ok()?);
    let part = if digits.is_empty() { 0 } else { u128::from(factor) * digits.parse::<u128>().ok()? / scale };
    whole.parse::<u64>().ok()?.checked_mul(factor)?.checked_add(u64::try_from(part).ok()?)
}

/// Whole and fraction of a number with spaces, commas or points in it.
fn parts(number: &str) -> Option<(String, String)> {
    let number: String = number.chars().filter(|c| !c.is_whitespace() && !"'’".contains(*c)).collect();
    let (whole, fraction) = number.rsplit_once([',', '.']).unwrap_or((&number, ""));
    let whole = if whole.is_empty() { "0".to_owned() } else { whole.replace([',', '.'], "") };
    let grouped = number.matches([',', '.']).count() > 1;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if number.is_empty() || !digits(&whole) || !digits(fraction) {
        return None;
    }
    // `1.234.567` groups thousands.
    if grouped && fraction.len() == 3 {
        Some((format!("{whole}{fraction}"), String::new()))
    } else {
        Some((whole, fraction.to_owned()))
    }
}

/// An `xsd:decimal` in its lexical form, from `1,5` or `1.50`.
pub fn decimal(raw: &str) -> Option<String> {
    let raw = raw.trim().replace(',', ".");
    let digits = raw.strip_prefix(['-', '+']).unwrap_or(&raw);
    let plain =
        digits.bytes().any(|b| b.is_ascii_digit()) && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    (plain && digits.bytes().filter(|b| *b == b'.').count() <= 1).then_some(raw)
}

/// A length in metres as `xsd:decimal`, from `10`, `10 m`, `1,5 km`, `50 cm`. A scale such as `1:25000` is none.
///
/// ```
/// use moisson_dcat::value::number::metres;
/// assert_eq!(metres("1,5 km").as_deref(), Some("1500"));
/// assert_eq!(metres("50 cm").as_deref(), Some("0.5"));
/// assert_eq!(metres("1:25000"), None);
/// ```
pub fn metres(raw: &str) -> Option<String> {
    let raw = raw.trim();
    let split = raw.find(char::is_alphabetic).unwrap_or(raw.len());
    let (number, unit) = raw.split_at_checked(split)?;
    let shift: i32 = match unit.trim().trim_end_matches('.').to_lowercase().as_str() {
        "" | "m" | "mètre" | "mètres" | "metre" | "metres" | "meter" | "meters" => 0,
        "km" | "kilomètre" | "kilomètres" | "kilometer" | "kilometers" | "kilometres" => 3,
        "dm" => -1,
        "cm" | "centimètres" | "centimeter" => -2,
        "mm" => -3,
        _ => return None,
    };
    let number = decimal(number)?;
    if shift == 0 { Some(number) } else { shifted(&number, shift) }
}

/// A decimal with its point moved.
fn shifted(number: &str, by: i32) -> Option<String> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let (sign, whole) = match whole.strip_prefix('-') {
        Some(whole) => ("-", whole),
        None => ("", whole.strip_prefix('+').unwrap_or(whole)),
    };
    let digits = format!("{}{whole}{fraction}{}", "0".repeat(3), "0".repeat(3));
    let point = i32::try_from(whole.len()).ok()? + 3 + by;
    let (whole, fraction) = digits.split_at_checked(usize::try_from(point).ok()?)?;
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

/// An `xsd:duration` in its lexical form, when it is one.
pub fn duration(raw: &str) -> Option<String> {
    let raw = raw.trim().to_ascii_uppercase();
    raw.parse::<oxsdatatypes::Duration>().is_ok().then_some(raw)
}

#[cfg(test)]
mod tests {
    use super::{byte_size, decimal, duration, metres};

    #[test]
    fn sizes_are_read_with_their_units_and_never_rounded_by_floats() {
        for (raw, bytes) in [
            ("12345", 12_345),
            ("453998.0", 453_998),
            ("0.0", 0),
            ("12 345 octets", 12_345),
            ("1.234.567 o", 1_234_567),
            ("42 octets", 42),
            ("1,2 Mo", 1_200_000),
            ("0,3 ko", 300),
            (".5 kB", 500),
            ("1.1 GB", 1_100_000_000),
            ("2 Gio", 2_147_483_648),
        ] {
            assert_eq!(byte_size(raw), Some(bytes), "{raw}");
        }
        for raw in ["", "Mo", "1,5", "-3", "12 chiens", "99999999999999999999", "9999999999999 TB", "1e6"] {
            assert_eq!(byte_size(raw), None, "{raw}");
        }
    }

    #[test]
    fn decimals_and_lengths_keep_their_digits() {
        assert_eq!(decimal("1,50").as_deref(), Some("1.50"));
        assert_eq!(metres("10 m").as_deref(), Some("10"));
        assert_eq!(metres("0.25 km").as_deref(), Some("250"));
        for raw in ["", ".", "1.2.3", "1e3", "dix", "1/25000"] {
            assert_eq!((decimal(raw), metres(raw)), (None, None), "{raw}");
        }
    }

    #[test]
    fn durations_are_those_of_xsd() {
        assert_eq!(duration("p1d").as_deref(), Some("P1D"));
        assert_eq!(duration("un jour"), None);
    }
}
