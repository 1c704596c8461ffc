//! One attempt at a request: each hop checked, paced, sent and read; redirects followed by hand.

use std::time::Duration;

use bytes::Bytes;
use reqwest::{
    Method as HttpMethod,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};
use tokio::time::timeout;
use url::Url;

use super::{
    Client, Fetched,
    access::{Credentials, RobotsRule, SourceAccess},
    body, connect, decode,
    error::Fault,
    host::{LeftAlone, Pace, Slot},
    resolve::check_literal,
    wait::{self, Headers},
};
use crate::{Method, Request, Validators, limits::ms};

/// One attempt, redirects included.
pub(super) struct Attempt<'a> {
    pub(super) client: &'a Client,
    pub(super) access: &'a SourceAccess,
    pub(super) request: &'a Request,
    pub(super) validators: Option<&'a Validators>,
    /// Whether the host's `robots.txt` has a say.
    pub(super) robots: RobotsRule,
}

/// What is asked of one place.
struct Hop {
    method: HttpMethod,
    url: Url,
    with_body: bool,
}

enum Step {
    Done(Fetched),
    Redirected(Hop),
}

impl Attempt<'_> {
    /// Asks until something other than a redirect comes. On failure, also says where that was.
    pub(super) async fn run(&self) -> Result<Fetched, (Url, Fault)> {
        let mut url = self.request.url.clone();
        url.set_fragment(None);
        let method = match self.request.method {
            Method::Get => HttpMethod::GET,
            Method::Head => HttpMethod::HEAD,
            Method::Post => HttpMethod::POST,
        };
        let mut hop = Hop { method, url, with_body: true };
        let limit = self.access.limits.max_redirects;
        for _ in 0..=limit {
            match self.ask(&hop).await {
                Ok(Step::Done(fetched)) => return Ok(fetched),
                Ok(Step::Redirected(next)) => hop = next,
                Err(fault) => return Err((hop.url, fault)),
            }
        }
        let to = Box::new(hop.url.clone());
        Err((hop.url, Fault::Redirects { limit, to }))
    }

    async fn ask(&self, hop: &Hop) -> Result<Step, Fault> {
        check(&hop.url)?;
        let literal = check_literal(&hop.url, &self.access.allow)?;
        let crawl_delay = self.heed_robots(&hop.url).await?;
        let host = self.client.host(&hop.url);
        let politeness = self.access.politeness;
        let pace =
            Pace { concurrency: politeness.concurrency, delay: ms(politeness.delay_ms).max(crawl_delay) };
        let limits = &self.access.limits;
        let (slot, waited) =
            host.enter(pace, limits).await.map_err(|LeftAlone(wait)| Fault::AskedToWait {
                host: hop.url.host_str().unwrap_or_default().to_owned(),
                wait,
                limit_ms: limits.max_wait_ms,
            })?;
        self.access.counters.waited(waited);
        if let Some(address) = literal {
            self.client.recorder().connecting(hop.url.host_str().unwrap_or_default(), address);
        }
        let result = self.exchange(hop, &host).await;
        self.judge(&slot, &result, hop);
        result
    }

    fn judge(&self, slot: &Slot, result: &Result<Step, Fault>, hop: &Hop) {
        match result {
            Err(fault) if fault.blames_the_host() => {
                if slot.went_badly(&self.access.limits) {
                    tracing::warn!(
                        source.name = %self.access.name,
                        server.address = hop.url.host_str(),
                        "the host failed several times in a row and is left alone for a while"
                    );
                }
            }
            // Any proper answer, even a refusal, says that the host is up.
            Ok(_) | Err(Fault::Status { .. }) => slot.went_well(),
            Err(_) => {}
        }
    }

    async fn heed_robots(&self, url: &Url) -> Result<Duration, Fault> {
        if self.robots == RobotsRule::Ignore {
            return Ok(Duration::ZERO);
        }
        let robots = self.client.robots(self.access, url).await;
        let mut path = url.path().to_owned();
        if let Some(query) = url.query() {
            path.push('?');
            path.push_str(query);
        }
        if let Some(rule) = robots.disallows(&path) {
            return Err(Fault::Robots { rule });
        }
        Ok(robots.crawl_delay().min(ms(self.access.limits.max_crawl_delay_ms)))
    }

    async fn exchange(&self, hop: &Hop, host: &super::host::Host) -> Result<Step, Fault> {
        let limits = &self.access.limits;
        let client = self.client.pools().client(self.access, &hop.url)?;
        let mut request = reqwest::Request::new(hop.method.clone(), hop.url.clone());
        *request.headers_mut() = self.headers(hop)?;
        if let (true, Some((_, body))) = (hop.with_body, &self.request.body) {
            *request.body_mut() = Some(body.clone().into());
        }
        self.access.counters.sent();
        let response = match timeout(ms(limits.reply_timeout_ms), client.execute(request)).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(connect::fault(&error, self.access)),
            Err(_) => {
                let (limit, ms) = ("reply_timeout_ms", limits.reply_timeout_ms);
                return Err(Fault::Timeout { what: "reply", limit, ms });
            }
        };
        let status = response.status().as_u16();
        let headers = readable(response.headers(), limits.max_header_bytes)?;
        match status {
            304 if self.conditional(hop).is_some() => {
                self.access.counters.not_modified();
                self.note_quota(status, &headers, &[], host);
                Ok(Step::Done(Fetched::NotModified))
            }
            206 => Err(Fault::Incomplete("only a part was sent, which was not asked for".to_owned())),
            200..=299 => {
                self.note_quota(status, &headers, &[], host);
                let body = if hop.method == HttpMethod::HEAD {
                    Bytes::new()
                } else {
                    body::read(response, &headers, self.access).await?
                };
                let validators = validators(&hop.url, &headers);
                let url = hop.url.clone();
                let body = super::Body { url, status, headers, body, validators };
                Ok(Step::Done(Fetched::Body(Box::new(body))))
            }
            301 | 302 | 303 | 307 | 308 => self.redirected(hop, status, &headers).map(Step::Redirected),
            _ => {
                let body = body::read_start(response, &headers, limits).await;
                let retry_after = self.note_quota(status, &headers, &body, host);
                Err(Fault::Status { status, excerpt: self.excerpt(&body), retry_after })
            }
        }
    }

    /// Remembers a wish to be left alone.
    fn note_quota(
        &self,
        status: u16,
        headers: &Headers,
        body: &[u8],
        host: &super::host::Host,
    ) -> Option<Duration> {
        let wait = wait::asked_for(status, headers, body)?;
        tracing::debug!(
            source.name = %self.access.name,
            http.status = status,
            duration_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            "the host asks to be left alone"
        );
        host.pause(wait, &self.access.limits);
        Some(wait)
    }

    fn redirected(&self, hop: &Hop, status: u16, headers: &Headers) -> Result<Hop, Fault> {
        let bad = |reason: String| Fault::BadRedirect { status, reason };
        let location =
            body::values(headers, "location").next().ok_or_else(|| bad("it is missing".to_owned()))?;
        let mut url = hop.url.join(location.trim()).map_err(|error| bad(format!("`{location}`: {error}")))?;
        url.set_fragment(None);
        check(&url)?;
        if self.access.credentials.is_some() && hop.url.scheme() == "https" && url.scheme() == "http" {
            return Err(Fault::Downgrade { to: Box::new(url) });
        }
        // RFC 9110 §15.4: 307 and 308 repeat the request as it was; the others have come to mean GET.
        let repeat = matches!(status, 307 | 308) || hop.method == HttpMethod::HEAD;
        let method = if repeat { hop.method.clone() } else { HttpMethod::GET };
        Ok(Hop { method, url, with_body: repeat && hop.with_body })
    }

    fn headers(&self, hop: &Hop) -> Result<HeaderMap, Fault> {
        let mut headers = HeaderMap::new();
        let value = |name: &str, text: &str| {
            HeaderValue::from_str(text)
                .map_err(|_| Fault::Setup(format!("the header `{name}` cannot be sent: it holds a line end")))
        };
        headers.insert(header::ACCEPT, value("Accept", &self.request.accept)?);
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(decode::ACCEPT_ENCODING));
        if let (true, Some((kind, _))) = (hop.with_body, &self.request.body) {
            headers.insert(header::CONTENT_TYPE, value("Content-Type", kind)?);
        }
        if let Some(validators) = self.conditional(hop) {
            if let Some(etag) = &validators.etag {
                headers.insert(header::IF_NONE_MATCH, value("If-None-Match", etag)?);
            }
            if let Some(date) = &validators.last_modified {
                headers.insert(header::IF_MODIFIED_SINCE, value("If-Modified-Since", date)?);
            }
        }
        for (name, text) in self.access.headers_for(&hop.url) {
            let known = HeaderName::from_bytes(name.as_bytes());
            let known = known.map_err(|_| Fault::Setup(format!("`{name}` is no header name")))?;
            headers.insert(known, value(name, text)?);
        }
        if let Some(credentials) = self.access.credentials_for(&hop.url) {
            let (name, text) = shown(credentials)?;
            let mut secret = HeaderValue::from_str(&text).map_err(|_| {
                Fault::Setup("the credentials of the source cannot be sent: they hold a line end".to_owned())
            })?;
            secret.set_sensitive(true);
            headers.insert(name, secret);
        }
        Ok(headers)
    }

    /// The validators, if they are about this place.
    fn conditional(&self, hop: &Hop) -> Option<&Validators> {
        let readable = hop.method == HttpMethod::GET || hop.method == HttpMethod::HEAD;
        self.validators.filter(|validators| {
            let any = validators.etag.is_some() || validators.last_modified.is_some();
            readable && any && validators.url == hop.url
        })
    }

    /// The start of a body as one line of plain text, without the source's secret.
    fn excerpt(&self, body: &[u8]) -> String {
        let text = String::from_utf8_lossy(body.get(..2000).unwrap_or(body)).into_owned();
        let text = match &self.access.credentials {
            Some(credentials) if !credentials.secret().reveal().is_empty() => {
                text.replace(credentials.secret().reveal(), "…")
            }
            _ => text,
        };
        let words: Vec<_> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
        let line = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        line.chars().take(200).collect()
    }
}

fn check(url: &Url) -> Result<(), Fault> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Fault::Scheme(url.scheme().to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Fault::CredentialsInUrl);
    }
    Ok(())
}

fn shown(credentials: &Credentials) -> Result<(HeaderName, String), Fault> {
    Ok(match credentials {
        Credentials::Bearer(token) => (header::AUTHORIZATION, format!("Bearer {}", token.reveal())),
        Credentials::ApiKey(key) => (header::AUTHORIZATION, format!("Apikey {}", key.reveal())),
        Credentials::Basic { user, password } => {
            (header::AUTHORIZATION, format!("Basic {}", base64(&format!("{user}:{}", password.reveal()))))
        }
        Credentials::Header { name, value } => {
            let name = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| Fault::Setup(format!("`{name}` is no header name")))?;
            (name, value.reveal().to_owned())
        }
    })
}

/// [RFC 4648 §4](https://www.rfc-editor.org/rfc/rfc4648#section-4).
fn base64(text: &str) -> String {
    const DIGITS: [char; 64] = digits();
    let mut encoded = String::new();
    for piece in text.as_bytes().chunks(3) {
        let bits = (0..3).fold(0_usize, |bits, n| bits << 8 | usize::from(*piece.get(n).unwrap_or(&0)));
        for n in 0..4 {
            let digit = DIGITS.get(bits >> (18 - 6 * n) & 63).copied().filter(|_| n <= piece.len());
            encoded.push(digit.unwrap_or('='));
        }
    }
    encoded
}

const fn digits() -> [char; 64] {
    let mut digits = ['+'; 64];
    let all = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut n = 0;
    while n < 64 {
        digits[n] = all[n] as char;
        n += 1;
    }
    digits
}

/// Header names in lower case with their values; values that are not UTF-8 are left out.
fn readable(headers: &HeaderMap, limit: u64) -> Result<Vec<(String, String)>, Fault> {
    let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if size as u64 > limit {
        return Err(Fault::TooLarge { what: "the headers are", limit: "max_header_bytes", value: limit });
    }
    let text = |value: &HeaderValue| std::str::from_utf8(value.as_bytes()).ok().map(ToOwned::to_owned);
    Ok(headers.iter().filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value)?))).collect())
}

fn validators(url: &Url, headers: &Headers) -> Option<Validators> {
    let one = |name| body::values(headers, name).next();
    let etag = one("etag").map(ToOwned::to_owned);
    // RFC 9110 §8.8.2.2: a reply sent in the second of its last change may change again in that second.
    let last_modified = one("last-modified").filter(|value| {
        let (date, changed) = (one("date").and_then(wait::http_date), wait::http_date(value));
        date.is_none() || date > changed
    });
    let last_modified = last_modified.map(ToOwned::to_owned);
    (etag.is_some() || last_modified.is_some()).then(|| Validators { url: url.clone(), etag, last_modified })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_as_in_the_specification() {
        for (text, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
            ("Aladdin:open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
        ] {
            assert_eq!(base64(text), encoded);
        }
    }

    #[test]
    fn a_change_in_the_second_of_the_reply_is_no_validator() {
        let headers = |date: &str| {
            vec![
                ("last-modified".to_owned(), "Sat, 21 Nov 2026 12:00:00 GMT".to_owned()),
                ("date".to_owned(), date.to_owned()),
            ]
        };
        let url: Url = "https://a.example/".parse().unwrap();
        assert_eq!(validators(&url, &headers("Sat, 21 Nov 2026 12:00:00 GMT")), None);
        assert!(validators(&url, &headers("Sat, 21 Nov 2026 12:00:01 GMT")).is_some());
        assert_eq!(validators(&url, &[]), None);
    }
}
