//! Redirects: followed a few times, and credentials stay where they belong.

use moisson_harvest::{
    Credentials, Method,
    client::{Fault, Secret},
};

use crate::{
    Bench, Names, get,
    loopback::{Answer, Loopback},
};

/// `/5` leads to `/4` and so on to `/0`.
async fn stairs() -> Loopback {
    Loopback::start(|asked| match asked.target.trim_start_matches('/').parse::<u32>() {
        Ok(0) => Answer::ok("text/plain", "ground"),
        Ok(n) => Answer::redirect(302, &format!("{}#part", n - 1)),
        Err(_) => Answer::status(404, ""),
    })
    .await
}

#[tokio::test]
async fn five_redirects_are_followed_and_the_sixth_is_not() {
    let server = stairs().await;
    let bench = Bench::to(&server);
    let body = bench.get(&server.url("/5")).await.unwrap();
    assert_eq!((body.url.as_str(), &body.body[..]), (server.url("/0").as_str(), &b"ground"[..]));
    let fault = bench.fault(&server.url("/6")).await;
    assert_eq!(fault, format!("more than `max_redirects` (5) redirects, the last to {}", server.url("/0")));
    assert_eq!(server.asked().len(), 6 + 6);
}

#[tokio::test]
async fn a_loop_of_redirects_ends() {
    let server = Loopback::start(|_| Answer::redirect(301, "/")).await;
    let bench = Bench::to(&server);
    assert!(matches!(bench.get(&server.url("/")).await.unwrap_err().fault, Fault::Redirects { .. }));
    assert_eq!(server.asked().len(), 6);
}

#[tokio::test]
async fn a_redirect_to_nowhere_says_so() {
    let server = Loopback::start(|asked| match asked.target.as_str() {
        "/missing" => Answer::status(302, ""),
        _ => Answer::redirect(302, "http://[broken"),
    })
    .await;
    let bench = Bench::to(&server);
    assert_eq!(
        bench.fault(&server.url("/missing")).await,
        "status 302 with no usable `Location`: it is missing"
    );
    assert_eq!(
        bench.fault(&server.url("/broken")).await,
        "status 302 with no usable `Location`: `http://[broken`: invalid IPv6 address"
    );
}

#[tokio::test]
async fn a_post_is_repeated_only_where_the_status_says_so() {
    let server = Loopback::start(|asked| match asked.target.as_str() {
        "/303" => Answer::redirect(303, "/end"),
        "/307" => Answer::redirect(307, "/end"),
        _ => Answer::ok("text/plain", asked.method.clone() + " " + &String::from_utf8_lossy(&asked.body)),
    })
    .await;
    let bench = Bench::to(&server);
    for (path, end) in [("/303", "GET "), ("/307", "POST <x/>")] {
        let mut request = get(&server.url(path));
        request.method = Method::Post;
        request.body = Some(("text/xml".to_owned(), "<x/>".to_owned()));
        assert_eq!(bench.fetch(&request).await.unwrap().body, end);
    }
}

#[tokio::test]
async fn credentials_stay_with_their_host() {
    let other = Loopback::start(|_| Answer::ok("text/plain", "other")).await;
    let to = other.url("/");
    let server = Loopback::start(move |_| Answer::redirect(302, &to)).await;
    let allow = [server.address().to_string(), other.address().to_string()];
    let mut bench = Bench::new(Names::default(), &[&allow[0], &allow[1]]);
    bench.access.url = server.url("/").parse().unwrap();
    for (credentials, shown) in [
        (Credentials::Bearer(Secret::new("s3cret\n")), ("authorization", "Bearer s3cret")),
        (Credentials::ApiKey(Secret::new("s3cret")), ("authorization", "Apikey s3cret")),
        (
            Credentials::Basic { user: "me".to_owned(), password: Secret::new("s3cret") },
            ("authorization", "Basic bWU6czNjcmV0"),
        ),
        (
            Credentials::Header { name: "X-CKAN-API-Key".to_owned(), value: Secret::new("s3cret") },
            ("x-ckan-api-key", "s3cret"),
        ),
    ] {
        bench.access.credentials = Some(credentials);
        bench.get(&server.url("/")).await.unwrap();
        assert_eq!(server.asked().last().unwrap().header(shown.0), Some(shown.1));
        assert_eq!(other.asked().last().unwrap().header(shown.0), None);
        // Asked directly, the other host gets nothing either.
        bench.get(&other.url("/")).await.unwrap();
        assert_eq!(other.asked().last().unwrap().header(shown.0), None);
    }
}

#[tokio::test]
async fn secrets_are_in_no_text_of_ours() {
    let server =
        Loopback::start(|asked| Answer::status(403, format!("you said {:?}", asked.header("authorization"))))
            .await;
    let mut bench = Bench::to(&server);
    bench.access.url = server.url("/").parse().unwrap();
    bench.access.credentials = Some(Credentials::Bearer(Secret::new("s3cret")));
    let error = bench.get(&server.url("/")).await.unwrap_err();
    assert!(server.asked()[0].header("authorization").unwrap().contains("s3cret"));
    for text in [format!("{error}"), format!("{error:?}"), format!("{:?}", bench.access)] {
        assert!(!text.contains("s3cret"), "{text}");
    }
    assert!(error.to_string().ends_with("HTTP status 403: you said Some(\"Bearer …\")"), "{error}");
}

#[tokio::test]
async fn credentials_that_cannot_be_a_header_are_refused_unseen() {
    let server = Loopback::start(|_| Answer::ok("text/plain", "")).await;
    let mut bench = Bench::to(&server);
    bench.access.url = server.url("/").parse().unwrap();
    bench.access.credentials = Some(Credentials::Bearer(Secret::new("s3c\r\nret: x")));
    let fault = bench.fault(&server.url("/")).await;
    assert_eq!(
        fault,
        "the HTTP client cannot be set up: the credentials of the source cannot be sent: they hold a line end"
    );
    assert_eq!(server.asked(), []);
}
