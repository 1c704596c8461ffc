//! Being told: by webhook and by mail, once for each change, whatever restarts and whoever is down.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a failure here is a failure of the test")]

#[path = "alerts/once.rs"]
mod once;
#[path = "alerts/secure_mail.rs"]
mod secure_mail;
#[path = "../../../tests/support/tls.rs"]
#[expect(clippy::expect_used, unreachable_pub, reason = "shared with the tests of the whole")]
mod tls;

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    io::{BufRead, BufReader, Read, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
    time::{Duration, Instant},
};

use hmac::{Hmac, Mac};
use jiff::Timestamp;
use moisson::{
    alerts::{Deliverer, Event, Pace, Sender, look_for_stale_sources},
    config::Config,
    pipeline::{Lines, RunMode, RunOutcome, harvest_all, harvesting},
    schedule,
};
use moisson_store::{Store, StoreOptions};
use serde_json::Value;
use sha2::Sha256;
use tokio_util::sync::CancellationToken;

/// A webhook's receiver: what it was sent, and the status that it answers.
struct Receiver {
    address: SocketAddr,
    status: Arc<AtomicU16>,
    /// Headers in lower case, body, and the status that was answered.
    got: Arc<Mutex<Vec<(String, String, u16)>>>,
}

impl Receiver {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (status, got) = (Arc::new(AtomicU16::new(200)), Arc::new(Mutex::new(Vec::new())));
        let (answered, kept) = (Arc::clone(&status), Arc::clone(&got));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, status) = (stream.unwrap(), answered.load(Ordering::SeqCst));
                if let Some((head, body)) = receive(stream, status) {
                    kept.lock().unwrap().push((head, body, status));
                }
            }
        });
        Self { address, status, got }
    }

    /// The events that it took, in order.
    fn taken(&self) -> Vec<Value> {
        let got = self.got.lock().unwrap();
        let taken = got.iter().filter(|(_, _, status)| *status == 200);
        taken.map(|(_, body, _)| serde_json::from_str(body).unwrap()).collect()
    }

    fn kinds(&self) -> Vec<String> {
        self.taken().iter().map(|event| event["event"].as_str().unwrap().to_owned()).collect()
    }
}

fn receive(stream: TcpStream, status: u16) -> Option<(String, String)> {
    let mut lines = BufReader::new(stream.try_clone().ok()?);
    let (mut head, mut line) = (String::new(), String::new());
    while lines.read_line(&mut line).ok()? > 2 {
        head.push_str(&line.to_lowercase());
        line.clear();
    }
    let length = head.split("content-length: ").nth(1)?.lines().next()?.trim().parse().ok()?;
    let mut body = vec![0; length];
    lines.read_exact(&mut body).ok()?;
    let mut stream = stream;
    write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").ok()?;
    Some((head, String::from_utf8(body).ok()?))
}

/// A mail server that takes everything; each mail with the lines of its envelope before it.
fn mail_server() -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mails = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&mails);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            take_mail(stream.unwrap(), &kept);
        }
    });
    (address, mails)
}

fn take_mail(mut stream: TcpStream, mails: &Mutex<Vec<String>>) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let (mut mail, mut in_data) = (String::new(), false);
    stream.write_all(b"220 test ESMTP\r\n").ok()?;
    while let Some(Ok(line)) = lines.next() {
        let _infallible = writeln!(mail, "{line}");
        let answer = match line.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
            _ if in_data && line == "." => {
                mails.lock().unwrap().push(std::mem::take(&mut mail));
                in_data = false;
                "250 taken\r\n"
            }
            _ if in_data => continue,
            "EHLO" => "250-test\r\n250 8BITMIME\r\n",
            "DATA" => {
                in_data = true;
                "354 go on\r\n"
            }
            "QUIT" => "221 bye\r\n",
            _ => "250 fine\r\n",
        };
        stream.write_all(answer.as_bytes()).ok()?;
    }
    Some(())
}

/// A folder with one source, which is a file, and these alerts.
struct Bench {
    folder: tempfile::TempDir,
    config: Config,
}

impl Bench {
    fn new(alerts: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap();
        let text = format!(
            "data = \"data\"\n[portal]\nbase = \"https://catalogue.example\"\ntitle = \"Essai\"\n\
             publisher = {{ name = \"Essai\" }}\nlanguages = [\"fr\", \"nl\"]\n\
             [[source]]\nname = \"ville\"\nkind = \"web-page\"\nurl = \"file://{}/catalogue.csv\"\n\
             language = \"fr\"\nschedule = \"@daily\"\nstale_after_days = 3\n{alerts}",
            path.display()
        );
        let file = path.join("moisson.toml");
        std::fs::write(&file, &text).unwrap();
        let config = Config::load(&file).unwrap_or_else(|faults| panic!("{faults:?}"));
        let bench = Self { folder, config };
        bench.is_there(true);
        bench
    }

    /// Whether the source is there from now on.
    fn is_there(&self, there: bool) {
        let path = self.folder.path().join("catalogue.csv");
        if there {
            std::fs::write(path, include_str!("validate/catalogue.csv")).unwrap();
        } else {
            std::fs::remove_file(path).unwrap();
        }
    }

    fn open(&self) -> Store {
        Store::open(&self.config.data, &StoreOptions::default(), &|_| ()).unwrap()
    }

    fn deliverer(&self, store: &Store) -> Deliverer {
        let pace = Pace {
            look: Duration::from_millis(20),
            first_wait: Duration::from_millis(20),
            longest_wait: Duration::from_millis(50),
            ..Pace::default()
        };
        Deliverer::new(Arc::new(self.config.clone()), store.clone(), schedule::now, pace)
    }

    /// Runs the source so often, and tries to deliver after each.
    async fn run(&self, store: &Store, times: usize, expected: RunOutcome) {
        let harvesting = harvesting(&self.config, store, Arc::new(Lines)).unwrap();
        let sources: Vec<_> = self.config.source.iter().collect();
        for _ in 0..times {
            let report = harvest_all(&harvesting, &sources, RunMode::default(), CancellationToken::new())
                .await
                .unwrap();
            assert_eq!(report.sources[0].outcome, expected, "{:?}", report.sources[0]);
            self.deliverer(store).once().await;
        }
    }
}

fn webhook(name: &str, address: SocketAddr) -> String {
    format!(
        "[[alert]]\nname = \"{name}\"\nwebhook = {{ url = \"http://{address}/hook\", allow = [\"127.0.0.1\"], \
         secret_env = \"PATH\" }}\n"
    )
}

fn signature(body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(std::env::var("PATH").unwrap().trim().as_bytes()).unwrap();
    mac.update(body.as_bytes());
    mac.finalize().into_bytes().iter().fold("sha256=".to_owned(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

#[tokio::test]
async fn each_change_is_told_once_over_restarts_and_outages() {
    let (receiver, other) = (Receiver::start(), Receiver::start());
    let dead = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let only = webhook("autre", other.address)
        .replace("name = \"autre\"", "name = \"autre\"\nevents = [\"recovery\"]");
    let bench =
        Bench::new(&format!("{}{}{only}", webhook("morte", dead), webhook("equipe", receiver.address)));
    let store = bench.open();
    bench.run(&store, 2, RunOutcome::Whole).await;
    assert!(receiver.taken().is_empty(), "{:?}", receiver.kinds());
    bench.is_there(false);
    bench.run(&store, 3, RunOutcome::Failed).await;
    assert_eq!(receiver.kinds(), ["failure"]);
    drop(store);
    let store = bench.open();
    bench.run(&store, 2, RunOutcome::Failed).await;
    assert_eq!(receiver.kinds(), ["failure"], "a restart tells nothing again");
    bench.is_there(true);
    bench.run(&store, 2, RunOutcome::Whole).await;
    assert_eq!(
        (receiver.kinds(), other.kinds()),
        (vec!["failure".into(), "recovery".into()], vec!["recovery".into()])
    );

    // The receiver is out of order, and the program restarts meanwhile.
    receiver.status.store(503, Ordering::SeqCst);
    bench.is_there(false);
    bench.run(&store, 2, RunOutcome::Failed).await;
    drop(store);
    let store = bench.open();
    bench.deliverer(&store).once().await;
    assert_eq!(receiver.kinds().len(), 2);
    receiver.status.store(200, Ordering::SeqCst);
    bench.deliverer(&store).once().await;
    bench.deliverer(&store).once().await;
    let taken = receiver.taken();
    assert_eq!(receiver.kinds(), ["failure", "recovery", "failure"]);
    let ids: BTreeSet<&str> = taken.iter().map(|event| event["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 3, "each event has its own id");
    let got = receiver.got.lock().unwrap();
    let repeats = got.iter().filter(|(_, body, _)| body.contains(taken[2]["id"].as_str().unwrap())).count();
    assert!(repeats >= 4, "and keeps it over attempts: {repeats}");
    for (head, body, _) in got.iter() {
        assert!(head.contains(&format!("moisson-signature: {}", signature(body))), "{head}");
        assert!(head.contains("moisson-event-id: ville/"), "{head}");
    }
    let failure = &taken[0];
    assert_eq!((&failure["language"], &failure["source"]["id"]), (&"fr".into(), &"ville".into()));
    let run = failure["run"]["url"].as_str().unwrap();
    assert!(run.starts_with("https://catalogue.example/id/run/ville/"), "{run}");
    assert!(failure["text"].as_str().unwrap().contains("Rien n’a été retiré"), "{failure:#}");
}

#[tokio::test]
async fn a_receiver_that_comes_back_gets_what_waited_and_a_dead_one_stops_nobody() {
    let receiver = Receiver::start();
    receiver.status.store(500, Ordering::SeqCst);
    let dead = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let bench = Bench::new(&format!("{}{}", webhook("morte", dead), webhook("equipe", receiver.address)));
    let store = bench.open();
    let stop = CancellationToken::new();
    let serving = tokio::spawn(bench.deliverer(&store).serve(stop.clone()));
    bench.is_there(false);
    let harvesting = harvesting(&bench.config, &store, Arc::new(Lines)).unwrap();
    let sources: Vec<_> = bench.config.source.iter().collect();
    harvest_all(&harvesting, &sources, RunMode::default(), stop.clone()).await.unwrap();
    let started = Instant::now();
    while receiver.got.lock().unwrap().len() < 2 && started.elapsed() < Duration::from_mins(1) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    receiver.status.store(200, Ordering::SeqCst);
    while receiver.taken().is_empty() && started.elapsed() < Duration::from_mins(1) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // Long enough for several further looks.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(receiver.kinds(), ["failure"]);
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(30), serving).await.unwrap().unwrap();
    let left = bench.deliverer(&store).round(&bench.config.alert[0]).await.unwrap();
    assert_eq!((left.waiting, left.failed), (1, true), "what nobody took still waits");
}

#[tokio::test]
async fn a_source_without_success_for_days_is_told_once() {
    let receiver = Receiver::start();
    let bench = Bench::new(&webhook("equipe", receiver.address));
    let store = bench.open();
    bench.run(&store, 1, RunOutcome::Whole).await;
    let day = |n: i64| Timestamp::from_second(schedule::now().as_second() + n * 24 * 3_600).unwrap();
    for n in [1, 2, 4, 5, 9] {
        look_for_stale_sources(&bench.config, &store, day(n)).unwrap();
        bench.deliverer(&store).once().await;
    }
    assert_eq!(receiver.kinds(), ["stale"]);
    assert!(receiver.taken()[0]["last_success"].is_string());
    bench.run(&store, 2, RunOutcome::Whole).await;
    assert_eq!(receiver.kinds(), ["stale", "recovery"]);
}

#[tokio::test]
async fn mails_say_what_happened_in_the_channels_language_and_protect_what_they_must() {
    let (address, mails) = mail_server();
    let mail = |name: &str, tls: &str, language: &str| {
        format!(
            "[[alert]]\nname = \"{name}\"\nlanguage = \"{language}\"\n[alert.mail]\nserver = \"127.0.0.1\"\n\
             port = {}\ntls = \"{tls}\"\nfrom = \"Données <portail@example.org>\"\nto = [\"equipe@example.org\"]\n",
            address.port()
        )
    };
    let bench =
        Bench::new(&format!("{}{}", mail("courrier", "none", "nl"), mail("prudent", "starttls", "de")));
    let store = bench.open();
    bench.is_there(false);
    bench.run(&store, 3, RunOutcome::Failed).await;
    let got = mails.lock().unwrap().clone();
    assert_eq!(got.len(), 1, "{got:#?}");
    for part in [
        "MAIL FROM:<portail@example.org>",
        "RCPT TO:<equipe@example.org>",
        "Subject: ",
        "oogsten mislukt",
        "Content-Language: nl",
    ] {
        assert!(got[0].contains(part), "{part}: {}", got[0]);
    }
    // Nothing is sent to a server without TLS where TLS is asked for.
    let refused = Sender::new(Arc::new(bench.config.clone()))
        .send(&bench.config.alert[1], &Event::test(schedule::now()))
        .await
        .unwrap_err();
    assert!(format!("{refused:#}").to_lowercase().contains("tls"), "{refused:#}");
    assert_eq!(mails.lock().unwrap().len(), 1);
}

fn moisson(folder: &Path, args: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_moisson")).args(args).current_dir(folder).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn a_person_can_try_a_channel() {
    let receiver = Receiver::start();
    let forbidden = webhook("interdit", receiver.address).replace("[\"127.0.0.1\"]", "[]");
    let bench = Bench::new(&format!("{}{forbidden}", webhook("equipe", receiver.address)));
    let (code, said) = moisson(bench.folder.path(), &["alert", "test", "equipe"]);
    assert_eq!((code, receiver.kinds()), (Some(0), vec!["test".to_owned()]), "{said}");
    let (code, said) = moisson(bench.folder.path(), &["alert", "test", "equpie"]);
    assert!(code == Some(1) && said.contains("configured are `equipe`, `interdit`"), "{said}");
    let (code, said) = moisson(bench.folder.path(), &["alert", "test", "interdit"]);
    assert!(code == Some(1) && said.contains("127.0.0.1"), "private addresses must be allowed: {said}");
    receiver.status.store(401, Ordering::SeqCst);
    let (code, said) = moisson(bench.folder.path(), &["alert", "test", "equipe"]);
    assert!(code == Some(1) && said.contains("401"), "{said}");
}

#[test]
fn what_is_wrong_in_an_alert_is_said() {
    let config = |alert: &str| {
        let text = format!("{}\n{alert}", moisson::config::EXAMPLE);
        let faults = Config::parse(&text, Path::new("moisson.toml")).unwrap_err();
        faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    for (alert, part) in [
        ("[[alert]]\nname = \"a\"", "needs a `webhook` or a `mail`"),
        ("[[alert]]\nname = \"a\"\nwebhook = { url = \"ftp://x.example/\" }", "http or https"),
        ("[[alert]]\nname = \"a\"\nwebhook = { url = \"https://x.example/\", alow = [] }", "alow"),
        (
            "[[alert]]\nname = \"a\"\nevents = [\"failures\"]\nwebhook = { url = \"https://x.example/\" }",
            "failures",
        ),
        (
            "[[alert]]\nname = \"a\"\nmail = { server = \"s\", from = \"a\\r\\nBcc: b@x.example\", to = [\"c@x.example\"] }",
            "no mail address",
        ),
        (
            "[[alert]]\nname = \"a\"\nmail = { server = \"s\", tls = \"none\", ca_file = \"x.pem\", from = \"a@x.example\", to = [\"c@x.example\"] }",
            "without TLS",
        ),
        (
            "[[alert]]\nname = \"a\"\nmail = { server = \"s\", tls = \"none\", credentials_env = \"X\", from = \"a@x.example\", to = [\"c@x.example\"] }",
            "in the clear",
        ),
    ] {
        let said = config(alert);
        assert!(said.contains(part), "{alert}: {said}");
    }
}
