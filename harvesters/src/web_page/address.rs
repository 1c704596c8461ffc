//! Addresses on a page: resolved as browsers do ([WHATWG URL](https://url.spec.whatwg.org/)), without what
//! only tracks people.

use url::Url;

use super::formats;

/// Query parameters that name a campaign or a visitor and never change what is fetched.
const TRACKERS: &[&str] =
    &["fbclid", "gclid", "msclkid", "mc_cid", "mc_eid", "xtor", "at_medium", "at_campaign"];

/// Longest address that is followed or kept as a link, in bytes. Longer ones are embedded content.
const MAX_ADDRESS_BYTES: usize = 2_000;

/// Resolves what a page gives as an address. `None` for anchors of the same page, mail, scripts, embedded
/// data and everything else that cannot be fetched from a web server.
pub(super) fn resolve(base: &Url, href: &str) -> Option<Url> {
    let href = href.trim();
    if href.is_empty() || href.starts_with('#') || href.len() > MAX_ADDRESS_BYTES {
        return None;
    }
    let mut url = base.join(href).ok()?;
    let fetched = matches!(url.scheme(), "http" | "https" | "ftp") && url.has_host();
    if !fetched || url.as_str().len() > MAX_ADDRESS_BYTES {
        return None;
    }
    url.set_fragment(None);
    drop_trackers(&mut url);
    Some(url)
}

/// The file itself where the page about it is linked, as Plone does: `…/rues.csv/view`.
pub(super) fn of_file(mut url: Url) -> Url {
    let Some(mut segments) = url.path_segments().map(Iterator::rev) else { return url };
    let is_view = segments.next() == Some("view");
    let of_file =
        segments.next().and_then(formats::extension_of_name).is_some_and(|e| formats::is_format(&e));
    if is_view
        && of_file
        && url.query().is_none()
        && let Ok(mut segments) = url.path_segments_mut()
    {
        segments.pop();
    }
    url
}

/// Whether two addresses belong to the same site: the same host, with or without `www.`.
pub(super) fn same_site(a: &Url, b: &Url) -> bool {
    fn host(url: &Url) -> Option<&str> {
        url.host_str().map(|host| host.strip_prefix("www.").unwrap_or(host))
    }
    host(a).is_some() && host(a) == host(b)
}

/// The address without the part that names a place inside the page.
pub(super) fn without_fragment(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}

/// The last segment of the path, decoded: `bp 2024.csv`. Empty for a folder.
pub(super) fn file_name(url: &Url) -> String {
    let last = url.path_segments().and_then(Iterator::last).unwrap_or_default();
    percent_encoding::percent_decode_str(last).decode_utf8_lossy().into_owned()
}

/// A file name without its extension.
pub(super) fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn drop_trackers(url: &mut Url) {
    let Some(query) = url.query() else { return };
    // WordPress Download Manager gives every visitor another one.
    let has_ticket = query.contains("wpdmdl=");
    let tracks = |pair: &str| {
        let name = pair.split('=').next().unwrap_or_default();
        name.starts_with("utm_") || TRACKERS.contains(&name) || has_ticket && name == "refresh"
    };
    if !query.split('&').any(tracks) {
        return;
    }
    let kept: Vec<&str> = query.split('&').filter(|pair| !tracks(pair)).collect();
    let kept = kept.join("&");
    url.set_query(Some(kept.as_str()).filter(|query| !query.is_empty()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(href: &str, expected: Option<&str>) {
        let base = Url::parse("https://www.ville.example/opendata/page.html?x=1").unwrap();
        let found = resolve(&base, href);
        assert_eq!(found.as_ref().map(Url::as_str), expected, "{href:?}");
    }

    #[test]
    fn relative_and_protocol_relative_links_are_resolved_and_spaces_escaped() {
        check("../files/bp 2024.csv", Some("https://www.ville.example/files/bp%202024.csv"));
        check("//data.example/a.csv", Some("https://data.example/a.csv"));
        check(" \n a.csv#top ", Some("https://www.ville.example/opendata/a.csv"));
        check("?page=2", Some("https://www.ville.example/opendata/page.html?page=2"));
    }

    #[test]
    fn what_no_server_can_give_is_no_link() {
        for href in [
            "",
            "#top",
            "mailto:a@b.fr",
            "javascript:void(0)",
            "tel:+33",
            "data:text/csv,a",
            "file:///etc/passwd",
            "http://",
        ] {
            check(href, None);
        }
    }

    #[test]
    fn trackers_are_dropped_and_other_parameters_kept_as_they_are() {
        check("a.csv?id=5&utm_source=x&fbclid=1", Some("https://www.ville.example/opendata/a.csv?id=5"));
        check("a.csv?utm_source=x", Some("https://www.ville.example/opendata/a.csv"));
        check("a.csv?q=a+b%20c", Some("https://www.ville.example/opendata/a.csv?q=a+b%20c"));
        check("d?wpdmdl=12&refresh=6a", Some("https://www.ville.example/opendata/d?wpdmdl=12"));
    }

    #[test]
    fn the_page_about_a_file_gives_way_to_the_file() {
        let file =
            |path: &str| String::from(of_file(Url::parse("https://v.example/").unwrap().join(path).unwrap()));
        assert_eq!(file("od/rues.csv/view"), "https://v.example/od/rues.csv");
        assert_eq!(file("od/rues/view"), "https://v.example/od/rues/view");
    }

    #[test]
    fn www_does_not_make_another_site() {
        let url = |text: &str| Url::parse(text).unwrap();
        assert!(same_site(&url("https://www.a.fr/x"), &url("http://a.fr/y")));
        assert!(!same_site(&url("https://a.fr/"), &url("https://b.fr/")));
    }
}
