//! Which characters the bytes are: UTF-8, unless a byte order mark or the declaration of XML says otherwise.

use std::io::{self, Read};

use encoding_rs::{Decoder, Encoding, UTF_8};

/// How far into a document its declaration is looked for, in bytes.
const DECLARATION_MAX: usize = 256;
/// How much is transcoded at once, in bytes.
const CHUNK: usize = 16 << 10;

/// The encoding of a document if it is not UTF-8.
pub(super) fn of(head: &[u8]) -> Option<&'static Encoding> {
    let marked = Encoding::for_bom(head).map(|(encoding, _)| encoding);
    let encoding = marked.or_else(|| Encoding::for_label(declared(head)?.as_bytes()));
    encoding.filter(|encoding| *encoding != UTF_8)
}

/// The encoding that the declaration of XML names.
fn declared(head: &[u8]) -> Option<String> {
    let head: String = head.iter().take(DECLARATION_MAX).map(|byte| char::from(*byte)).collect();
    let declaration = head.trim_start().strip_prefix("<?xml")?.split("?>").next()?.to_owned();
    let value = declaration.split("encoding").nth(1)?.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.get(1..)?.split(quote).next().map(str::to_owned)
}

/// Bytes of another encoding as UTF-8. What means nothing there becomes U+FFFD.
pub(super) struct Transcoded<R> {
    bytes: R,
    decoder: Decoder,
    raw: Vec<u8>,
    text: Vec<u8>,
    from: usize,
    ended: bool,
}

impl<R: Read> Transcoded<R> {
    pub(super) fn new(bytes: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Self { bytes, decoder, raw: vec![0; CHUNK], text: Vec::new(), from: 0, ended: false }
    }
}

impl<R: Read> Read for Transcoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.from == self.text.len() && !self.ended {
            let read = self.bytes.read(&mut self.raw)?;
            self.ended = read == 0;
            let raw = self.raw.get(..read).unwrap_or_default();
            let room = self.decoder.max_utf8_buffer_length(read).unwrap_or(CHUNK * 4);
            self.text.resize(room, 0);
            let (_, _, written, _) = self.decoder.decode_to_utf8(raw, &mut self.text, self.ended);
            self.text.truncate(written);
            self.from = 0;
        }
        let open = self.text.get(self.from..).unwrap_or_default();
        let length = open.len().min(out.len());
        if let (Some(out), Some(open)) = (out.get_mut(..length), open.get(..length)) {
            out.copy_from_slice(open);
        }
        self.from += length;
        Ok(length)
    }
}
