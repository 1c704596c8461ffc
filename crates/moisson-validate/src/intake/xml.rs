//! The gate before the parser of RDF/XML: nothing that defines entities, nothing nested or long without end, and
//! nothing that was cut off passes.

use crate::{Fault, FaultKind, Limits};

/// Deepest nesting of elements. Real catalogues have ten levels.
const DEPTH_MAX: usize = 1_000;

/// Follows the marks of XML, not its names.
#[derive(Debug)]
pub(super) struct Gate {
    state: State,
    depth: usize,
    line: u64,
    /// Bytes since the last mark.
    token: usize,
    /// The byte before.
    previous: u8,
    /// Whether there was an element.
    rooted: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    /// After `<`.
    Open,
    /// In a start tag, perhaps within quotes.
    Start(Option<u8>),
    End,
    Instruction,
    /// After `<!` and so many bytes.
    Bang(u8),
    /// In a comment, after so many hyphens.
    Comment(u8),
    /// In a CDATA section, after so many closing brackets.
    Cdata(u8),
    Doctype,
}

impl Default for Gate {
    fn default() -> Self {
        Self { state: State::Text, depth: 0, line: 1, token: 0, previous: 0, rooted: false }
    }
}

impl Gate {
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        for &byte in bytes {
            let before = self.state;
            self.state = self.next(byte)?;
            self.token = if self.state == before { self.token + 1 } else { 0 };
            if self.token > Limits::TOKEN_MAX {
                let limit = Limits::TOKEN_MAX;
                return Err(
                    self.fault(FaultKind::Limit, &format!("a text or tag of more than {limit} bytes"))
                );
            }
            self.line += u64::from(byte == b'\n');
            self.previous = byte;
        }
        Ok(())
    }

    fn next(&mut self, byte: u8) -> Result<State, Fault> {
        Ok(match (self.state, byte) {
            (State::Text, b'<') => State::Open,
            (State::Open, b'/') => State::End,
            (State::Open, b'?') => State::Instruction,
            (State::Open, b'!') => State::Bang(0),
            (State::Open, _) => State::Start(None),
            (State::Start(None), b'>') => {
                self.rooted = true;
                if self.previous != b'/' {
                    self.depth += 1;
                }
                if self.depth > DEPTH_MAX {
                    let message =
                        format!("more than {DEPTH_MAX} levels of nesting; no catalogue is nested like that");
                    return Err(self.fault(FaultKind::Limit, &message));
                }
                State::Text
            }
            (State::Start(None), b'"' | b'\'') => State::Start(Some(byte)),
            (State::Start(Some(quote)), _) if byte == quote => State::Start(None),
            (State::End, b'>') => {
                self.depth = self.depth.saturating_sub(1);
                State::Text
            }
            (State::Instruction, b'>') if self.previous == b'?' => State::Text,
            (State::Bang(0), b'[') => State::Cdata(0),
            (State::Bang(0), b'-') => State::Bang(1),
            (State::Bang(1), b'-') => State::Comment(0),
            (State::Bang(_), _) => State::Doctype,
            (State::Comment(hyphens), b'>') if hyphens >= 2 => State::Text,
            (State::Comment(hyphens), b'-') => State::Comment((hyphens + 1).min(2)),
            (State::Comment(_), _) => State::Comment(0),
            (State::Cdata(brackets), b'>') if brackets >= 2 => State::Text,
            (State::Cdata(brackets), b']') => State::Cdata((brackets + 1).min(2)),
            (State::Cdata(_), _) => State::Cdata(0),
            (State::Doctype, b'>') => State::Text,
            (State::Doctype, b'[') => {
                let message = "a DOCTYPE with declarations; entities are not expanded here, since a few bytes of them \
                               can fill the memory: write the values out and leave the DOCTYPE away";
                return Err(self.fault(FaultKind::Syntax, message));
            }
            (state, _) => state,
        })
    }

    pub(super) fn end(&self) -> Result<(), Fault> {
        let message = match (self.state, self.depth, self.rooted) {
            (State::Text, 0, true) => return Ok(()),
            (State::Text, 0, false) => "there is no element in it".to_owned(),
            (State::Text, 1, _) => "the document ends early: an element is not closed".to_owned(),
            (State::Text, open, _) => format!("the document ends early: {open} elements are not closed"),
            _ => "the document ends early, within a tag or comment".to_owned(),
        };
        Err(self.fault(FaultKind::Syntax, &message))
    }

    fn fault(&self, kind: FaultKind, message: &str) -> Fault {
        Fault::of(kind, message).at_line(self.line)
    }
}

/// Writes blanks over the declaration, which may name an encoding that the text has not any more.
pub(super) fn blank_declaration(head: &mut [u8]) {
    let start = head.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(head.len());
    let Some(rest) = head.get_mut(start..) else { return };
    if !rest.starts_with(b"<?xml") || !rest.get(5).is_some_and(u8::is_ascii_whitespace) {
        return;
    }
    let end = rest.windows(2).position(|pair| pair == b"?>").map_or(0, |at| at + 2);
    for byte in rest.iter_mut().take(end).filter(|byte| **byte != b'\n') {
        *byte = b' ';
    }
}
