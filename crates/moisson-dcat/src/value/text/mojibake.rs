//! UTF-8 that was read as Windows-1252 on its way: `Ã©` for `é`.

use encoding_rs::WINDOWS_1252;

/// Longest text that is tried, in bytes.
const TRY_MAX: usize = 200_000;

/// The text as it was, when it is certain that it was broken: every character is one of Windows-1252, and the bytes of
/// all together are UTF-8 with characters of more than one byte.
///
/// ```
/// use moisson_dcat::value::text::restore;
/// assert_eq!(restore("Ã‰coles et crÃ¨ches").as_deref(), Some("Écoles et crèches"));
/// assert_eq!(restore("SÃO PAULO"), None);
/// assert_eq!(restore("Écoles"), None);
/// ```
pub fn restore(text: &str) -> Option<String> {
    if text.len() > TRY_MAX || !text.contains(['Ã', 'Â', 'â', 'Å', 'Ä']) {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        bytes.push(byte(c)?);
    }
    let restored = String::from_utf8(bytes).ok()?;
    (restored.chars().count() < text.chars().count() && !restored.contains(char::is_control))
        .then_some(restored)
}

/// The byte of a character in Windows-1252; its five holes are the C1 controls of the same number.
fn byte(c: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(u32::from(c))
        && (!(0x80..0xa0).contains(&byte) || matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d))
    {
        return Some(byte);
    }
    (0x80..=0x9f_u8).find(|byte| character(*byte) == Some(c))
}

/// What a C1 control stands for when it comes from Windows-1252.
pub(super) fn windows_1252(c: char) -> Option<char> {
    u8::try_from(u32::from(c)).ok().and_then(character).filter(|c| !c.is_control())
}

fn character(byte: u8) -> Option<char> {
    let bytes = [byte];
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(&bytes);
    text.chars().next()
}
