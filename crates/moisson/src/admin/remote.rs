//! Administration of a server that runs, from the command line: the same actions as requests.

use std::time::Duration;

use anyhow::{Context, bail};
use moisson_dcat::write::segment;
use moisson_web::admin::{Action, Records};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use url::{Host, Url};

/// The variable that holds the token.
pub(crate) const TOKEN: &str = "MOISSON_TOKEN";
/// Longer than the server takes for anything.
const PATIENCE: Duration = Duration::from_mins(6);
/// The largest answer that is read, in bytes.
const MAX_ANSWER: usize = 64 << 20;

/// A server, and the token to show there.
#[derive(Debug)]
pub(crate) struct Remote {
    base: String,
    token: String,
    client: Client,
}

impl Remote {
    /// The server at an address, with the token of the environment.
    ///
    /// # Errors
    /// When there is no token, or it would travel for everybody to read.
    pub(crate) fn new(server: &str) -> anyhow::Result<Self> {
        let token =
            std::env::var(TOKEN).ok().map(|token| token.trim().to_owned()).filter(|token| !token.is_empty());
        let token = token.with_context(|| {
            format!("the environment variable `{TOKEN}` is not set; put a token into it that `moisson token create` made")
        })?;
        let base = Url::parse(server)
            .ok()
            .filter(|url| {
                matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.query().is_none()
            })
            .with_context(|| {
                format!("`{server}` is no address of a server; write it like `https://data.example.org`")
            })?;
        if base.scheme() == "http" && !is_this_machine(&base) {
            bail!(
                "`{server}` is not encrypted, so anybody on the way could read the token; use `https`, or a tunnel to this machine"
            );
        }
        // Another part of the process may have chosen a provider already, which does as well.
        let _already_chosen = rustls::crypto::ring::default_provider().install_default();
        // A redirect could lead elsewhere with the token.
        let builder = Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE);
        let builder = if base.scheme() == "https" { builder } else { builder.tls_certs_only([]).no_proxy() };
        let client = builder.build().context("no connection can be made")?;
        Ok(Self { base: base.as_str().trim_end_matches('/').to_owned(), token, client })
    }

    /// Asks for an action; `language` is that of titles and messages.
    ///
    /// # Errors
    /// When the server cannot be reached, or refuses.
    pub(crate) async fn ask(&self, action: &Action, language: &str) -> anyhow::Result<Value> {
        let (method, path, body) = request(action);
        let between = if path.contains('?') { '&' } else { '?' };
        let path = if language.is_empty() { path } else { format!("{path}{between}lang={language}") };
        let request = self.client.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token);
        let request = match body {
            Some(body) => request
                .header("content-type", "application/json")
                .body(serde_json::to_vec(&body).context("the request cannot be written")?),
            None => request,
        };
        self.answer(request).await?.with_context(|| format!("`{}` knows nothing of it", self.base))
    }

    /// Reads something that needs no token; nothing if there is no such thing.
    ///
    /// # Errors
    /// When the server cannot be reached, or refuses.
    pub(crate) async fn read(&self, path: &str) -> anyhow::Result<Option<Value>> {
        self.answer(self.client.get(format!("{}{path}", self.base))).await
    }

    async fn answer(&self, request: RequestBuilder) -> anyhow::Result<Option<Value>> {
        let base = &self.base;
        let sent = request.header("accept", "application/json").send().await;
        // The address may not show; the token never is in it.
        let mut response =
            sent.with_context(|| format!("`{base}` cannot be reached; is `moisson serve` running there?"))?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(piece) =
            response.chunk().await.with_context(|| format!("the answer of `{base}` broke off"))?
        {
            body.extend_from_slice(&piece);
            if body.len() > MAX_ANSWER {
                bail!("the answer of `{base}` has more than {MAX_ANSWER} bytes");
            }
        }
        let value: Option<Value> = serde_json::from_slice(&body).ok();
        if status.is_success() {
            let value =
                value.with_context(|| format!("`{base}` did not answer in JSON; is that a Moisson?"))?;
            return Ok(Some(value));
        }
        let detail = value.as_ref().and_then(|value| value.get("detail")).and_then(Value::as_str);
        match detail {
            None if status.as_u16() == 404 => Ok(None),
            Some(detail) => bail!("{detail}"),
            None => bail!("`{base}` answered with status {status}; is that a Moisson?"),
        }
    }
}

/// Whether what is sent there stays on this machine.
fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The request for an action: method, path and body.
fn request(action: &Action) -> (Method, String, Option<Value>) {
    let source = |name: &str| format!("/api/admin/sources/{}", segment(name));
    let verb = |name: &str, verb: &str| (Method::POST, format!("{}/{verb}", source(name)), None);
    let with = |(method, path, _): (Method, String, Option<Value>), body| (method, path, Some(body));
    match action {
        Action::Sources => (Method::GET, "/api/admin/sources".to_owned(), None),
        Action::Source(name) => (Method::GET, source(name), None),
        Action::Add(settings) => (Method::POST, "/api/admin/sources".to_owned(), Some(settings.clone())),
        Action::Change(name, patch) => (Method::PATCH, source(name), Some(patch.clone())),
        Action::Remove(name, Records::Keep) => (Method::DELETE, source(name), None),
        Action::Remove(name, Records::Remove) => {
            (Method::DELETE, format!("{}?records=remove", source(name)), None)
        }
        Action::Pause(name) => verb(name, "pause"),
        Action::Resume(name) => verb(name, "resume"),
        Action::Preview(name) => verb(name, "preview"),
        Action::PreviewSettings(settings) => {
            (Method::POST, "/api/admin/preview".to_owned(), Some(settings.clone()))
        }
        Action::Run { source, full, accept_deletions } => {
            with(verb(source, "run"), json!({ "full": full, "accept_deletions": accept_deletions }))
        }
        Action::Cancel(name) => verb(name, "cancel"),
        Action::Accept { source, run } => with(verb(source, "accept"), json!({ "run": run })),
        Action::Undelete { source, records } => with(verb(source, "undelete"), json!({ "records": records })),
        Action::Audit { source, before, size } => {
            let source = source.as_ref().map(|source| format!("&source={}", segment(source)));
            let before = before.map(|before| format!("&before={before}"));
            let (source, before) = (source.unwrap_or_default(), before.unwrap_or_default());
            (Method::GET, format!("/api/admin/audit?size={size}{source}{before}"), None)
        }
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    #[test]
    fn only_this_machine_is_spoken_to_in_the_clear() {
        for (url, expected) in [
            ("http://127.0.0.1:8080", true),
            ("http://localhost:8080", true),
            ("http://[::1]/", true),
            ("http://data.example.org/", false),
            ("http://10.0.0.1/", false),
            ("http://localhost.example.org/", false),
        ] {
            assert_eq!(super::is_this_machine(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }
}
