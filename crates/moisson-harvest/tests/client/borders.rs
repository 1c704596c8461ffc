//! What must never be reached is never reached, however it is written and wherever it comes from.

use moisson_harvest::client::Fault;

use crate::{
    Bench, Names,
    loopback::{Answer, Loopback},
};

/// Ways to write addresses of this machine, with a port to fill in.
const LOOPBACK: &[&str] = &[
    "http://127.0.0.1:PORT/",
    "http://127.0.0.1.:PORT/",
    "http://127.1:PORT/",
    "http://2130706433:PORT/",
    "http://0x7f000001:PORT/",
    "http://0x7f.1:PORT/",
    "http://0177.0.0.01:PORT/",
    "http://127.0.0.2:PORT/",
    "http://0.0.0.0:PORT/",
    "http://0:PORT/",
    "http://[::1]:PORT/",
    "http://[::]:PORT/",
    "http://[0:0:0:0:0:0:0:1]:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/",
    "http://[::ffff:7f00:1]:PORT/",
    "http://[::127.0.0.1]:PORT/",
    "http://[64:ff9b::127.0.0.1]:PORT/",
    "http://[2002:7f00:1::]:PORT/",
    "http://１２７.０.０.１:PORT/",
    "http://①②⑦.0.0.1:PORT/",
    "http://127。0。0。1:PORT/",
    "http://localhost:PORT/",
    "http://LOCALHOST.:PORT/",
    "http://mapped.example:PORT/",
    "http://metadata.example:PORT/",
];

/// Addresses elsewhere that no source must reach.
const ELSEWHERE: &[&str] = &[
    "http://169.254.169.254/latest/meta-data/",
    "http://[fe80::1]/",
    "http://[fd00:ec2::254]/",
    "http://100.100.100.200/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
];

fn names() -> Names {
    Names::default()
        .with("localhost", &[&["127.0.0.1", "::1"]])
        .with("localhost.", &[&["127.0.0.1", "::1"]])
        .with("mapped.example", &[&["::ffff:127.0.0.1"]])
        .with("metadata.example", &[&["169.254.169.254", "fe80::1"]])
}

#[tokio::test]
async fn no_spelling_of_a_private_address_is_connected_to() {
    let server = Loopback::start(|_| Answer::ok("text/plain", "secret")).await;
    let bench = Bench::new(names(), &[]);
    let port = server.address().port().to_string();
    for url in LOOPBACK.iter().chain(ELSEWHERE) {
        let error = bench.get(&url.replace("PORT", &port)).await.unwrap_err();
        assert!(matches!(error.fault, Fault::Address(_)), "{url}: {error}");
        assert_eq!(error.attempts, 1, "{url}");
    }
    assert_eq!(server.asked(), []);
    assert_eq!(*bench.connections.0.lock().unwrap(), []);
}

#[tokio::test]
async fn no_redirect_leads_to_a_private_address() {
    let inside = Loopback::start(|_| Answer::ok("text/plain", "secret")).await;
    let port = inside.address().port().to_string();
    let outside = Loopback::start(|asked| {
        let to = asked.target.strip_prefix("/?to=").unwrap_or_default();
        Answer::redirect(302, &String::from_utf8(percent_decoded(to)).unwrap_or_default())
    })
    .await;
    let bench = Bench::new(names(), &[&outside.address().to_string()]);
    for url in LOOPBACK.iter().chain(ELSEWHERE) {
        let to: String =
            url::form_urlencoded::byte_serialize(url.replace("PORT", &port).as_bytes()).collect();
        let error = bench.get(&outside.url(&format!("/?to={to}"))).await.unwrap_err();
        assert!(matches!(error.fault, Fault::Address(_)), "{url}: {error}");
    }
    assert_eq!(inside.asked(), []);
    let connected = bench.connections.0.lock().unwrap().clone();
    assert!(connected.iter().all(|address| *address == outside.address()), "{connected:?}");
}

fn percent_decoded(text: &str) -> Vec<u8> {
    url::form_urlencoded::parse(format!("x={text}").as_bytes())
        .next()
        .map(|(_, value)| value.into_owned().into_bytes())
        .unwrap_or_default()
}

#[tokio::test]
async fn only_http_and_https_are_followed() {
    let server = Loopback::start(|asked| Answer::redirect(302, asked.target.trim_start_matches('/'))).await;
    let bench = Bench::to(&server);
    for url in ["file:///etc/passwd", "ftp://a.example/", "gopher://a.example/", "data:text/plain,x"] {
        let fault = bench.fault(url).await;
        assert!(fault.ends_with("is not followed; only `http` and `https` are"), "{url}: {fault}");
        let fault = bench.fault(&server.url(&format!("/{url}"))).await;
        assert!(fault.ends_with("is not followed; only `http` and `https` are"), "{url}: {fault}");
    }
    for url in ["http://user:s3cret@a.example/", &server.url("/http://user:s3cret@a.example/")] {
        let error = bench.get(url).await.unwrap_err();
        assert_eq!(error.fault, Fault::CredentialsInUrl);
    }
    let direct = bench.get("http://user:s3cret@a.example/").await.unwrap_err();
    assert!(!format!("{direct} {direct:?}").contains("s3cret"), "{direct:?}");
}

#[tokio::test]
async fn a_name_that_changes_its_address_after_the_first_request_is_refused() {
    let server = Loopback::start(|_| {
        // Closed after each reply, so that the next one must connect anew.
        Answer::ok("text/plain", "x").announced(crate::loopback::Length::None)
    })
    .await;
    let port = server.address().port();
    let names = Names::default().with("rebind.example", &[&["127.0.0.1"], &["169.254.169.254"]]);
    let bench = Bench::new(names, &[&server.address().to_string()]);
    let url = format!("http://rebind.example:{port}/");
    assert_eq!(bench.get(&url).await.unwrap().body, "x");
    assert_eq!(
        bench.fault(&url).await,
        "`rebind.example` is at 169.254.169.254 (link-local, cloud metadata), which is not public; if that is \
         meant, add it to `allow` of the source"
    );
    assert_eq!(*bench.connections.0.lock().unwrap(), ["127.0.0.1:0".parse().unwrap()]);
}

#[tokio::test]
async fn of_several_addresses_only_those_that_are_allowed_are_tried() {
    let server = Loopback::start(|_| Answer::ok("text/plain", "x")).await;
    let names = Names::default().with("many.example", &[&["169.254.169.254", "127.0.0.1", "10.0.0.1"]]);
    let bench = Bench::new(names, &[&server.address().to_string()]);
    bench.get(&format!("http://many.example:{}/", server.address().port())).await.unwrap();
    let tried = bench.connections.0.lock().unwrap().clone();
    assert_eq!(tried, ["127.0.0.1:0".parse().unwrap()]);
}

#[tokio::test]
async fn an_allowed_port_does_not_open_another_one() {
    let open = Loopback::start(|_| Answer::ok("text/plain", "open")).await;
    let shut = Loopback::start(|_| Answer::ok("text/plain", "shut")).await;
    let names = Names::default().with("both.example", &[&["127.0.0.1"]]);
    let bench = Bench::new(names, &[&open.address().to_string()]);
    let url = |server: &Loopback| format!("http://both.example:{}/", server.address().port());
    assert_eq!(bench.get(&url(&open)).await.unwrap().body, "open");
    assert!(matches!(bench.get(&url(&shut)).await.unwrap_err().fault, Fault::Address(_)));
    assert!(matches!(bench.get(&shut.url("/")).await.unwrap_err().fault, Fault::Address(_)));
    assert_eq!(shut.asked(), []);
}

#[tokio::test]
async fn an_allowed_name_may_be_anywhere() {
    let server = Loopback::start(|_| Answer::ok("text/plain", "x")).await;
    let names = Names::default().with("intranet.example", &[&["127.0.0.1"]]);
    let bench = Bench::new(names, &["intranet.example"]);
    let url = format!("http://intranet.example:{}/", server.address().port());
    assert_eq!(bench.get(&url).await.unwrap().body, "x");
    assert!(matches!(bench.get(&server.url("/")).await.unwrap_err().fault, Fault::Address(_)));
}

#[tokio::test]
async fn one_source_does_not_profit_from_what_another_may_reach() {
    let server = Loopback::start(|_| Answer::ok("text/plain", "x")).await;
    let names = Names::default().with("intranet.example", &[&["127.0.0.1"]]);
    let bench = Bench::new(names, &["intranet.example"]);
    let url = format!("http://intranet.example:{}/", server.address().port());
    bench.get(&url).await.unwrap();
    // The connection is still open, and must not be used.
    let mut other = bench.access.clone();
    other.allow.clear();
    let error = bench.client.fetch(&other, &crate::get(&url), None).await.unwrap_err();
    assert!(matches!(error.fault, Fault::Address(_)), "{error}");
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_said_to() {
    let bench = Bench::new(Names::default(), &[]);
    assert_eq!(
        bench.fault("http://nowhere.example/").await,
        "no address found for `nowhere.example`: no such name in this test (4 attempts)"
    );
}
