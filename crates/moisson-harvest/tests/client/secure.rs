//! TLS that nobody vouches for, and proxies.

use std::sync::Arc;

use moisson_harvest::{
    Client, Credentials, Fetched,
    client::{ClientConfig, Fault, Secret, Tls},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    Bench, Names, get,
    loopback::{Answer, Asked, Loopback, Stream, Wrap},
    tls::server_config,
};

/// TLS with a certificate for `self-signed.example`, signed by itself.
fn self_signed() -> Wrap {
    let (certificate, key) = (include_bytes!("tls/certificate.pem"), include_bytes!("tls/key.pem"));
    let acceptor = TlsAcceptor::from(server_config(certificate, key));
    Arc::new(move |stream| {
        let acceptor = acceptor.clone();
        Box::pin(async move { Ok(Box::new(acceptor.accept(stream).await?) as Box<dyn Stream>) })
    })
}

async fn secure(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> (Bench, Loopback, String) {
    let server = Loopback::start_within(Some(self_signed()), answer).await;
    let names = Names::default().with("self-signed.example", &[&["127.0.0.1"]]);
    let bench = Bench::new(names, &["127.0.0.1"]);
    let url = format!("https://self-signed.example:{}/", server.address().port());
    (bench, server, url)
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_an_error_and_not_tried_again() {
    let (bench, server, url) = secure(|_| Answer::ok("text/plain", "x")).await;
    let error = bench.get(&url).await.unwrap_err();
    // A machine without root certificates cannot verify anything.
    assert!(matches!(error.fault, Fault::Tls(_) | Fault::Setup(_)), "{error}");
    assert_eq!(error.attempts, 1);
    assert_eq!(server.asked(), []);
}

#[tokio::test]
async fn an_exception_that_is_written_out_lets_it_pass() {
    let (mut bench, _server, url) = secure(|_| Answer::ok("text/plain", "x")).await;
    bench.access.tls = Tls::AcceptInvalid;
    assert_eq!(bench.get(&url).await.unwrap().body, "x");
}

#[tokio::test]
async fn credentials_never_go_from_https_to_http() {
    let plain = Loopback::start(|_| Answer::ok("text/plain", "plain")).await;
    let to = plain.url("/");
    let (mut bench, server, url) = secure(move |_| Answer::redirect(302, &to)).await;
    bench.access.tls = Tls::AcceptInvalid;
    bench.access.url = url.parse().unwrap();
    assert_eq!(bench.get(&url).await.unwrap().body, "plain");
    bench.access.credentials = Some(Credentials::Bearer(Secret::new("s3cret")));
    let fault = bench.fault(&url).await;
    let expected = format!(
        "redirected from https to {}; that is not followed for a source with credentials",
        plain.url("/")
    );
    assert_eq!(fault, expected);
    assert_eq!((server.asked().len(), plain.asked().len()), (2, 1));
}

#[tokio::test]
async fn a_proxy_is_asked_for_everything_but_private_addresses() {
    let proxy = Loopback::start(|asked| Answer::ok("text/plain", asked.target.clone())).await;
    let client = Client::new(ClientConfig {
        proxy: Some(proxy.url("/").parse().unwrap()),
        ..ClientConfig::new("https://moisson.example/about", 7)
    });
    let access = Bench::new(Names::default(), &[]).access;
    let fetched = client.fetch(&access, &get("http://public.example/a"), None).await.unwrap();
    let Fetched::Body(body) = fetched else { panic!("there is a body") };
    assert_eq!(body.body, "http://public.example/a");
    let error = client.fetch(&access, &get("http://10.0.0.1/"), None).await.unwrap_err();
    assert!(matches!(error.fault, Fault::Address(_)), "{error}");
    assert_eq!(proxy.asked().len(), 1);
}
