//! Mail over TLS: delivered to a server that a trusted authority vouches for, and to no other.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    sync::{Arc, Mutex},
};

use moisson::{
    alerts::{Event, Sender},
    schedule,
};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::{Bench, tls::server_config};

const KEY: &[u8] = include_bytes!("tls/key.pem");
const VALID: &[u8] = include_bytes!("tls/valid.pem");
const EXPIRED: &[u8] = include_bytes!("tls/expired.pem");
const OTHER: &[u8] = include_bytes!("tls/other.pem");

/// A connection, in the clear or not.
trait Wire: Read + Write {}
impl<T: Read + Write> Wire for T {}

/// A mail server on loopback.
struct Post {
    address: SocketAddr,
    /// Each line that it was told, after `clear` or `tls`.
    told: Arc<Mutex<Vec<String>>>,
}

impl Post {
    /// One that shows this certificate: from the start, or after `STARTTLS`.
    fn start(certificate: &[u8], from_the_start: bool) -> Self {
        let (tls, listener) = (server_config(certificate, KEY), TcpListener::bind("127.0.0.1:0").unwrap());
        let address = listener.local_addr().unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&told);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                // A client that does not like the certificate goes away.
                let _gone = talk(stream.unwrap(), &tls, from_the_start, &kept);
            }
        });
        Self { address, told }
    }

    fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }
}

/// TLS on top of a connection; the handshake is made by the first read or write.
fn secured(stream: TcpStream, tls: &Arc<ServerConfig>) -> Box<dyn Wire> {
    Box::new(StreamOwned::new(ServerConnection::new(Arc::clone(tls)).unwrap(), stream))
}

fn line(wire: &mut dyn Wire) -> Option<String> {
    let (mut line, mut byte) = (Vec::new(), [0]);
    while !line.ends_with(b"\r\n") {
        wire.read_exact(&mut byte).ok()?;
        line.push(byte[0]);
    }
    Some(String::from_utf8(line).unwrap().trim_end().to_owned())
}

fn talk(
    stream: TcpStream,
    tls: &Arc<ServerConfig>,
    from_the_start: bool,
    told: &Mutex<Vec<String>>,
) -> Option<()> {
    let mut is_secure = from_the_start;
    let mut plain = Some(stream.try_clone().ok()?);
    let mut wire: Box<dyn Wire> = if from_the_start { secured(stream, tls) } else { Box::new(stream) };
    wire.write_all(b"220 post ESMTP\r\n").ok()?;
    let mut in_data = false;
    loop {
        let line = line(&mut *wire)?;
        told.lock().unwrap().push(format!("{} {line}", if is_secure { "tls" } else { "clear" }));
        let answer = match line.split(' ').next().unwrap_or_default().to_ascii_uppercase().as_str() {
            "." if in_data => {
                in_data = false;
                "250 taken\r\n"
            }
            _ if in_data => continue,
            "EHLO" if is_secure => "250-post\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n",
            "EHLO" => "250-post\r\n250-STARTTLS\r\n250 8BITMIME\r\n",
            "STARTTLS" => {
                wire.write_all(b"220 go on\r\n").ok()?;
                wire = secured(plain.take()?, tls);
                is_secure = true;
                continue;
            }
            "AUTH" => "235 welcome\r\n",
            "DATA" => {
                in_data = true;
                "354 go on\r\n"
            }
            "QUIT" => "221 bye\r\n",
            _ => "250 fine\r\n",
        };
        wire.write_all(answer.as_bytes()).ok()?;
        wire.flush().ok()?;
    }
}

/// Sends a test message to the server; `ca_file` is the file whose authorities are trusted. A name and a password are what
/// stands before and after the first colon of `PATH`: no test can set a variable of its own.
async fn send(post: &Post, tls: &str, ca_file: Option<&str>) -> anyhow::Result<()> {
    let ca_file = ca_file.map(|file| format!("ca_file = \"{file}\"\n")).unwrap_or_default();
    // Cargo sets this variable for every test; a user and a password stand in it nowhere else.
    let bench = Bench::new(&format!(
        "[[alert]]\nname = \"courrier\"\n[alert.mail]\nserver = \"127.0.0.1\"\nport = {}\ntls = \"{tls}\"\n{ca_file}\
         credentials_env = \"PATH\"\nfrom = \"portail@example.org\"\nto = [\"equipe@example.org\"]\n",
        post.address.port()
    ));
    let authority = include_bytes!("tls/authority.pem");
    std::fs::write(bench.folder.path().join("authority.pem"), authority).unwrap();
    std::fs::write(bench.folder.path().join("other.txt"), "no certificate").unwrap();
    Sender::new(Arc::new(bench.config.clone()))
        .send(&bench.config.alert[0], &Event::test(schedule::now()))
        .await
}

#[tokio::test]
async fn mail_goes_over_tls_to_a_server_that_a_trusted_authority_vouches_for() {
    for (tls, from_the_start) in [("tls", true), ("starttls", false)] {
        let post = Post::start(VALID, from_the_start);
        send(&post, tls, Some("authority.pem")).await.unwrap();
        let told = post.told();
        for wanted in ["tls MAIL FROM:<portail@example.org>", "tls AUTH PLAIN", "tls X-Moisson-Event: test"] {
            assert!(told.iter().any(|line| line.starts_with(wanted)), "{tls}: {wanted}: {told:#?}");
        }
        let clear: Vec<_> = told.iter().filter_map(|line| line.strip_prefix("clear ")).collect();
        let greeting = clear.iter().all(|line| line.starts_with("EHLO") || *line == "STARTTLS");
        assert!(greeting && clear.is_empty() == from_the_start, "{tls}: {clear:?}");
    }
}

#[tokio::test]
async fn nothing_is_told_to_a_server_whose_certificate_is_wrong() {
    for (tls, from_the_start) in [("tls", true), ("starttls", false)] {
        for (certificate, ca_file, why) in [
            (VALID, None, "nobody that we know vouches for it"),
            (EXPIRED, Some("authority.pem"), "it has expired"),
            (OTHER, Some("authority.pem"), "it is another server's"),
        ] {
            let post = Post::start(certificate, from_the_start);
            let refused = send(&post, tls, ca_file).await.unwrap_err();
            let said = format!("{refused:#}").to_lowercase();
            assert!(said.contains("certificate") && said.contains("127.0.0.1"), "{tls}, {why}: {said}");
            let told = post.told();
            let greeting = |line: &String| line.starts_with("clear EHLO") || line == "clear STARTTLS";
            assert!(told.iter().all(greeting), "{tls}, {why}: {told:#?}");
        }
    }
}

#[tokio::test]
async fn a_file_of_authorities_that_is_none_is_said() {
    let post = Post::start(VALID, true);
    for (file, said) in [("nowhere.pem", "cannot be used"), ("other.txt", "holds no certificate")] {
        let refused = format!("{:#}", send(&post, "tls", Some(file)).await.unwrap_err());
        assert!(refused.contains(said) && refused.contains(file), "{refused}");
        assert!(Path::new(file).is_relative() && refused.contains('/'), "with its folder: {refused}");
    }
    assert_eq!(post.told(), Vec::<String>::new());
}
