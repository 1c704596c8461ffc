//! Numbers with units.

/// A size in bytes from `12345` or `1,2 Mo` (1024 to the kilobyte, as file managers and portals show).
pub fn byte_size(raw: &str) -> Option<u64> {
    let raw = raw.trim();
    if let Ok(bytes) = raw.parse() {
        return Some(bytes);
    }
    let split = raw.find(|c: char| c.is_alphabetic())?;
    let (number, unit) = raw.split_at_checked(split)?;
    let number: f64 = number.replace(char::is_whitespace, "").replace(',', ".").parse().ok()?;
    let exponent = match unit.trim().to_lowercase().as_str() {
        "o" | "b" | "octet" | "octets" | "byte" | "bytes" => 0,
        "ko" | "kb" | "kio" | "kib" => 1,
        "mo" | "mb" | "mio" | "mib" => 2,
        "go" | "gb" | "gio" | "gib" => 3,
        "to" | "tb" | "tio" | "tib" => 4,
        _ => return None,
    };
    let bytes = (number * 1024_f64.powi(exponent)).round();
    format!("{bytes:.0}").parse().ok()
}

/// An `xsd:decimal` in its lexical form.
pub fn decimal(raw: &str) -> Option<String> {
    let raw = raw.trim().replace(',', ".");
    let digits = raw.strip_prefix(['-', '+']).unwrap_or(&raw);
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    (plain && digits.bytes().filter(|b| *b == b'.').count() <= 1 && digits != ".").then_some(raw)
}

/// An `xsd:duration` in its lexical form, when it is one.
pub fn duration(raw: &str) -> Option<String> {
    raw.trim().parse::<oxsdatatypes::Duration>().ok().map(|_| raw.trim().to_owned())
}
