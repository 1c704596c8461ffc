//! Content negotiation: the `Accept` header ([RFC 9110 §12.5.1](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1)).

use axum::http::{HeaderMap, header};

/// More media ranges than this are not read; real clients send about ten.
const MAX_RANGES: usize = 64;

/// What a client accepts, most specific range first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Accept {
    ranges: Vec<Range>,
}

#[derive(Debug, Clone, PartialEq)]
struct Range {
    main: String,
    sub: String,
    /// Thousandths, 0 to 1000.
    quality: u16,
}

impl Accept {
    /// Reads all `Accept` headers of a request; none, or none that can be read, means anything.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut ranges = Vec::new();
        for value in headers.get_all(header::ACCEPT) {
            let text = String::from_utf8_lossy(value.as_bytes());
            ranges.extend(text.split(',').filter_map(Range::parse).take(MAX_RANGES));
        }
        ranges.truncate(MAX_RANGES);
        if ranges.is_empty() {
            ranges.push(Range { main: "*".to_owned(), sub: "*".to_owned(), quality: 1000 });
        }
        Self { ranges }
    }

    /// The quality a media type has for the client, in thousandths; 0 is not acceptable.
    pub(crate) fn quality(&self, media_type: &str) -> u16 {
        let (main, sub) = media_type.split_once('/').unwrap_or((media_type, ""));
        self.ranges
            .iter()
            .filter_map(|range| range.specificity(main, sub).map(|specificity| (specificity, range.quality)))
            .max()
            .map_or(0, |(_, quality)| quality)
    }

    /// The best of `offers`, the first of them where the client has no preference; `None` if it accepts none.
    pub(crate) fn best<'a, T>(&self, offers: &'a [(&str, T)]) -> Option<&'a T> {
        let mut best: Option<(u16, &T)> = None;
        for (media_type, offer) in offers {
            let quality = self.quality(media_type);
            if quality > best.map_or(0, |(quality, _)| quality) {
                best = Some((quality, offer));
            }
        }
        best.map(|(_, offer)| offer)
    }

    /// Whether a page is wanted rather than one of these media types: it is for those who name HTML and prefer none of
    /// them.
    pub(crate) fn prefers_page<'a>(&self, data: impl IntoIterator<Item = &'a str>) -> bool {
        let best = data.into_iter().map(|media_type| self.quality(media_type)).max().unwrap_or(0);
        self.names_html() && self.quality("text/html") >= best
    }

    /// Whether the client asks for pages by name, as browsers do.
    pub(crate) fn names_html(&self) -> bool {
        let html = |r: &Range| (r.main == "text" && r.sub == "html") || r.sub == "xhtml+xml";
        self.ranges.iter().any(|range| html(range) && range.quality > 0)
    }
}

impl Range {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(';');
        let (main, sub) = parts.next()?.trim().split_once('/')?;
        let mut quality = 1000;
        for parameter in parts {
            if let Some((name, value)) = parameter.split_once('=')
                && name.trim().eq_ignore_ascii_case("q")
            {
                quality = thousandths(value.trim())?;
            }
        }
        let (main, sub) = (main.trim().to_ascii_lowercase(), sub.trim().to_ascii_lowercase());
        (!main.is_empty() && !sub.is_empty()).then_some(Self { main, sub, quality })
    }

    /// How closely the range names the type; `None` if it does not cover it.
    fn specificity(&self, main: &str, sub: &str) -> Option<u8> {
        match (self.main.as_str(), self.sub.as_str()) {
            ("*", "*") => Some(0),
            (m, "*") if m == main => Some(1),
            (m, s) if m == main && s == sub => Some(2),
            _ => None,
        }
    }
}

/// Reads a `qvalue` (0 to 1 with at most three decimals) as thousandths.
pub(crate) fn thousandths(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let fraction: u16 = format!("{fraction:0<3}").parse().ok()?;
    match whole {
        "0" | "" => Some(fraction),
        "1" if fraction == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::{Accept, thousandths};

    fn accept(text: &'static str) -> Accept {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(text));
        Accept::of(&headers)
    }

    const OFFERS: &[(&str, &str)] =
        &[("text/html", "html"), ("text/turtle", "ttl"), ("application/rdf+xml", "rdf")];

    #[test]
    fn the_best_offer_is_the_one_the_client_prefers() {
        let cases = [
            ("*/*", Some("html")),
            ("text/turtle", Some("ttl")),
            ("text/*", Some("html")),
            ("text/*;q=0.5, application/rdf+xml;q=0.4", Some("html")),
            ("text/turtle;q=0.5, application/rdf+xml", Some("rdf")),
            ("text/html;q=0.1, text/turtle;q=0.2, */*;q=0.05", Some("ttl")),
            ("*/*, text/html;q=0", Some("ttl")),
            ("TEXT/Turtle ; Q=0.8", Some("ttl")),
            ("application/xhtml+xml,text/html;q=0.9,*/*;q=0.8", Some("html")),
            ("image/png", None),
            ("text/turtle;charset=utf-8", Some("ttl")),
            ("rubbish", Some("html")),
            ("", Some("html")),
        ];
        for (header, expected) in cases {
            assert_eq!(accept(header).best(OFFERS).copied(), expected, "{header}");
        }
    }

    #[test]
    fn a_request_without_accept_takes_the_first_offer() {
        assert_eq!(Accept::of(&HeaderMap::new()).best(OFFERS), Some(&"html"));
    }

    #[test]
    fn qualities_are_read_as_the_standard_writes_them() {
        let cases = [
            ("1", Some(1000)),
            ("0.5", Some(500)),
            ("0.333", Some(333)),
            ("0", Some(0)),
            ("1.000", Some(1000)),
            ("1.1", None),
            ("x", None),
            ("0.1234", None),
        ];
        for (text, expected) in cases {
            assert_eq!(thousandths(text), expected, "{text}");
        }
    }

    #[test]
    fn only_clients_that_name_html_get_pages_where_data_is_the_default() {
        assert!(accept("text/html,application/xhtml+xml,*/*;q=0.8").names_html());
        assert!(!accept("*/*").names_html());
        assert!(!accept("text/turtle").names_html());
        assert!(!accept("text/html;q=0").names_html());
    }
}
