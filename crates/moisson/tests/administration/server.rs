//! The program in a folder of its own: started as a server, asked over HTTP, and run as a command.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;

use crate::portal::Portal;

/// What the variable `MOISSON_SOURCE_SECRET` holds.
pub(crate) const SECRET: &str = "hunter2-is-the-secret";
/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct World {
    folder: tempfile::TempDir,
    child: Option<Child>,
    address: String,
    /// All that the server wrote to its log, and all that it and commands answered.
    said: Arc<Mutex<String>>,
    tokens: Vec<String>,
    logged_in: Option<String>,
    client: reqwest::Client,
    runtime: tokio::runtime::Runtime,
}

impl World {
    /// A folder with a configuration in which one source is declared.
    pub(crate) fn new(portal: &Portal) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            "data = \"data\"\n[portal]\nbase = \"https://catalogue.example\"\ntitle = \"Essai\"\n\
             publisher = {{ name = \"Essai\" }}\n[schedule]\njitter_seconds = 0\n\
             [[source]]\nname = \"fichier\"\nkind = \"ckan\"\nurl = \"{}\"\nlanguage = \"fr\"\n",
            portal.url()
        );
        fs::write(folder.path().join("moisson.toml"), text).unwrap();
        let _already_chosen = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().tls_certs_only([]).no_proxy().build().unwrap();
        Self {
            folder,
            child: None,
            address: String::new(),
            said: Arc::default(),
            tokens: Vec::new(),
            logged_in: None,
            client,
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
        }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn serve(&mut self) {
        self.start(&["--no-schedule"]);
    }

    pub(crate) fn serve_with_schedule(&mut self) {
        self.start(&[]);
    }

    fn start(&mut self, more: &[&str]) {
        let mut child = self
            .command(&["serve", "--address", "127.0.0.1:0"])
            .args(more)
            .env("MOISSON_LOG", "debug,hyper=info,sled=info,tantivy=info")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap());
        let (said, (sender, address)) = (Arc::clone(&self.said), std::sync::mpsc::channel());
        thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                if let Some((_, address)) = line.rsplit_once(" at http://") {
                    let _late = sender.send(format!("http://{}", address.trim_end_matches('/')));
                }
                said.lock().unwrap().push_str(&(line + "\n"));
            }
        });
        self.child = Some(child);
        self.address = address.recv_timeout(PATIENCE).expect("the server does not start");
    }

    pub(crate) fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGTERM).unwrap();
            assert!(child.wait().unwrap().success(), "{}", self.said.lock().unwrap());
        }
    }

    pub(crate) fn restart(&mut self) {
        self.stop();
        self.serve();
    }

    /// Makes a token as a person does.
    pub(crate) fn token(&mut self, name: &str, scopes: &[&str], sources: &[&str]) -> String {
        let mut args = vec!["token", "create", "--name", name];
        for scope in scopes {
            args.extend(["--scope", scope]);
        }
        for source in sources {
            args.extend(["--source", source]);
        }
        let output = self.command(&args).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let token = String::from_utf8(output.stdout).unwrap().trim().to_owned();
        assert!(token.starts_with("moisson_"), "{token}");
        self.tokens.push(token.clone());
        token
    }

    /// Lets a token have expired.
    pub(crate) fn expire(&self, name: &str) {
        let path = self.folder.path().join("data/tokens.json");
        let mut stored: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let tokens = stored["tokens"].as_array_mut().unwrap();
        tokens.iter_mut().find(|token| token["name"] == name).unwrap()["expires"] =
            "2020-01-01T00:00:00Z".into();
        fs::write(&path, stored.to_string()).unwrap();
    }

    /// Commands show this token from now on.
    pub(crate) fn log_in(&mut self, token: &str) {
        self.logged_in = Some(token.to_owned());
    }

    /// Asks, and expects this status; gives the answer.
    #[expect(clippy::too_many_arguments, reason = "a request is made of so many things")]
    pub(crate) fn ok(
        &self,
        method: &str,
        path: &str,
        token: &str,
        body: Option<Value>,
        status: u16,
    ) -> Value {
        let url = format!("{}{path}", self.address);
        let mut request = self.client.request(method.parse().unwrap(), url).timeout(PATIENCE);
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let (found, text) = self.runtime.block_on(async {
            let response = request.send().await.unwrap();
            (response.status().as_u16(), response.text().await.unwrap())
        });
        assert_eq!(found, status, "{method} {path}: {text}");
        self.said.lock().unwrap().push_str(&(text.clone() + "\n"));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{method} {path}: {error}: {text}"))
    }

    /// Runs a source and gives the report of that run.
    pub(crate) fn run(&self, source: &str, token: &str, options: Option<Value>) -> Value {
        let started = self.ok("POST", &format!("/api/admin/sources/{source}/run"), token, options, 202);
        let run = started["run"].as_str().unwrap();
        let report = self.report(source, run);
        self.until(|world| {
            world
                .ok("GET", &format!("/api/admin/sources/{source}"), token, None, 200)
                .get("running")
                .is_none()
        });
        report
    }

    /// The report of a run, when it is over.
    pub(crate) fn report(&self, source: &str, run: &str) -> Value {
        let begun = Instant::now();
        loop {
            let runs = self.ok("GET", &format!("/api/runs?source={source}"), "", None, 200);
            let report = runs["runs"]
                .as_array()
                .unwrap()
                .iter()
                .find(|it| it["run"] == run && !it["outcome"].is_null() && it["outcome"] != "running");
            if let Some(report) = report {
                return report.clone();
            }
            assert!(begun.elapsed() < PATIENCE, "run {run} of {source} does not end");
            thread::sleep(Duration::from_millis(50));
        }
    }

    pub(crate) fn until(&self, is_so: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !is_so(self) {
            assert!(begun.elapsed() < PATIENCE, "it does not come to that");
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// How many datasets are served.
    pub(crate) fn datasets(&self) -> u64 {
        let sources = self.ok("GET", "/api/sources", "", None, 200);
        sources["sources"].as_array().unwrap().iter().map(|source| source["datasets"].as_u64().unwrap()).sum()
    }

    /// Runs a command that must do well.
    pub(crate) fn moisson(&self, args: &[&str]) -> String {
        let output = self.output(args);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "moisson {args:?}: {out}\n{err}");
        out.into_owned()
    }

    /// Runs a command that must end with this code; gives what it said about it.
    pub(crate) fn fails(&self, args: &[&str], code: i32) -> String {
        let output = self.output(args);
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "moisson {args:?}: {err}");
        err
    }

    fn output(&self, args: &[&str]) -> Output {
        let output = self.command(args).output().unwrap();
        let mut said = self.said.lock().unwrap();
        said.push_str(&String::from_utf8_lossy(&output.stdout));
        said.push_str(&String::from_utf8_lossy(&output.stderr));
        output
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_moisson"));
        command.args(args).current_dir(self.folder.path()).env("MOISSON_SOURCE_SECRET", SECRET);
        command.env_remove("MOISSON_TOKEN").env("LANG", "en");
        if let Some(token) = &self.logged_in {
            command.env("MOISSON_TOKEN", token);
        }
        command
    }

    /// Neither tokens nor secrets are in anything that was answered, logged or stored.
    pub(crate) fn assert_nothing_leaked(&self) {
        let said = self.said.lock().unwrap();
        assert!(said.contains("answered a request"), "there is no log");
        let secrets = || self.tokens.iter().map(String::as_str).chain([SECRET]);
        for secret in secrets() {
            let bare = secret.trim_start_matches("moisson_");
            assert!(!said.contains(bare), "a secret was said");
        }
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path: PathBuf = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let bytes = fs::read(&path).unwrap();
                for secret in secrets() {
                    let bare = secret.trim_start_matches("moisson_").as_bytes();
                    let found = bytes.windows(bare.len()).any(|window| window == bare);
                    assert!(!found, "a secret is in `{}`", path.display());
                }
            }
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _dead_already = child.kill();
            let _dead_already = child.wait();
        }
    }
}
