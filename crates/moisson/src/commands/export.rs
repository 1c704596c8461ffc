//! `moisson export`.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use anyhow::{Context, bail};
use flate2::{Compression, write::GzEncoder};
use moisson_dcat::serialise::Syntax;
use moisson_store::Export;

use super::Done;
use crate::{cli::ExportArgs, config::Config, pipeline::open_store, terminal};

pub(super) fn run(config: &Config, args: &ExportArgs) -> anyhow::Result<Done> {
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let (syntax, packing) = form(&name, args.syntax.as_deref())?;
    let store = open_store(config)?;
    let to_stdout = args.file == Path::new("-");
    let shown = args.file.display();
    let out: Box<dyn Write> = if to_stdout {
        Box::new(io::stdout().lock())
    } else {
        Box::new(File::create(&args.file).with_context(|| format!("cannot write `{shown}`"))?)
    };
    let mut out = pack(BufWriter::new(out), packing)?;
    let count = store.export(&Export::default(), syntax, &mut out)?;
    out.finish().with_context(|| format!("cannot finish `{shown}`"))?;
    if !to_stdout {
        terminal::line(&format!("wrote {count} statements to `{shown}`"));
    }
    Ok(Done::Well)
}

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    Plain,
    Gzip,
    Zstd,
}

/// Syntax and compression by the name of a file, such as `catalogue.nq.zst`.
fn form(name: &str, wanted: Option<&str>) -> anyhow::Result<(Syntax, Packing)> {
    let (stem, packing) = match name.rsplit_once('.') {
        Some((stem, "gz")) => (stem, Packing::Gzip),
        Some((stem, "zst")) => (stem, Packing::Zstd),
        _ => (name, Packing::Plain),
    };
    let extension =
        wanted.or_else(|| stem.rsplit_once('.').map(|(_, extension)| extension)).unwrap_or_default();
    match Syntax::from_extension(extension) {
        Some(syntax) => Ok((syntax, packing)),
        None => bail!(
            "`{name}` does not say the syntax; end it in .nq, .trig, .nt, .ttl, .rdf or .jsonld (with .gz or .zst after it), or use `--syntax nq`"
        ),
    }
}

/// A writer that must be finished, or its end is missing.
enum Packed<W: Write> {
    Plain(W),
    Gzip(GzEncoder<W>),
    Zstd(zstd::Encoder<'static, W>),
}

fn pack<W: Write>(writer: W, packing: Packing) -> io::Result<Packed<W>> {
    Ok(match packing {
        Packing::Plain => Packed::Plain(writer),
        Packing::Gzip => Packed::Gzip(GzEncoder::new(writer, Compression::default())),
        Packing::Zstd => Packed::Zstd(zstd::Encoder::new(writer, 0)?),
    })
}

impl<W: Write> Packed<W> {
    fn finish(self) -> io::Result<()> {
        let mut writer = match self {
            Self::Plain(writer) => writer,
            Self::Gzip(writer) => writer.finish()?,
            Self::Zstd(writer) => writer.finish()?,
        };
        writer.flush()
    }
}

impl<W: Write> Write for Packed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(writer) => writer.write(bytes),
            Self::Gzip(writer) => writer.write(bytes),
            Self::Zstd(writer) => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(writer) => writer.flush(),
            Self::Gzip(writer) => writer.flush(),
            Self::Zstd(writer) => writer.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_says_syntax_and_compression() {
        assert_eq!(form("c.nq.zst", None).unwrap(), (Syntax::NQuads, Packing::Zstd));
        assert_eq!(form("c.ttl", None).unwrap(), (Syntax::Turtle, Packing::Plain));
        assert_eq!(form("c.gz", Some("rdf")).unwrap(), (Syntax::RdfXml, Packing::Gzip));
        assert!(form("catalogue", None).unwrap_err().to_string().contains("--syntax"));
    }
}
