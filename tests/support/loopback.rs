//! A web server on loopback that answers as it is told, badly if need be.
//!
//! It speaks HTTP/1.1 by hand, since a proper server would not let us announce wrong lengths, stop in the middle
//! or trickle. It ends with the value that it was started with, and no connection lives longer than a minute.

use std::{
    fmt::Write as _,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::{sleep, timeout},
};

/// No connection lives longer.
const LIFETIME: Duration = Duration::from_mins(1);

/// A stream of bytes in both directions.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// What is put around a connection.
pub type Wrap =
    Arc<dyn Fn(TcpStream) -> Pin<Box<dyn Future<Output = io::Result<Box<dyn Stream>>> + Send>> + Send + Sync>;

/// A running server.
#[derive(Debug)]
pub struct Loopback {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    accepting: JoinHandle<()>,
}

/// What was asked of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// `GET`, `POST`, …
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Asked {
    /// The first header of that name (in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// What to answer. Well-behaved unless told otherwise.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Headers besides `Content-Length`, `Date` and `Connection`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// How long to wait before answering.
    pub delay: Duration,
    /// What length to announce.
    pub length: Length,
    /// How the body is sent.
    pub manner: Manner,
}

/// What length is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// The right one.
    Right,
    /// Another one.
    Wrong(u64),
    /// None: the end of the connection is the end of the body.
    None,
    /// None: the body is chunked.
    Chunked,
}

/// How a body is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// At once.
    Whole,
    /// So many bytes of it; then the connection ends.
    CutAfter(usize),
    /// So many bytes at a time, with a pause after each.
    Trickled(usize, Duration),
    /// Again and again for ever.
    Endless,
    /// So many bytes of it; then nothing, with the connection open.
    StallAfter(usize),
    /// No answer at all: the connection is closed.
    Closed,
    /// The body is the whole reply, status line included.
    Raw,
}

impl Answer {
    /// A reply with status 200.
    pub fn ok(content_type: &str, body: impl Into<Bytes>) -> Self {
        Self::status(200, body).with("content-type", content_type)
    }

    /// A reply with another status.
    pub fn status(status: u16, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.into(),
            delay: Duration::ZERO,
            length: Length::Right,
            manner: Manner::Whole,
        }
    }

    /// A redirect.
    pub fn redirect(status: u16, to: &str) -> Self {
        Self::status(status, "").with("location", to)
    }

    /// With one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sent in another way.
    #[must_use]
    pub fn sent(self, manner: Manner) -> Self {
        Self { manner, ..self }
    }

    /// With another announcement of its length.
    #[must_use]
    pub fn announced(self, length: Length) -> Self {
        Self { length, ..self }
    }

    /// Later.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }
}

impl Loopback {
    /// Starts on a free port of 127.0.0.1.
    pub async fn start(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        Self::start_within(None, answer).await
    }

    /// The same with connections that are wrapped, in TLS for instance.
    pub async fn start_within(
        tls: Option<Wrap>,
        answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (Arc::clone(&asked), Arc::new(answer));
        let accepting = tokio::spawn(async move {
            // The connections end with this task.
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (log, answer, tls) = (Arc::clone(&log), Arc::clone(&answer), tls.clone());
                connections.spawn(async move {
                    let answer = |asked: Asked| {
                        let reply = answer(&asked);
                        log.lock().expect("the log is whole").push(asked);
                        reply
                    };
                    // Head and body are written apart; they must not wait for each other.
                    let _as_slow_as_it_gets = stream.set_nodelay(true);
                    // A client that goes away is no concern of a server.
                    let _gone_or_late = timeout(LIFETIME, async {
                        match tls {
                            None => serve(stream, answer).await,
                            Some(wrap) => serve(wrap(stream).await?, answer).await,
                        }
                    })
                    .await;
                });
            }
        });
        Self { address, asked, accepting }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:port` and a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What was asked so far, in order of arrival.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("the log is whole").clone()
    }

    /// What was asked so far, as `GET /path?query`.
    pub fn targets(&self) -> Vec<String> {
        self.asked().iter().map(|asked| format!("{} {}", asked.method, asked.target)).collect()
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn serve(mut stream: impl Stream, answer: impl Fn(Asked) -> Answer) -> io::Result<()> {
    let mut input = Vec::new();
    while let Some(asked) = read_request(&mut stream, &mut input).await? {
        let head_only = asked.method == "HEAD";
        let reply = answer(asked);
        sleep(reply.delay).await;
        let goes_on =
            reply.manner == Manner::Whole && matches!(reply.length, Length::Right | Length::Chunked);
        write_reply(&mut stream, &reply, head_only).await?;
        stream.flush().await?;
        if !goes_on {
            break;
        }
    }
    // Closed properly, so that the client sees an end and not a reset.
    stream.shutdown().await?;
    let mut rest = [0; 1024];
    while matches!(timeout(Duration::from_secs(1), stream.read(&mut rest)).await, Ok(Ok(1..))) {}
    Ok(())
}

async fn read_request(stream: &mut impl Stream, input: &mut Vec<u8>) -> io::Result<Option<Asked>> {
    let end = loop {
        if let Some(end) = input.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if input.len() > 100_000 || stream.read_buf(input).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&input[..end]).into_owned();
    let mut lines = head.lines();
    let mut words = lines.next().unwrap_or_default().split(' ').map(ToOwned::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut asked = Asked { method, target, headers, body: Vec::new() };
    let length: usize = asked.header("content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
    while input.len() < end + 4 + length {
        if stream.read_buf(input).await? == 0 {
            return Ok(None);
        }
    }
    asked.body = input[end + 4..end + 4 + length].to_vec();
    input.drain(..end + 4 + length);
    Ok(Some(asked))
}

async fn write_reply(stream: &mut impl Stream, reply: &Answer, head_only: bool) -> io::Result<()> {
    match reply.manner {
        Manner::Closed => return Ok(()),
        Manner::Raw => return stream.write_all(&reply.body).await,
        _ => {}
    }
    let mut head = format!("HTTP/1.1 {} Whatever\r\n", reply.status);
    if !reply.headers.iter().any(|(name, _)| name == "date") {
        head.push_str("date: Sat, 21 Nov 2026 12:00:00 GMT\r\n");
    }
    for (name, value) in &reply.headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    match reply.length {
        Length::Right if reply.status == 304 => {}
        Length::Right => {
            let _ = write!(head, "content-length: {}\r\n", reply.body.len());
        }
        Length::Wrong(length) => {
            let _ = write!(head, "content-length: {length}\r\n");
        }
        Length::None => head.push_str("connection: close\r\n"),
        Length::Chunked => head.push_str("transfer-encoding: chunked\r\n"),
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).await?;
    if head_only || reply.status == 304 {
        return Ok(());
    }
    let body = &reply.body[..];
    let chunked = reply.length == Length::Chunked;
    match reply.manner {
        Manner::Whole | Manner::Closed | Manner::Raw => {
            write_piece(stream, body, chunked).await?;
            if chunked { stream.write_all(b"0\r\n\r\n").await } else { Ok(()) }
        }
        Manner::CutAfter(bytes) => write_piece(stream, &body[..bytes.min(body.len())], chunked).await,
        Manner::Trickled(bytes, pause) => {
            for piece in body.chunks(bytes.max(1)) {
                write_piece(stream, piece, chunked).await?;
                stream.flush().await?;
                sleep(pause).await;
            }
            if chunked { stream.write_all(b"0\r\n\r\n").await } else { Ok(()) }
        }
        Manner::Endless => loop {
            write_piece(stream, body, chunked).await?;
        },
        Manner::StallAfter(bytes) => {
            write_piece(stream, &body[..bytes.min(body.len())], chunked).await?;
            stream.flush().await?;
            sleep(LIFETIME).await;
            Ok(())
        }
    }
}

async fn write_piece(stream: &mut impl Stream, piece: &[u8], chunked: bool) -> io::Result<()> {
    if !chunked {
        return stream.write_all(piece).await;
    }
    if piece.is_empty() {
        return Ok(());
    }
    stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).await?;
    stream.write_all(piece).await?;
    stream.write_all(b"\r\n").await
}
