//! `robots.txt` ([RFC 9309](https://www.rfc-editor.org/rfc/rfc9309)): which pages a site does not want harvested.
//!
//! [`Robots`] is pure; harvesters may use it for the sitemaps that it names. The client asks for it before
//! pages when the source's politeness says [`RobotsRule::Obey`].

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{sync::OnceCell, time::Instant};
use url::Url;

use super::{Client, Fetched, RobotsRule, SourceAccess, error::Fault, exchange::Attempt};
use crate::{Limits, Request};

/// The name by which rules may address us.
pub const PRODUCT_TOKEN: &str = "moisson";

/// As much as must be read (RFC 9309 §2.5: at least 500 kibibytes).
const MOST_BYTES: usize = 512_000;

/// How long an answer holds (RFC 9309 §2.4: not more than a day).
const FRESH: Duration = Duration::from_hours(24);

/// How long the lack of an answer holds.
const FRESH_FAILURE: Duration = Duration::from_mins(10);

/// Sites remembered.
const MOST_SITES: usize = 10_000;

/// What a site's `robots.txt` says to us.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Robots {
    rules: Vec<Rule>,
    crawl_delay: Duration,
    sitemaps: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    allow: bool,
    /// Normalised, with its `*` and `$`.
    path: String,
    /// As it stands in the file.
    text: String,
}

impl Robots {
    /// Reads a `robots.txt` as it concerns `product` (see [`PRODUCT_TOKEN`]). Never fails: what is not understood
    /// is passed over.
    pub fn parse(bytes: &[u8], product: &str) -> Self {
        let text = String::from_utf8_lossy(bytes.get(..MOST_BYTES).unwrap_or(bytes));
        let (mut ours, mut everyone) = (None, None);
        let mut sitemaps = Vec::new();
        let mut group = Group::default();
        for line in text.trim_start_matches('\u{feff}').split(['\n', '\r']) {
            let line = line.split_once('#').map_or(line, |(line, _)| line);
            let Some((key, value)) = line.split_once(':') else { continue };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            match key.as_str() {
                "user-agent" | "useragent" => group.addresses(value, product),
                "sitemap" => sitemaps.push(value.to_owned()),
                "allow" | "disallow" | "crawl-delay" => {
                    group.started = true;
                    if group.ours {
                        add(ours.get_or_insert_default(), &key, value);
                    }
                    if group.everyone {
                        add(everyone.get_or_insert_default(), &key, value);
                    }
                }
                _ => {}
            }
            // A group that addresses us counts even without rules: it then allows everything.
            if group.ours {
                ours.get_or_insert_default();
            }
        }
        let mut robots: Self = ours.or(everyone).unwrap_or_default();
        robots.sitemaps = sitemaps;
        robots
    }

    /// A site whose `robots.txt` cannot be had: nothing may be asked (RFC 9309 §2.3.1.4).
    fn unreachable(reason: &str) -> Self {
        let text = format!("no robots.txt could be had: {reason}");
        Self { rules: vec![Rule { allow: false, path: "/".to_owned(), text }], ..Self::default() }
    }

    /// The rule that forbids a path (with its query), if one does: the longest that fits decides, and of two as
    /// long the one that allows.
    pub fn disallows(&self, path_and_query: &str) -> Option<String> {
        let path = normalise(path_and_query);
        if path == "/robots.txt" {
            return None;
        }
        let fitting = self.rules.iter().filter(|rule| fits(&rule.path, &path));
        let decisive = fitting.max_by_key(|rule| (rule.path.len(), rule.allow))?;
        (!decisive.allow).then(|| decisive.text.clone())
    }

    /// Time to leave between two requests; zero if the site does not say.
    pub fn crawl_delay(&self) -> Duration {
        self.crawl_delay
    }

    /// The sitemaps that the file names, as they stand there.
    pub fn sitemaps(&self) -> &[String] {
        &self.sitemaps
    }
}

/// Whom the rules being read concern.
#[derive(Default)]
struct Group {
    ours: bool,
    everyone: bool,
    /// Rules have begun, so the next `User-agent` opens another group.
    started: bool,
}

impl Group {
    fn addresses(&mut self, agent: &str, product: &str) {
        if self.started {
            *self = Self::default();
        }
        // `moisson/1.0` is seen in the wild, although only the token may stand there.
        let token = agent.split(['/', ' ']).next().unwrap_or_default();
        self.ours |= token.eq_ignore_ascii_case(product);
        self.everyone |= agent == "*";
    }
}

fn add(robots: &mut Robots, key: &str, value: &str) {
    if key == "crawl-delay" {
        let delay = value.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        robots.crawl_delay = robots.crawl_delay.max(delay.unwrap_or_default());
    } else if !value.is_empty() {
        let allow = key == "allow";
        let text = format!("{}: {value}", if allow { "Allow" } else { "Disallow" });
        robots.rules.push(Rule { allow, path: normalise(value), text });
    }
}

/// The same octets for the same path: non-ASCII escaped, harmless escapes undone, hexadecimal in capitals
/// (RFC 9309 §2.2.2).
fn normalise(path: &str) -> String {
    let mut normal = String::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        let escaped = (byte == b'%').then(|| {
            let mut ahead = bytes.clone();
            let digits = [ahead.next()?, ahead.next()?];
            let value = u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?;
            (digits[0] != b'+').then_some((value, ahead))
        });
        match escaped.flatten() {
            Some((value, ahead)) => {
                bytes = ahead;
                if value.is_ascii_alphanumeric() || b"-._~".contains(&value) {
                    normal.push(char::from(value));
                } else {
                    escape(&mut normal, value);
                }
            }
            None if byte.is_ascii() => normal.push(char::from(byte)),
            None => escape(&mut normal, byte),
        }
    }
    normal
}

fn escape(text: &mut String, byte: u8) {
    text.push('%');
    for digit in [byte >> 4, byte & 15] {
        text.push(char::from_digit(u32::from(digit), 16).unwrap_or_default().to_ascii_uppercase());
    }
}

/// Whether a rule's path fits: from the start, `*` for anything, `$` at the end for the end.
fn fits(rule: &str, path: &str) -> bool {
    let (rule, to_the_end) = rule.strip_suffix('$').map_or((rule, false), |rule| (rule, true));
    let mut pieces = rule.split('*');
    let Some(mut rest) = path.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let mut last = None;
    for piece in pieces {
        if let Some(before) = last.replace(piece) {
            // The earliest place is as good as any: what follows may lie anywhere after it.
            let Some((_, after)) = rest.split_once(before) else { return false };
            rest = after;
        }
    }
    match (last, to_the_end) {
        (None, false) => true,
        (None, true) => rest.is_empty(),
        (Some(piece), false) => rest.contains(piece),
        (Some(piece), true) => rest.ends_with(piece),
    }
}

/// The `robots.txt` of every site asked so far.
#[derive(Debug, Default)]
pub(super) struct Gate(Mutex<HashMap<String, Arc<OnceCell<Answer>>>>);

#[derive(Debug)]
struct Answer {
    robots: Arc<Robots>,
    until: Instant,
}

impl Client {
    /// What the site of a URL says to us; asked once a day.
    pub(super) async fn robots(&self, access: &SourceAccess, url: &Url) -> Arc<Robots> {
        let site = url.origin().ascii_serialization();
        let cell = {
            let mut sites = self.0.gate.0.lock().unwrap_or_else(PoisonError::into_inner);
            if sites.len() > MOST_SITES {
                sites.clear();
            }
            let cell = sites.entry(site).or_default();
            if cell.get().is_some_and(|answer| answer.until <= Instant::now()) {
                *cell = Arc::default();
            }
            Arc::clone(cell)
        };
        // Boxed, since asking for it is a request like those that it is asked for.
        let answer = cell.get_or_init(|| Box::pin(self.ask_for_robots(access, url))).await;
        Arc::clone(&answer.robots)
    }

    async fn ask_for_robots(&self, access: &SourceAccess, url: &Url) -> Answer {
        let mut file = url.clone();
        file.set_path("/robots.txt");
        file.set_query(None);
        let request = Request::get(file, "text/plain, */*;q=0.1", "robots");
        let limits = Limits { max_body_bytes: 10 * MOST_BYTES as u64, ..access.limits.clone() };
        let access = SourceAccess { limits, ..access.clone() };
        let attempt = Attempt {
            client: self,
            access: &access,
            request: &request,
            validators: None,
            robots: RobotsRule::Ignore,
        };
        let (robots, fresh) = match self.fetch_heeding(&attempt).await {
            Ok(Fetched::Body(body)) => (Robots::parse(&body.body, PRODUCT_TOKEN), FRESH),
            Ok(Fetched::NotModified) => (Robots::default(), FRESH),
            Err(error) => match &error.fault {
                // There is none. Too many requests is another matter.
                Fault::Status { status, .. } if (400..500).contains(status) && *status != 429 => {
                    (Robots::default(), FRESH)
                }
                _ => (Robots::unreachable(&error.to_string()), FRESH_FAILURE),
            },
        };
        Answer { robots: Arc::new(robots), until: Instant::now() + fresh }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(text: &str) -> Robots {
        Robots::parse(text.as_bytes(), PRODUCT_TOKEN)
    }

    #[track_caller]
    fn check(text: &str, allowed: &[&str], disallowed: &[&str]) {
        let robots = ours(text);
        for path in allowed {
            assert_eq!(robots.disallows(path), None, "{path}");
        }
        for path in disallowed {
            assert!(robots.disallows(path).is_some(), "{path}");
        }
    }

    #[test]
    fn the_longest_rule_decides_and_allow_wins_a_tie() {
        let text = "User-agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /a/b/c\nAllow: /x\nDisallow: /x\n";
        check(text, &["/", "/a/b", "/a/b/d", "/x/y"], &["/a", "/a/", "/abc", "/a/b/c/d"]);
    }

    #[test]
    fn a_group_for_us_replaces_the_one_for_everyone() {
        let text =
            "user-agent: other\nuser-agent: Moisson\ndisallow: /private\n\nUser-Agent: *\nDisallow: /\n";
        check(text, &["/", "/data"], &["/private/x"]);
        check("User-agent: moisson\n\nUser-agent: *\nDisallow: /\n", &[], &["/"]);
        check("User-agent: *\nDisallow: /\nUser-agent: moisson/2.0\nDisallow:\n", &["/"], &[]);
        check("User-agent: other\nDisallow: /\n", &["/"], &[]);
    }

    #[test]
    fn groups_for_the_same_agent_add_up() {
        check("User-agent: *\nDisallow: /a\n\nUser-agent: *\nDisallow: /b\n", &["/c"], &["/a", "/b"]);
    }

    #[test]
    fn stars_and_the_end_sign_are_understood() {
        let text = "User-agent: *\nDisallow: /*.pdf$\nDisallow: /a*b*c\nDisallow: /end$\nDisallow: *secret";
        check(
            text,
            &["/x.pdfx", "/x.pdf?y", "/abab", "/ending", "/"],
            &["/x.pdf", "/y/z.pdf", "/a1b2c3", "/end", "/very/secret/x"],
        );
    }

    #[test]
    fn many_stars_take_no_time() {
        let text = format!("User-agent: *\nDisallow: /{}b$", "*a".repeat(1000));
        assert_eq!(ours(&text).disallows(&format!("/{}", "a".repeat(100_000))), None);
    }

    #[test]
    fn paths_are_compared_by_their_meaning() {
        check("User-agent: *\nDisallow: /été", &[], &["/%c3%a9t%C3%A9/x"]);
        check("User-agent: *\nDisallow: /%7Ejoe", &[], &["/~joe", "/%7ejoe"]);
        check("User-agent: *\nDisallow: /a%2Fb", &["/a/b"], &["/a%2fb"]);
        check("User-agent: *\nDisallow: /100%", &[], &["/100%"]);
    }

    #[test]
    fn comments_marks_and_odd_line_ends_are_passed_over() {
        check("\u{feff}User-agent: * # all\r\nDisallow: /a # not this\rnonsense\r\n", &["/b"], &["/a"]);
        check("<!doctype html><html>User-agent: nobody</html>", &["/"], &[]);
        check("", &["/"], &[]);
        check("Disallow: /\n", &["/"], &[]);
        check("User-agent: *\nDisallow: /", &["/robots.txt"], &["/robots.txt?x"]);
    }

    #[test]
    fn delay_and_sitemaps_are_read() {
        let robots =
            ours("Sitemap: https://a.example/s.xml\nUser-agent: *\nCrawl-delay: 2.5\nDisallow: /x\n");
        assert_eq!(robots.crawl_delay(), Duration::from_millis(2500));
        assert_eq!(robots.sitemaps(), ["https://a.example/s.xml"]);
        assert_eq!(ours("User-agent: *\nCrawl-delay: -1\n").crawl_delay(), Duration::ZERO);
        assert_eq!(ours("User-agent: *\nCrawl-delay: inf\n").crawl_delay(), Duration::ZERO);
    }
}
