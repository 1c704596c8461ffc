//! The gate before the parser of JSON-LD, which overflows the stack on deep nesting and takes a document that was cut
//! off for one that says less.

use crate::{Fault, FaultKind, Limits};

/// Deepest nesting of arrays and objects. Real catalogues have ten levels.
const DEPTH_MAX: usize = 100;

/// Follows brackets and quotes.
#[derive(Debug)]
pub(super) struct Gate {
    /// The brackets that are open.
    open: Vec<u8>,
    string: bool,
    escaped: bool,
    /// Bytes of the string.
    token: usize,
    line: u64,
    /// Whether a value began.
    begun: bool,
}

impl Default for Gate {
    fn default() -> Self {
        Self { open: Vec::new(), string: false, escaped: false, token: 0, line: 1, begun: false }
    }
}

impl Gate {
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        for &byte in bytes {
            self.line += u64::from(byte == b'\n');
            if self.string {
                self.token += 1;
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.string = false,
                    _ => {}
                }
                if self.token > Limits::TOKEN_MAX {
                    let message = format!("a text of more than {} bytes", Limits::TOKEN_MAX);
                    return Err(self.fault(FaultKind::Limit, &message));
                }
                continue;
            }
            match byte {
                b'"' => {
                    self.string = true;
                    self.token = 0;
                    self.begun = true;
                }
                b'{' | b'[' => {
                    self.begun = true;
                    self.open.push(byte);
                    if self.open.len() > DEPTH_MAX {
                        let message = format!(
                            "more than {DEPTH_MAX} levels of nesting; no catalogue is nested like that"
                        );
                        return Err(self.fault(FaultKind::Limit, &message));
                    }
                }
                b'}' | b']' => {
                    let opened = if byte == b'}' { b'{' } else { b'[' };
                    if self.open.pop() != Some(opened) {
                        let message = format!("`{}` closes nothing that is open", char::from(byte));
                        return Err(self.fault(FaultKind::Syntax, &message));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn end(&self) -> Result<(), Fault> {
        if self.begun && self.open.is_empty() && !self.string {
            return Ok(());
        }
        Err(self.fault(FaultKind::Syntax, "the document ends early, within an object, array or text"))
    }

    fn fault(&self, kind: FaultKind, message: &str) -> Fault {
        Fault::of(kind, message).at_line(self.line)
    }
}
