//! Time, and trouble on the server.

use moisson_tests::loopback::{Answer, Length, Manner};

use crate::behaviour::{Behaviour, How, Scope, row};

use How::{Answer as Answers, Robots};
use Scope::{Everything, From, Only};

const MAINTENANCE: &str = "<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>Site en maintenance</h1><p>Merci de revenir plus tard.</p></body></html>";

fn html(status: u16) -> Answer {
    Answer::status(status, MAINTENANCE).with("content-type", "text/html; charset=utf-8")
}

/// Servers that are slow, down, busy or do not want us; the slow ones come first, so that they do not keep everybody
/// waiting at the end.
pub(crate) const SERVER: &[Behaviour] = &[
    // Time.
    row(
        "never-answers",
        "accepts requests from page 2 on and does not answer",
        Answers(From(4), |m| m.healthy.clone().after(std::time::Duration::from_secs(30))),
        "PPPPF",
        "reply_timeout_ms",
    ),
    row(
        "slow-loris",
        "sends a byte every tenth of a second from page 2 on",
        Answers(From(4), |m| {
            m.healthy.clone().sent(Manner::Trickled(1, std::time::Duration::from_millis(100)))
        }),
        "PPPPF",
        "min_bytes_per_second",
    ),
    row(
        "stalls",
        "sends half of page 2 and then nothing",
        Answers(From(4), |m| m.healthy.clone().sent(Manner::StallAfter(m.healthy.body.len() / 2))),
        "PPPPF",
        "idle_timeout_ms",
    ),
    row(
        "robots-never-answers",
        "accepts the request for robots.txt and does not answer",
        Robots(|| Answer::status(200, "").after(std::time::Duration::from_secs(30))),
        "WWWFF",
        "robots.txt",
    ),
    // Trouble on the server.
    row(
        "down",
        "500 to everything",
        Answers(Everything, |_| Answer::status(500, "oops")),
        "FFFFF",
        "status 500",
    ),
    row(
        "half-down-1",
        "500 for all data",
        Answers(From(0), |_| Answer::status(500, "oops")),
        "FFFFF",
        "status 500",
    ),
    row(
        "half-down-2",
        "500 from page 2 on",
        Answers(From(4), |_| Answer::status(500, "oops")),
        "PPPPF",
        "status 500",
    ),
    row(
        "half-down-3",
        "500 on page 3",
        Answers(From(8), |_| Answer::status(500, "oops")),
        "PPPPF",
        "status 500",
    ),
    row(
        "one-breaks-the-server",
        "500 for every page that holds one certain dataset",
        Answers(Only(5), |_| Answer::status(500, "oops")),
        "PPPPF",
        "status 500|could not be read, even alone",
    ),
    row(
        "bad-gateway",
        "502 with a web page from page 2 on",
        Answers(From(4), |_| html(502)),
        "PPPPF",
        "status 502",
    ),
    row(
        "away-for-an-hour",
        "503 with `Retry-After: 3600` from page 2 on",
        Answers(From(4), |_| html(503).with("retry-after", "3600")),
        "PPPPF",
        "left alone for 3600 s",
    ),
    row(
        "away-until-a-date",
        "503 with a date in `Retry-After` from page 2 on",
        Answers(From(4), |_| html(503).with("retry-after", "Thu, 31 Dec 2099 23:59:59 GMT")),
        "PPPPF",
        "left alone for",
    ),
    row("unavailable", "503 from page 2 on", Answers(From(4), |_| html(503)), "PPPPF", "status 503"),
    row(
        "away-for-a-millennium",
        "429 with an absurd `Retry-After` from page 2 on",
        Answers(From(4), |_| Answer::status(429, "").with("retry-after", "99999999999999")),
        "PPPPF",
        "left alone for",
    ),
    row(
        "quota-used-up",
        "429 with the reset time of Opendatasoft from page 2 on",
        Answers(From(4), |_| {
            Answer::status(
                429,
                r#"{"errorcode":10002,"reset_time":"2026-11-22T00:00:00Z","call_limit":5000}"#,
            )
        }),
        "PPPPF",
        "left alone for",
    ),
    row(
        "busy-once",
        "429 with `Retry-After: 0`, once",
        Answers(From(4), |m| {
            if m.nth == 0 { Answer::status(429, "").with("retry-after", "0") } else { m.healthy.clone() }
        }),
        "WWWWW",
        "",
    ),
    row(
        "fails-once",
        "502 at the first request for each page",
        Answers(Everything, |m| if m.nth.is_multiple_of(2) { html(502) } else { m.healthy.clone() }),
        "WWWWW",
        "",
    ),
    row(
        "locked-out",
        "401 from page 2 on",
        Answers(From(4), |_| Answer::status(401, "who are you?")),
        "PPPPF",
        "status 401",
    ),
    row(
        "blocked",
        "403 of a firewall from page 2 on",
        Answers(From(4), |_| html(403)),
        "PPPPF",
        "status 403",
    ),
    row(
        "not-found",
        "404 from page 2 on",
        Answers(From(4), |_| Answer::status(404, "")),
        "PPPPF",
        "status 404",
    ),
    row("gone", "410 from page 2 on", Answers(From(4), |_| Answer::status(410, "")), "PPPPF", "status 410"),
    row(
        "json-error-with-200",
        "an error in JSON with status 200 from page 2 on",
        Answers(From(4), |_| {
            Answer::ok(
                "application/json",
                r#"{"success":false,"error":{"__type":"Search Error","message":"Solr is down"},"error_code":"InternalError","message":"Solr is down"}"#,
            )
        }),
        "PPPPF",
        "Solr is down|JSON|expected|counts 12|has nothing now",
    ),
    row(
        "json-error-with-500",
        "an error in JSON with status 500 from page 2 on",
        Answers(From(4), |_| {
            Answer::status(500, r#"{"success":false}"#).with("content-type", "application/json")
        }),
        "PPPPF",
        "status 500",
    ),
    row(
        "maintenance",
        "a maintenance page with 200 to everything",
        Answers(Everything, |_| html(200)),
        "FFFFF",
        "HTML",
    ),
    row(
        "maintenance-mid-run",
        "a maintenance page with 200 from page 2 on",
        Answers(From(4), |_| html(200)),
        "PPPPF",
        "HTML|has nothing now",
    ),
    row(
        "nothing-with-200",
        "an empty body with 200 from page 2 on",
        Answers(From(4), |_| Answer::status(200, "")),
        "PPPPF",
        "found nothing|empty|expected",
    ),
    row(
        "no-content",
        "204 from page 2 on",
        Answers(From(4), |_| Answer::status(204, "").announced(Length::None)),
        "PPPPF",
        "found nothing|empty|204|expected",
    ),
    row(
        "part-of-it",
        "206 with half of page 2",
        Answers(From(4), |m| {
            let mut answer = m.same(m.half());
            answer.status = 206;
            answer
        }),
        "PPPPF",
        "only a part",
    ),
    row(
        "not-modified",
        "304 from page 2 on, though much was modified",
        Answers(From(4), |_| Answer::status(304, "")),
        "LLLPL",
        "status 304",
    ),
    row(
        "echoes-secrets",
        "500 from page 2 on, with our credentials in the text",
        Answers(From(4), |m| Answer::status(500, format!("bad header: {}", m.authorization))),
        "PPPPF",
        "bad header",
    ),
    // robots.txt.
    row(
        "robots-disallows",
        "robots.txt disallows everything",
        Robots(|| Answer::ok("text/plain", "User-agent: *\nDisallow: /\n")),
        "WWWFF",
        "robots.txt disallows",
    ),
    row("robots-breaks", "robots.txt answers 500", Robots(|| Answer::status(500, "")), "WWWFF", "robots.txt"),
    row(
        "robots-is-huge",
        "a robots.txt of two megabytes",
        Robots(|| Answer::ok("text/plain", "User-agent: *\nDisallow: /prive\n".repeat(60_000))),
        "WWWWW",
        "",
    ),
    row(
        "robots-goes-inside",
        "robots.txt redirects to a private address",
        Robots(|| Answer::redirect(302, "http://prive.example/robots.txt")),
        "WWWFF",
        "robots.txt|private",
    ),
];
