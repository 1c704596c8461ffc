//! From the bytes that were sent to the bytes that were meant: gzip, brotli, zstd and deflate, with limits.
//!
//! Decoding is ours and not the HTTP library's, so that its size and ratio are bounded and that a body cut short
//! is noticed.

use std::io::{self, Read};

use bytes::Bytes;

use super::error::Fault;
use crate::Limits;

/// What is asked for, the best first.
pub(super) const ACCEPT_ENCODING: &str = "zstd, br, gzip, deflate";

/// Encodings on top of each other that are undone; more is an attack.
const MOST_LAYERS: usize = 2;

/// Up to this size the ratio does not matter.
const RATIO_FREE: u64 = 1_000_000;

/// The largest window that [RFC 9659](https://www.rfc-editor.org/rfc/rfc9659) allows on the web, as a power of 2.
const ZSTD_WINDOW_LOG: u32 = 23;

const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b, 0x08];
const ZSTD_MAGIC: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

/// Undoes the encodings of a `Content-Encoding` header, and gzip inside: a file `catalogue.ttl.gz`.
///
/// A body that is not what the header says but has no sign of encoding either is taken as it is: proxies decode
/// and leave the header. Names that are no encodings (`utf-8`) mean nothing.
pub(super) fn decode(body: Bytes, content_encoding: &str, limits: &Limits) -> Result<Bytes, Fault> {
    let layers: Vec<_> = content_encoding.split(',').filter_map(|name| encoding(name.trim())).collect();
    if layers.len() > MOST_LAYERS {
        return Err(Fault::Protocol(format!("the body is encoded {} times over", layers.len())));
    }
    let sent = body.len() as u64;
    let mut body = body;
    for encoding in layers.into_iter().rev() {
        let plain = match encoding {
            Encoding::Gzip => !body.starts_with(GZIP_MAGIC),
            Encoding::Zstd => !body.starts_with(ZSTD_MAGIC),
            Encoding::Deflate | Encoding::Brotli => body.is_empty(),
        };
        if !plain {
            body = undo(encoding, &body, sent, limits)?;
        }
    }
    if body.starts_with(GZIP_MAGIC) {
        body = undo(Encoding::Gzip, &body, sent, limits)?;
    }
    Ok(body)
}

fn encoding(name: &str) -> Option<Encoding> {
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    match () {
        () if is("gzip") || is("x-gzip") => Some(Encoding::Gzip),
        () if is("deflate") => Some(Encoding::Deflate),
        () if is("br") => Some(Encoding::Brotli),
        () if is("zstd") => Some(Encoding::Zstd),
        () => None,
    }
}

fn undo(encoding: Encoding, body: &[u8], sent: u64, limits: &Limits) -> Result<Bytes, Fault> {
    let wrong = |name| move |error: io::Error| Fault::Decode { encoding: name, reason: error.to_string() };
    match encoding {
        Encoding::Gzip => {
            read_all(flate2::read::MultiGzDecoder::new(body), sent, limits).map_err(or(wrong("gzip")))
        }
        Encoding::Deflate if is_zlib(body) => {
            read_all(flate2::read::ZlibDecoder::new(body), sent, limits).map_err(or(wrong("deflate")))
        }
        // Some servers send the bare stream, against the specification.
        Encoding::Deflate => {
            read_all(flate2::read::DeflateDecoder::new(body), sent, limits).map_err(or(wrong("deflate")))
        }
        Encoding::Brotli => read_all(brotli_decompressor::Decompressor::new(body, 4096), sent, limits)
            .map_err(or(wrong("brotli"))),
        Encoding::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(body).map_err(wrong("zstd"))?;
            decoder.window_log_max(ZSTD_WINDOW_LOG).map_err(wrong("zstd"))?;
            read_all(decoder, sent, limits).map_err(or(wrong("zstd")))
        }
    }
}

/// Whether it starts like a zlib stream ([RFC 1950 §2.2](https://www.rfc-editor.org/rfc/rfc1950#section-2.2)).
fn is_zlib(body: &[u8]) -> bool {
    matches!(body, [first, second, ..]
        if first & 0x0f == 8 && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0)
}

enum Wrong {
    Stream(io::Error),
    Limit(Fault),
}

fn or(stream: impl FnOnce(io::Error) -> Fault) -> impl FnOnce(Wrong) -> Fault {
    |wrong| match wrong {
        Wrong::Stream(error) => stream(error),
        Wrong::Limit(fault) => fault,
    }
}

fn read_all(mut decoder: impl Read, sent: u64, limits: &Limits) -> Result<Bytes, Wrong> {
    let mut decoded = Vec::new();
    let mut piece = vec![0; 64 * 1024];
    loop {
        let read = match decoder.read(&mut piece) {
            Ok(0) => return Ok(decoded.into()),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Wrong::Stream(error)),
        };
        decoded.extend_from_slice(piece.get(..read).unwrap_or_default());
        let size = decoded.len() as u64;
        let limit = |what, limit, value| Err(Wrong::Limit(Fault::TooLarge { what, limit, value }));
        if size > limits.max_body_bytes {
            return limit("the decoded body is", "max_body_bytes", limits.max_body_bytes);
        }
        if size > RATIO_FREE && size / sent.max(1) > limits.max_decompression_ratio {
            let what = "the ratio of the decoded body to the sent one is";
            return limit(what, "max_decompression_ratio", limits.max_decompression_ratio);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 3).unwrap()
    }

    /// `moisson moisson …` as the reference encoder writes it; there is no encoder among our dependencies.
    const BROTLI: &[u8] = &[
        0x1b, 0xc7, 0x00, 0xf8, 0x05, 0x36, 0xe0, 0x48, 0x77, 0x1d, 0x3e, 0x28, 0x74, 0x0b, 0x07, 0xe8, 0xa3,
        0xca, 0x03,
    ];

    fn text() -> Vec<u8> {
        b"moisson ".repeat(25)
    }

    fn decoded(body: Vec<u8>, encoding: &str) -> Result<Bytes, Fault> {
        decode(body.into(), encoding, &Limits::default())
    }

    #[test]
    fn every_encoding_is_undone() {
        assert_eq!(decoded(text(), "").unwrap(), text());
        assert_eq!(decoded(gzip(&text()), "gzip").unwrap(), text());
        assert_eq!(decoded(gzip(&text()), "X-GZip").unwrap(), text());
        assert_eq!(decoded(zlib(&text()), "deflate").unwrap(), text());
        assert_eq!(decoded(deflate(&text()), "deflate").unwrap(), text());
        assert_eq!(decoded(zstd(&text()), "zstd").unwrap(), text());
        assert_eq!(decoded(BROTLI.to_vec(), "br").unwrap(), text());
        assert_eq!(decoded(gzip(&zstd(&text())), "zstd, gzip").unwrap(), text());
    }

    #[test]
    fn several_members_of_gzip_are_one_body() {
        let mut twice = gzip(b"one ");
        twice.extend(gzip(b"two"));
        assert_eq!(decoded(twice, "gzip").unwrap(), "one two");
    }

    #[test]
    fn a_gzipped_file_is_opened_encoded_or_not() {
        assert_eq!(decoded(gzip(&text()), "").unwrap(), text());
        assert_eq!(decoded(gzip(&gzip(&text())), "gzip").unwrap(), text());
    }

    #[test]
    fn a_header_that_lies_does_no_harm() {
        assert_eq!(decoded(text(), "gzip").unwrap(), text());
        assert_eq!(decoded(text(), "zstd").unwrap(), text());
        assert_eq!(decoded(text(), "utf-8").unwrap(), text());
        assert_eq!(decoded(Vec::new(), "br").unwrap(), "");
    }

    #[test]
    fn a_body_cut_anywhere_is_noticed() {
        for (name, whole) in [("gzip", gzip(&text())), ("zstd", zstd(&text())), ("deflate", zlib(&text()))] {
            // The first bytes are needed to know gzip and zstd at all.
            for end in 4..whole.len() {
                let error = decoded(whole[..end].to_vec(), name).unwrap_err();
                assert!(matches!(error, Fault::Decode { .. }), "{name} cut at {end}: {error}");
            }
        }
        for end in 1..BROTLI.len() {
            assert!(decoded(BROTLI[..end].to_vec(), "br").is_err(), "brotli cut at {end}");
        }
        let bare = deflate(&text());
        for end in 1..bare.len() {
            assert!(decoded(bare[..end].to_vec(), "deflate").is_err(), "deflate cut at {end}");
        }
    }

    #[test]
    fn a_bomb_is_stopped_by_ratio_or_size() {
        let bomb = gzip(&vec![0; 20_000_000]);
        let error = decode(bomb.clone().into(), "gzip", &Limits::default()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the ratio of the decoded body to the sent one is larger than `max_decompression_ratio` (200)"
        );
        let limits = Limits { max_body_bytes: 1_000_000, ..Limits::default() };
        let error = decode(bomb.into(), "gzip", &limits).unwrap_err();
        assert_eq!(error.to_string(), "the decoded body is larger than `max_body_bytes` (1000000)");
        let error = decoded(text(), "gzip, gzip, gzip").unwrap_err();
        assert_eq!(error.to_string(), "no valid HTTP reply: the body is encoded 3 times over");
    }
}
