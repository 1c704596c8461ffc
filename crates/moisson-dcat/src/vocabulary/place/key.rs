//! The form in which names of places are compared. `places/build.py` makes the same one.

use std::borrow::Cow;

use crate::vocabulary::fold;

/// Longest text that is read as the name of a place, in bytes.
pub(super) const NAME_MAX: usize = 300;

/// The folded text with `St`, `Ste`, `Sint` and `Sankt` written out as one word, `s/` as `sur`, and `lez` as `lès`.
pub(super) fn key(raw: &str) -> Option<String> {
    if raw.len() > NAME_MAX {
        return None;
    }
    let raw = if raw.contains(" s/") || raw.contains(" S/") {
        Cow::Owned(raw.replace(" s/", " sur ").replace(" S/", " sur "))
    } else {
        Cow::Borrowed(raw)
    };
    let folded = fold(&raw)?;
    if !folded.split(' ').any(|token| written_out(token) != token) {
        return Some(folded);
    }
    let tokens: Vec<&str> = folded.split(' ').map(written_out).collect();
    Some(tokens.join(" "))
}

fn written_out(token: &str) -> &str {
    match token {
        "st" | "sint" | "sankt" => "saint",
        "ste" | "sinte" => "sainte",
        "lez" => "les",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn spellings_of_one_place_are_equal() {
        for (one, other) in [
            ("St-Étienne", "Saint Etienne"),
            ("Ste Foy-lès-Lyon", "SAINTE-FOY-LES-LYON"),
            ("Sint-Niklaas", "St.-Niklaas"),
            ("Châlons s/ Saône", "Châlons-sur-Saône"),
            ("L'Haÿ-les-Roses", "l’hay les roses"),
            ("Villeneuve-lez-Avignon", "Villeneuve-lès-Avignon"),
        ] {
            assert_eq!(key(one), key(other), "{one}");
        }
        assert_eq!(key(&"x".repeat(301)), None);
    }
}
