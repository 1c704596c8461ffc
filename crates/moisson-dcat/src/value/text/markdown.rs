//! The marks of [Markdown](https://spec.commonmark.org/) that portals use, taken out of text.

use std::borrow::Cow;

/// Without headings' hashes, pairs of double asterisks or underscores, and brackets of links; items begin with `- `.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(['#', '*', '_', '[', '`']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let line = line.trim_start();
        let heading = line.trim_start_matches('#');
        let hashes = line.len() - heading.len();
        if (1..=6).contains(&hashes) && heading.starts_with(' ') {
            inline(&mut out, heading.trim_end_matches(['#', ' ']).trim_start());
        } else if let Some(item) = line.strip_prefix("* ").or_else(|| line.strip_prefix("+ ")) {
            out.push_str("- ");
            inline(&mut out, item);
        } else {
            inline(&mut out, line);
        }
    }
    Cow::Owned(out)
}

/// Links and strong words on one line.
fn inline(out: &mut String, line: &str) {
    let mut rest = unpaired(&unpaired(line, "**"), "__").into_owned();
    while let Some((before, after)) = rest.split_once('[') {
        let link = after.split_once("](").and_then(|(words, after)| {
            let (address, after) = after.split_once(')')?;
            let plain = !words.contains(['[', ']']) && !address.contains(char::is_whitespace);
            (plain && address.contains("://")).then_some((words, address, after))
        });
        let Some((words, address, after)) = link else {
            out.push_str(before);
            out.push('[');
            rest = after.to_owned();
            continue;
        };
        out.push_str(before.strip_suffix('!').unwrap_or(before));
        out.push_str(words);
        if words != address {
            out.push_str(if words.is_empty() { "(" } else { " (" });
            out.push_str(address);
            out.push(')');
        }
        rest = after.to_owned();
    }
    out.push_str(&rest);
}

/// Without a mark, when it stands in pairs around words.
fn unpaired<'a>(line: &'a str, mark: &str) -> Cow<'a, str> {
    let count = line.matches(mark).count();
    if count == 0 || count % 2 == 1 { Cow::Borrowed(line) } else { Cow::Owned(line.replace(mark, "")) }
}
