//! The client against servers on loopback that misbehave. Nothing here leaves the machine.

#![expect(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

#[path = "client/bodies.rs"]
mod bodies;
#[path = "client/borders.rs"]
mod borders;
#[path = "../../../tests/support/loopback.rs"]
#[expect(unreachable_pub, reason = "shared with the tests of the whole")]
mod loopback;
#[path = "client/manners.rs"]
mod manners;
#[path = "client/redirects.rs"]
mod redirects;
#[path = "client/secure.rs"]
mod secure;
#[path = "../../../tests/support/tls.rs"]
#[expect(unreachable_pub, reason = "shared with the tests of the whole")]
mod tls;

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
};

use moisson_harvest::{
    Client, FetchError, Fetched, Limits, Request, Source, SourceAccess, SourceName,
    client::{Body, ClientConfig, Politeness, Recorder, Resolver, Resolving},
};

/// Names that tests use, each asked as often as it has addresses; the last one stays.
#[derive(Debug, Clone, Default)]
struct Names(Arc<Mutex<HashMap<String, Vec<Vec<IpAddr>>>>>);

impl Names {
    fn with(self, name: &str, answers: &[&[&str]]) -> Self {
        let answers =
            answers.iter().map(|ips| ips.iter().map(|ip| ip.parse().expect("an address")).collect());
        self.0.lock().expect("not poisoned").insert(name.to_owned(), answers.collect());
        self
    }
}

impl Resolver for Names {
    fn resolve<'a>(&'a self, host: &'a str) -> Resolving<'a> {
        Box::pin(async move {
            let mut names = self.0.lock().expect("not poisoned");
            let answers = names.get_mut(host).ok_or_else(|| io::Error::other("no such name in this test"))?;
            let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
            Ok(answer.into_iter().map(|ip| SocketAddr::new(ip, 0)).collect())
        })
    }
}

/// Every address that was about to be connected to.
#[derive(Debug, Clone, Default)]
struct Connections(Arc<Mutex<Vec<SocketAddr>>>);

impl Recorder for Connections {
    fn connecting(&self, _host: &str, address: SocketAddr) {
        self.0.lock().expect("not poisoned").push(address);
    }
}

/// A client, what it connects to, and access for a source that may reach what is listed.
struct Bench {
    client: Client,
    connections: Connections,
    access: SourceAccess,
}

impl Bench {
    fn new(names: Names, allow: &[&str]) -> Self {
        let connections = Connections::default();
        let client = Client::new(ClientConfig {
            resolver: Arc::new(names),
            recorder: Arc::new(connections.clone()),
            ..ClientConfig::new("https://moisson.example/about", 7)
        });
        let source = Source {
            name: SourceName::new("test").expect("a name"),
            kind: "test".to_owned(),
            url: "http://portal.example/".parse().expect("a URL"),
            language: None,
            options: serde_json::Map::new(),
        };
        let mut access = SourceAccess::new(&source);
        access.allow = allow.iter().map(|entry| entry.parse().expect("an entry")).collect();
        access.politeness = Politeness { delay_ms: 0, ..Politeness::default() };
        access.limits = quick();
        Self { client, connections, access }
    }

    /// May reach that server and nothing else.
    fn to(server: &loopback::Loopback) -> Self {
        Self::new(Names::default(), &[&server.address().to_string()])
    }

    async fn get(&self, url: &str) -> Result<Body, FetchError> {
        self.fetch(&get(url)).await
    }

    async fn fetch(&self, request: &Request) -> Result<Body, FetchError> {
        match self.client.fetch(&self.access, request, None).await? {
            Fetched::Body(body) => Ok(*body),
            Fetched::NotModified => panic!("not modified without having been asked for"),
        }
    }

    async fn fault(&self, url: &str) -> String {
        let error = self.get(url).await.expect_err("the fetch should fail");
        let text = error.to_string();
        text.strip_prefix(&format!("{}: ", error.url)).expect("the URL comes first").to_owned()
    }
}

fn get(url: &str) -> Request {
    Request::get(url.parse().expect("a URL"), "application/json", "test")
}

/// Limits with short waits.
fn quick() -> Limits {
    Limits {
        backoff_ms: 1,
        max_backoff_ms: 2,
        breaker_pause_ms: 1,
        connect_timeout_ms: 2_000,
        reply_timeout_ms: 3_000,
        ..Limits::default()
    }
}
