//! Clean text out of HTML, Markdown and the debris of forms.

/// Text on one line: markup and control characters gone, white space runs made one space.
pub fn line(raw: &str) -> String {
    let text = prose(raw);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text with paragraphs (an empty line between them), markup gone.
pub fn prose(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, tag)) = rest.split_once('<') {
        out.push_str(before);
        let Some((tag, after)) = tag.split_once('>') else {
            out.push('<');
            rest = tag;
            break;
        };
        if matches!(tag.trim_start_matches('/').trim_end_matches(['/', ' ']), "p" | "br" | "div" | "li") {
            out.push('\n');
        }
        rest = after;
    }
    out.push_str(rest);
    let out = out.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    out.lines().map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join("\n\n")
}
