//! The bytes of a document on their way to the parser: unpacked, counted, transcoded, gated, and handed out line by
//! line, so that it is known on which line the parser is.
//!
//! Parsers trust their input more than anybody should who reads from outside: entities of XML multiply without end,
//! nesting of JSON-LD overflows the stack, and a document of XML that was cut off is no error. The gates stand before
//! them and end the stream.

mod charset;
mod json;
mod xml;

use std::{
    cell::{Cell, RefCell},
    io::{self, BufRead, BufReader, Chain, Cursor, Read},
    rc::Rc,
};

use crate::{
    Fault, FaultKind, Limits, Syntax,
    syntax::{HEAD_MAX, detect},
};

/// How much is read at once, in bytes.
const CHUNK: usize = 64 << 10;

/// How far the parser is, and why the stream ended early.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    line: Cell<u64>,
    fault: RefCell<Option<Fault>>,
}

impl Progress {
    /// The line that was handed out last, counted from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line.get()
    }

    /// Why the stream ended early, if it did.
    pub(crate) fn take_fault(&self) -> Option<Fault> {
        self.fault.borrow_mut().take()
    }
}

/// A document that was recognised.
pub(crate) struct Opened<'a> {
    pub(crate) syntax: Syntax,
    pub(crate) stream: Stream<'a>,
    pub(crate) progress: Rc<Progress>,
    /// What is wrong already, though the document can be read.
    pub(crate) notices: Vec<Fault>,
}

type Bytes<'a> = Box<dyn Read + 'a>;

/// Opens a document: unpacks it, finds out its syntax and characters.
pub(crate) fn open<'a>(
    bytes: Bytes<'a>,
    given: Option<Syntax>,
    told: &[Option<Syntax>],
    limits: &Limits,
    stop: &'a dyn Fn() -> bool,
) -> Result<Opened<'a>, Fault> {
    let (head, rest) = behead(bytes).map_err(|error| unreadable(&error))?;
    if head.starts_with(b"PK\x03\x04") {
        return Err(Fault::of(
            FaultKind::Unrecognised,
            "this is a ZIP archive; unpack it and check the file in it",
        ));
    }
    let bytes: Bytes<'a> = if head.starts_with(&[0x1f, 0x8b]) {
        Box::new(flate2::read::MultiGzDecoder::new(BufReader::new(joined(head, rest))))
    } else {
        Box::new(joined(head, rest))
    };
    let (head, rest) = behead(bytes).map_err(|error| unreadable(&error))?;
    let mut notices = Vec::new();
    let mut bytes: Bytes<'a> = Box::new(joined(head.clone(), rest));
    let encoding = charset::of(&head);
    if let Some(encoding) = encoding {
        bytes = Box::new(charset::Transcoded::new(bytes, encoding));
    }
    let (mut head, rest) = behead(bytes).map_err(|error| unreadable(&error))?;
    if head.starts_with("\u{feff}".as_bytes()) {
        head.drain(..3);
    }
    let syntax = match given {
        Some(syntax) => syntax,
        None => detect(&String::from_utf8_lossy(&head), told)?,
    };
    match (syntax, encoding) {
        (Syntax::RdfXml, _) => xml::blank_declaration(&mut head),
        (_, Some(encoding)) => notices.push(Fault::of(
            FaultKind::Syntax,
            &format!("the text is {}; {} is always UTF-8", encoding.name(), syntax.name()),
        )),
        _ => {}
    }
    let gate = match syntax {
        Syntax::RdfXml => Gate::Xml(xml::Gate::default()),
        Syntax::JsonLd => Gate::Json(json::Gate::default()),
        _ => Gate::Open,
    };
    let (limit, limit_name) = match syntax {
        Syntax::JsonLd => (limits.max_held_bytes.min(limits.max_bytes), "max_held_bytes"),
        _ => (limits.max_bytes, "max_bytes"),
    };
    let progress = Rc::new(Progress { line: Cell::new(1), fault: RefCell::default() });
    let stream = Stream {
        bytes: joined(head, rest),
        buffer: vec![0; CHUNK],
        from: 0,
        to: 0,
        newline: false,
        taken: 0,
        limit,
        limit_name,
        gate,
        stop,
        progress: Rc::clone(&progress),
    };
    Ok(Opened { syntax, stream, progress, notices })
}

/// The beginning of some bytes, and the rest.
fn behead(mut bytes: Bytes<'_>) -> io::Result<(Vec<u8>, Bytes<'_>)> {
    let mut head = Vec::with_capacity(HEAD_MAX);
    bytes.by_ref().take(HEAD_MAX as u64).read_to_end(&mut head)?;
    Ok((head, bytes))
}

fn joined(head: Vec<u8>, rest: Bytes<'_>) -> Chain<Cursor<Vec<u8>>, Bytes<'_>> {
    Cursor::new(head).chain(rest)
}

fn unreadable(error: &io::Error) -> Fault {
    Fault::of(FaultKind::Unreadable, &format!("the document cannot be read: {error}"))
}

/// Looks at all bytes before the parser does.
enum Gate {
    Open,
    Xml(xml::Gate),
    Json(json::Gate),
}

impl Gate {
    fn feed(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        match self {
            Self::Open => Ok(()),
            Self::Xml(gate) => gate.feed(bytes),
            Self::Json(gate) => gate.feed(bytes),
        }
    }

    fn end(&self) -> Result<(), Fault> {
        match self {
            Self::Open => Ok(()),
            Self::Xml(gate) => gate.end(),
            Self::Json(gate) => gate.end(),
        }
    }
}

/// What the parser reads.
pub(crate) struct Stream<'a> {
    bytes: Chain<Cursor<Vec<u8>>, Bytes<'a>>,
    buffer: Vec<u8>,
    /// The part of the buffer that was not handed out yet.
    from: usize,
    to: usize,
    /// Whether what was handed out last ended a line.
    newline: bool,
    taken: u64,
    limit: u64,
    limit_name: &'static str,
    gate: Gate,
    stop: &'a dyn Fn() -> bool,
    progress: Rc<Progress>,
}

impl Stream<'_> {
    /// Reads the next chunk; says whether there was one.
    fn refill(&mut self) -> Result<bool, Fault> {
        if (self.stop)() {
            return Err(Fault::of(FaultKind::Stopped, "reading was stopped at the time limit"));
        }
        self.from = 0;
        self.to = 0;
        let read = loop {
            match self.bytes.read(&mut self.buffer) {
                Ok(read) => break read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(unreadable(&error)),
            }
        };
        self.taken += read as u64;
        if self.taken > self.limit {
            let (name, limit) = (self.limit_name, self.limit);
            let message = format!("the document has more than {limit} bytes (`{name}`); split it into parts");
            return Err(Fault::of(FaultKind::Limit, &message));
        }
        self.to = read;
        match self.buffer.get(..read) {
            Some([]) | None => self.gate.end().map(|()| false),
            Some(chunk) => self.gate.feed(chunk).map(|()| true),
        }
    }
}

impl Read for Stream<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.len().min(out.len());
        if let (Some(out), Some(bytes)) =
            (out.get_mut(..length), self.buffer.get(self.from..self.from + length))
        {
            out.copy_from_slice(bytes);
        }
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Stream<'_> {
    /// At most to the end of the line.
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.from == self.to {
            match self.refill() {
                Ok(_) => {}
                Err(fault) => {
                    let message = fault.message.clone();
                    self.progress.fault.borrow_mut().get_or_insert(fault);
                    return Err(io::Error::other(message));
                }
            }
        }
        if self.newline && self.from < self.to {
            self.newline = false;
            self.progress.line.set(self.progress.line.get() + 1);
        }
        let open = self.buffer.get(self.from..self.to).unwrap_or_default();
        let end = memchr::memchr(b'\n', open).map_or(open.len(), |at| at + 1);
        Ok(open.get(..end).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        let handed = self.buffer.get(self.from..self.from + amount).unwrap_or_default();
        self.newline = handed.last() == Some(&b'\n') || (handed.is_empty() && self.newline);
        self.from = (self.from + amount).min(self.to);
    }
}

impl Fault {
    pub(crate) fn of(kind: FaultKind, message: &str) -> Self {
        Self { kind, line: None, column: None, message: message.to_owned() }
    }

    pub(crate) fn at_line(self, line: u64) -> Self {
        Self { line: Some(line), ..self }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::open;
    use crate::{Fault, FaultKind, Limits, Syntax};

    fn read(bytes: &[u8]) -> Result<(Syntax, String, u64), Fault> {
        let limits = Limits { max_bytes: 1 << 20, ..Limits::default() };
        let mut opened = open(Box::new(bytes), None, &[], &limits, &|| false)?;
        let mut text = String::new();
        match opened.stream.read_to_string(&mut text) {
            Ok(_) => Ok((opened.syntax, text, opened.progress.line())),
            Err(error) => Err(opened.progress.take_fault().unwrap_or_else(|| panic!("{error}"))),
        }
    }

    #[test]
    fn lines_are_counted_as_they_are_handed_out() {
        let mut opened =
            open(Box::new(&b"<a:b> <c:d> <e:f> .\n\n<x:y>"[..]), None, &[], &Limits::default(), &|| false)
                .unwrap();
        let mut buffer = [0; 100];
        let mut next = || opened.stream.read(&mut buffer).map(|read| (read, opened.progress.line())).unwrap();
        assert_eq!([next(), next(), next(), next()], [(20, 1), (1, 2), (5, 3), (0, 3)]);
    }

    #[test]
    fn gzip_and_other_characters_are_read() {
        use std::io::Write;
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(b"@prefix a: <b:c> .").unwrap();
        assert_eq!(read(&packed.finish().unwrap()).unwrap().1, "@prefix a: <b:c> .");
        let latin = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><rdf:RDF>\xe9</rdf:RDF>";
        let (syntax, text, _) = read(latin).unwrap();
        assert_eq!(syntax, Syntax::RdfXml);
        assert!(text.ends_with("<rdf:RDF>é</rdf:RDF>") && !text.contains("ISO"), "{text}");
        let wide: Vec<u8> =
            "\u{feff}<?xml version=\"1.0\"?><r>é</r>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(read(&wide).unwrap().1.ends_with("<r>é</r>"));
    }

    #[test]
    fn what_would_hurt_the_parser_does_not_reach_it() {
        let deep_json = format!("{{\"a\":{}", "[".repeat(2_000));
        let deep_xml = "<a x=\"1\">".repeat(20_000);
        let laughs = "<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY a \"b\">]><r>&a;</r>";
        let long = format!("<r>{}</r>", "x".repeat(2 << 20));
        let cases: &[(&str, FaultKind, &str)] = &[
            (&deep_json, FaultKind::Limit, "levels of nesting"),
            (&deep_xml, FaultKind::Limit, "levels of nesting"),
            (laughs, FaultKind::Syntax, "entities"),
            (&long, FaultKind::Limit, "`max_bytes`"),
            ("<r><a>text</a>", FaultKind::Syntax, "ends early"),
            ("<?xml version=\"1.0\"?><r><a", FaultKind::Syntax, "ends early"),
            ("{\"a\": [1, 2}", FaultKind::Syntax, "`}`"),
            ("{\"a\": \"b", FaultKind::Syntax, "ends early"),
            ("PK\u{3}\u{4}", FaultKind::Unrecognised, "ZIP"),
        ];
        for (text, kind, part) in cases {
            let fault = read(text.as_bytes()).unwrap_err();
            assert!(fault.kind == *kind && fault.message.contains(part), "{fault:?}");
        }
    }
}
