//! A CKAN portal on loopback of which the test says how much it has and how slow it is.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

/// How long an answer takes while the portal is slow.
const SLOW: Duration = Duration::from_millis(700);

#[derive(Default)]
struct State {
    datasets: AtomicUsize,
    slow: AtomicBool,
    asked: AtomicUsize,
    shown: Mutex<Vec<String>>,
}

/// A portal that lives as long as the test.
pub(crate) struct Portal {
    state: Arc<State>,
    address: SocketAddr,
}

impl Portal {
    pub(crate) fn start(datasets: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State { datasets: AtomicUsize::new(datasets), ..State::default() });
        let served = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&served);
                thread::spawn(move || state.answer(stream));
            }
        });
        Self { state, address }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// From now on so many datasets.
    pub(crate) fn has(&self, datasets: usize) {
        self.state.datasets.store(datasets, Ordering::SeqCst);
    }

    pub(crate) fn slow(&self, slow: bool) {
        self.state.slow.store(slow, Ordering::SeqCst);
    }

    /// Requests so far.
    pub(crate) fn asked(&self) -> usize {
        self.state.asked.load(Ordering::SeqCst)
    }

    /// Waits until so many more requests came.
    pub(crate) fn wait_for_requests(&self, more: usize) {
        let (wanted, begun) = (self.asked() + more, Instant::now());
        while self.asked() < wanted {
            assert!(begun.elapsed() < Duration::from_secs(20), "the portal is not asked");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Whether somebody showed this secret.
    pub(crate) fn authorised_with(&self, secret: &str) -> bool {
        self.state.shown.lock().unwrap().iter().any(|shown| shown.contains(secret))
    }
}

impl State {
    fn answer(&self, mut stream: TcpStream) {
        let mut lines = BufReader::new(stream.try_clone().unwrap());
        let mut first = String::new();
        // Whoever goes away is no concern of a portal.
        let _gone = lines.read_line(&mut first);
        let mut line = String::new();
        while lines.read_line(&mut line).is_ok_and(|read| read > 2) {
            if line.to_ascii_lowercase().starts_with("authorization:") {
                self.shown.lock().unwrap().push(line.trim().to_owned());
            }
            line.clear();
        }
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.slow.load(Ordering::SeqCst) {
            thread::sleep(SLOW);
        }
        let body = self.body(first.split(' ').nth(1).unwrap_or("/"));
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
        let _gone = write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    }

    fn body(&self, target: &str) -> String {
        let url = url::Url::parse(&format!("http://x{target}")).unwrap();
        let query: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        let number = |name: &str, usual: usize| query.get(name).map_or(usual, |it| it.parse().unwrap());
        let package = |number: usize| {
            let id = format!("jeu-{number:03}");
            json!({
                "id": id, "name": id, "title": format!("Jeu {number:03}"), "notes": "Une description.",
                "state": "active", "type": "dataset",
                "resources": [{ "id": format!("r{number}"), "url": format!("http://f.example/{number}.csv"), "format": "CSV" }],
            })
        };
        let all = 0..self.datasets.load(Ordering::SeqCst);
        let wanted = query.get("fq").and_then(|fq| fq.strip_prefix("id:\"")?.strip_suffix('"'));
        let (count, chosen): (usize, Vec<_>) = if let Some(id) = wanted {
            let found: Vec<_> = all.map(package).filter(|package| package["id"] == id).collect();
            (found.len(), found)
        } else {
            let page = all.clone().skip(number("start", 0)).take(number("rows", 10));
            (all.len(), page.map(package).collect())
        };
        json!({ "success": true, "result": { "count": count, "results": chosen } }).to_string()
    }
}
