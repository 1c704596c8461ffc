//! A file of the operator's own in place of a reply.
//!
//! Only the very address that the source is configured with can be one: never a redirect, a link or anything
//! else that came from outside.

use std::path::PathBuf;

use bytes::Bytes;
use tokio::{fs::File, io::AsyncReadExt};

use super::{Body, access::SourceAccess, error::Fault};
use crate::{Method, Request};

/// Whether a request is for the source's own file.
pub(super) fn is_meant(access: &SourceAccess, request: &Request) -> bool {
    request.method == Method::Get && request.url.scheme() == "file" && request.url == access.url
}

/// Reads the file whole. It is read anew each time: a file is no burden to anybody.
pub(super) async fn read(access: &SourceAccess, request: &Request) -> Result<Body, Fault> {
    let unreadable = |reason: String| Fault::File { reason };
    let path: PathBuf = request.url.to_file_path().map_err(|()| {
        unreadable("it is no path of this machine; write it like `file:///srv/catalogue.csv`".to_owned())
    })?;
    // Looked at before it is opened: to open a pipe is to wait for its writer.
    let about = tokio::fs::metadata(&path).await.map_err(|error| unreadable(error.to_string()))?;
    if !about.is_file() {
        return Err(unreadable("it is not a regular file".to_owned()));
    }
    let file = File::open(&path).await.map_err(|error| unreadable(error.to_string()))?;
    let limit = access.limits.max_body_bytes;
    let mut body = Vec::new();
    file.take(limit.saturating_add(1))
        .read_to_end(&mut body)
        .await
        .map_err(|error| unreadable(error.to_string()))?;
    if body.len() as u64 > limit {
        return Err(Fault::TooLarge { what: "the file is", limit: "max_body_bytes", value: limit });
    }
    let url = request.url.clone();
    Ok(Body { url, status: 200, headers: Vec::new(), body: Bytes::from(body), validators: None })
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::{Client, Fetched, Source, client::ClientConfig};

    fn source(url: &Url) -> Source {
        serde_json::from_value(serde_json::json!({"name": "givors", "kind": "web-page", "url": url})).unwrap()
    }

    async fn fetch(configured: &Url, asked: &Url, limit: u64) -> Result<Bytes, String> {
        let mut access = SourceAccess::new(&source(configured));
        access.limits.max_body_bytes = limit;
        let client = Client::new(ClientConfig::new("https://opendata.example/about", 1));
        let request = Request::get(asked.clone(), "*/*", "scdl");
        match client.fetch(&access, &request, None).await {
            Ok(Fetched::Body(body)) => Ok(body.body),
            Ok(Fetched::NotModified) => panic!("not modified"),
            Err(error) => Err(error.to_string()),
        }
    }

    #[tokio::test]
    async fn only_the_file_that_the_source_is_configured_with_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let url = |name: &str| Url::from_file_path(folder.path().join(name)).unwrap();
        std::fs::write(folder.path().join("a.csv"), "ID;TITRE").unwrap();
        std::fs::write(folder.path().join("b.csv"), "secret").unwrap();
        assert_eq!(fetch(&url("a.csv"), &url("a.csv"), 100).await.unwrap(), "ID;TITRE");
        let other = fetch(&url("a.csv"), &url("b.csv"), 100).await.unwrap_err();
        assert!(other.contains("the scheme `file` is not followed"), "{other}");
        let web: Url = "https://www.givors.example/".parse().unwrap();
        assert!(
            fetch(&web, &url("a.csv"), 100).await.unwrap_err().contains("the scheme `file` is not followed")
        );
        assert!(fetch(&url("a.csv"), &url("a.csv"), 3).await.unwrap_err().contains("`max_body_bytes` (3)"));
        assert!(
            fetch(&url("none.csv"), &url("none.csv"), 3).await.unwrap_err().contains("could not be read")
        );
        assert!(fetch(&url(""), &url(""), 3).await.unwrap_err().contains("not a regular file"));
    }
}
