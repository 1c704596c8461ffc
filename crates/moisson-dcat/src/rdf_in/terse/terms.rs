//! Resources, literals, nameless nodes and lists.

use oxiri::Iri;

use super::{
    Bad, Parser, TURTLE_DEPTH_MAX,
    lexer::{self, Token},
};
use crate::{
    RemarkCode,
    rdf_in::{
        graph::TermId,
        names::{self, rdf, xsd},
    },
};

impl Parser<'_, '_> {
    pub(super) fn subject(&mut self) -> Result<TermId, Bad> {
        match self.lexer.peek() {
            Token::Mark('[') => self.described(),
            Token::Mark('(') => self.list(),
            Token::Iri(_) | Token::Name { .. } | Token::Blank(_) => self.resource(),
            _ => Err("begins with nothing that a statement can be about; left out"),
        }
    }

    pub(super) fn predicate(&mut self) -> Result<TermId, Bad> {
        match self.lexer.peek() {
            Token::Word("a") => {
                self.lexer.next();
                Ok(self.intake.graph.iri(rdf::TYPE))
            }
            Token::Iri(_) | Token::Name { .. } => self.resource(),
            _ => Err("not a property; left out"),
        }
    }

    pub(super) fn object(&mut self) -> Result<TermId, Bad> {
        match self.lexer.peek() {
            Token::Mark('[') => self.described(),
            Token::Mark('(') => self.list(),
            Token::Iri(_) | Token::Name { .. } | Token::Blank(_) => self.resource(),
            Token::Text { .. } => self.literal(),
            Token::Word(word) => {
                let datatype = match word {
                    "true" | "false" => Some(xsd::BOOLEAN),
                    _ => number(word),
                };
                let start = self.lexer.at;
                if let Some(datatype) = datatype {
                    self.lexer.next();
                    return Ok(self.intake.graph.typed(word, datatype));
                }
                if !word.starts_with(|c: char| c.is_ascii_digit()) {
                    return Err("not a value; left out");
                }
                self.lexer.next();
                let term = self.intake.graph.plain(word);
                self.remark(None, RemarkCode::RepairedSyntax, start, "a text without quotes; taken as text");
                Ok(term)
            }
            Token::Bad(raw) if raw.len() > 1 && raw.starts_with(['"', '\'']) => self.unclosed(),
            _ => Err("not a value; left out"),
        }
    }

    /// An IRI, a prefixed name or a labelled blank node.
    fn resource(&mut self) -> Result<TermId, Bad> {
        let start = self.lexer.at;
        match self.lexer.next() {
            Token::Iri(raw) => {
                if raw.contains('\\') || self.base.is_some() {
                    let iri = self.resolved(raw);
                    return Ok(self.intake.graph.iri(&iri));
                }
                Ok(self.intake.graph.iri(raw))
            }
            Token::Blank(label) => Ok(self.intake.graph.blank(label)),
            Token::Name { prefix, local } => self.named(prefix, local, start),
            _ => Err("not a resource; left out"),
        }
    }

    fn named(&mut self, prefix: &str, local: &str, start: usize) -> Result<TermId, Bad> {
        let namespace = match self.prefixes.get(prefix) {
            Some(namespace) => namespace.as_str(),
            None if local.starts_with("//") => {
                self.room.clear();
                self.room.push_str(prefix);
                self.room.push(':');
                self.room.push_str(local);
                let iri = self.intake.graph.iri(&self.room);
                self.remark(
                    None,
                    RemarkCode::RepairedSyntax,
                    start,
                    "an IRI without `<` and `>`; read as one",
                );
                return Ok(iri);
            }
            None => {
                let usual = names::prefix(prefix).ok_or("the prefix is not declared; left out")?;
                self.intake.trouble_once(
                    RemarkCode::RepairedSyntax,
                    prefix,
                    "prefix not declared; read as is usual",
                );
                usual
            }
        };
        self.room.clear();
        self.room.push_str(namespace);
        if local.contains('\\') {
            lexer::unescape_local(local, &mut self.room);
        } else {
            self.room.push_str(local);
        }
        Ok(self.intake.graph.iri(&self.room))
    }

    fn literal(&mut self) -> Result<TermId, Bad> {
        let start = self.lexer.at;
        let Token::Text { raw, mended } = self.lexer.next() else { return Err("not a text; left out") };
        let mut value = std::mem::take(&mut self.room);
        let good = lexer::unescape(raw, &mut value);
        if mended {
            self.remark(
                None,
                RemarkCode::RepairedSyntax,
                start,
                "quotes or line ends were not escaped; taken as text",
            );
        } else if !good {
            self.remark(None, RemarkCode::RepairedSyntax, start, "`\\` escapes nothing; taken as text");
        }
        let term = match self.lexer.peek() {
            Token::At(tag) if !matches!(tag, "prefix" | "base") => {
                self.lexer.next();
                Ok(self.intake.text(&value, Some(tag)))
            }
            Token::Carets => {
                self.lexer.next();
                self.typed(&value)
            }
            _ => Ok(self.intake.graph.plain(&value)),
        };
        self.room = value;
        term
    }

    /// A text whose end is not marked: it ends with its line, before the mark that ends the statement.
    fn unclosed(&mut self) -> Result<TermId, Bad> {
        let Token::Bad(raw) = self.lexer.next() else { return Err("not a text; left out") };
        if self.lexer.at >= self.length {
            return Err("a text that the document ends in; left out");
        }
        let start = self.lexer.at - raw.len();
        let line = raw.trim_end();
        let text = line.trim_end_matches([' ', '\t', '.', ';', ',']);
        let mark = line.get(text.len()..).unwrap_or_default();
        // The last mark still ends what it was meant to end.
        self.lexer.at = start + line.len() - usize::from(mark.ends_with(['.', ';', ',']));
        let mut value = std::mem::take(&mut self.room);
        lexer::unescape(text.trim_start_matches(['"', '\'']), &mut value);
        let term = self.intake.graph.plain(&value);
        self.room = value;
        self.remark(
            None,
            RemarkCode::RepairedSyntax,
            start,
            "a text whose quotes are not closed; taken up to the end of its line",
        );
        Ok(term)
    }

    fn typed(&mut self, value: &str) -> Result<TermId, Bad> {
        match self.lexer.peek() {
            Token::Iri(_) | Token::Name { .. } => {
                let datatype = self.resource()?;
                let datatype = self.intake.graph.term(datatype).as_iri().unwrap_or_default().to_owned();
                Ok(self.intake.graph.typed(value, &datatype))
            }
            _ => Err("the datatype is no IRI; left out"),
        }
    }

    /// `[ … ]`.
    fn described(&mut self) -> Result<TermId, Bad> {
        let start = self.lexer.at;
        if self.depth >= TURTLE_DEPTH_MAX {
            return Err("nested too deeply; left out");
        }
        self.lexer.next();
        let node = self.intake.graph.anonymous();
        self.depth += 1;
        let read = self.properties(node, start);
        self.depth -= 1;
        if !self.lexer.take(b']') {
            self.note_cut(start);
            self.remark(
                None,
                RemarkCode::RepairedSyntax,
                start,
                "`[` is not closed; closed with its statement",
            );
        }
        read.map(|()| node)
    }

    /// `( … )`.
    fn list(&mut self) -> Result<TermId, Bad> {
        let start = self.lexer.at;
        if self.depth >= TURTLE_DEPTH_MAX {
            return Err("nested too deeply; left out");
        }
        self.lexer.next();
        self.depth += 1;
        let mut members = Vec::new();
        while !matches!(self.lexer.peek_byte(), Some(b')' | b';' | b',' | b']' | b'}') | None) {
            match self.object() {
                Ok(member) => members.push(member),
                Err(why) => {
                    self.depth -= 1;
                    return Err(why);
                }
            }
        }
        self.depth -= 1;
        if !self.lexer.take(b')') {
            self.note_cut(start);
            return Err("`(` is not closed; left out");
        }
        let (first, rest) = (self.intake.graph.iri(rdf::FIRST), self.intake.graph.iri(rdf::REST));
        let mut list = self.intake.graph.iri(rdf::NIL);
        for member in members.into_iter().rev() {
            let cell = self.intake.graph.anonymous();
            self.intake.graph.insert(cell, first, member);
            self.intake.graph.insert(cell, rest, list);
            list = cell;
        }
        Ok(list)
    }

    /// An IRI without escapes, against the base that the document declares.
    pub(super) fn resolved(&self, raw: &str) -> String {
        let mut iri = String::new();
        lexer::unescape(raw, &mut iri);
        let resolved = self.base.as_deref().and_then(|base| Iri::parse(base).ok()?.resolve(&iri).ok());
        resolved.map_or(iri, Iri::into_inner)
    }
}

/// The datatype of a number.
fn number(word: &str) -> Option<&'static str> {
    let (mantissa, exponent) = match word.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (word, None),
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let bare = |text: &str| text.strip_prefix(['+', '-']).unwrap_or(text).to_owned();
    let unsigned = bare(mantissa);
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (whole.to_owned(), Some(fraction.to_owned())),
        None => (unsigned, None),
    };
    let any = !whole.is_empty() || fraction.as_ref().is_some_and(|f| !f.is_empty());
    if !any || !digits(&whole) || !fraction.as_deref().is_none_or(digits) {
        return None;
    }
    match exponent.map(bare) {
        Some(power) => (!power.is_empty() && digits(&power)).then_some(xsd::DOUBLE),
        None if fraction.is_some() => Some(xsd::DECIMAL),
        None => Some(xsd::INTEGER),
    }
}
