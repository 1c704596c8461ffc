//! Documents by their addresses, for checks: through the guarded client and nothing else.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use moisson_harvest::{
    Client, Limits, Request, Source, SourceAccess, SourceName,
    client::{Allowed, ClientConfig, Fault, FetchError, Fetched},
};
use moisson_web::{DocumentSource, FetchedDocument};
use url::Url;

/// What documents are asked for as.
const ACCEPT: &str = "text/turtle, application/rdf+xml, application/ld+json;q=0.9, application/n-triples;q=0.9, \
                      application/trig;q=0.9, application/n-quads;q=0.8, */*;q=0.5";

/// Fetches documents from public addresses, and from those that the operator allows.
#[derive(Debug, Clone)]
pub struct Documents {
    client: Client,
    limits: Limits,
    allow: Vec<Allowed>,
}

/// A document that was fetched.
#[derive(Debug, Clone)]
pub struct Fetch {
    /// Where it came from, after redirects.
    pub url: Url,
    /// What it says it is.
    pub content_type: Option<String>,
    /// The bytes.
    pub body: Bytes,
}

impl Documents {
    /// With the limits of harvesting.
    ///
    /// # Errors
    /// When an entry of the allow-list is no host, address or network.
    pub fn new(contact: &str, limits: Limits, allow: &[String]) -> anyhow::Result<Self> {
        let parsed = allow.iter().map(|entry| entry.parse().map_err(|error| anyhow::anyhow!("{error}")));
        let allow = parsed.collect::<anyhow::Result<Vec<Allowed>>>()?;
        // Jitter only has to differ between processes.
        let client = Client::new(ClientConfig::new(contact, u64::from(std::process::id())));
        Ok(Self { client, limits, allow })
    }

    /// Fetches one document.
    ///
    /// # Errors
    /// When it may not be fetched or does not come whole and within the limits.
    pub async fn fetch(&self, url: &Url) -> Result<Fetch, FetchError> {
        let failed = |fault| FetchError { url: Box::new(url.clone()), attempts: 1, fault };
        // The client reads the file of a source that is one; nobody's address for a check is.
        if !matches!(url.scheme(), "http" | "https") {
            return Err(failed(Fault::Scheme(url.scheme().to_owned())));
        }
        let name = SourceName::new("check").map_err(|error| failed(Fault::Protocol(error.to_string())))?;
        let source = Source {
            name,
            kind: "dcat".to_owned(),
            url: url.clone(),
            language: None,
            options: serde_json::Map::new(),
        };
        let access = SourceAccess {
            limits: self.limits.clone(),
            allow: self.allow.clone(),
            ..SourceAccess::new(&source)
        };
        let request = Request::get(url.clone(), ACCEPT, "check");
        match self.client.fetch(&access, &request, None).await? {
            Fetched::Body(body) => {
                let content_type = body.headers.iter().find(|(name, _)| name == "content-type");
                Ok(Fetch {
                    content_type: content_type.map(|(_, value)| value.clone()),
                    url: body.url,
                    body: body.body,
                })
            }
            Fetched::NotModified => Err(failed(Fault::Protocol(
                "status 304 although nothing was asked to compare with".to_owned(),
            ))),
        }
    }
}

impl DocumentSource for Documents {
    fn fetch(&self, url: Url) -> BoxFuture<'static, Result<FetchedDocument, String>> {
        let documents = self.clone();
        Box::pin(async move {
            // Not from addresses that only this machine may reach, whoever asks for it.
            let Fetch { url, content_type, body } =
                Self::fetch(&documents, &url).await.map_err(|error| error.to_string())?;
            Ok(FetchedDocument { url: url.into(), content_type, body })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_public_addresses_on_the_web_are_fetched() {
        let documents = Documents::new("https://x.example/", Limits::default(), &[]).unwrap();
        for (url, part) in [
            ("file:///etc/passwd", "only `http` and `https`"),
            ("ftp://x.example/a.ttl", "only `http` and `https`"),
            ("http://127.0.0.1:9/a.ttl", "127.0.0.1"),
            ("http://[::1]:9/a.ttl", "::1"),
            ("http://169.254.169.254/latest/meta-data", "169.254.169.254"),
        ] {
            let error = documents.fetch(&url.parse().unwrap()).await.unwrap_err().to_string();
            assert!(error.contains(part), "{url}: {error}");
        }
        assert!(Documents::new("https://x.example/", Limits::default(), &["a b".to_owned()]).is_err());
    }
}
