//! Reads [Turtle](https://www.w3.org/TR/turtle/), [TriG](https://www.w3.org/TR/trig/),
//! [N-Triples](https://www.w3.org/TR/n-triples/), [N-Quads](https://www.w3.org/TR/n-quads/) and the part of N3
//! that is data, all as one language: each is written in words of the others, so that nothing depends on how a
//! portal labels its file. The names of graphs are passed over; a catalogue is the union of them.
//!
//! A conforming document gives exactly the statements of the standards (the tests compare with `oxttl`). An
//! error costs the value it stands in, not the statement, let alone the file: reading goes on at the next `;`,
//! `.` or `]` of the same level.

mod lexer;
mod terms;

use std::collections::HashMap;

use super::{
    graph::TermId,
    intake::{At, Intake, excerpt},
    lines::Lines,
};
use crate::RemarkCode;
use lexer::{Lexer, Token};

/// Deepest nesting of `[ … ]` and `( … )`.
pub const TURTLE_DEPTH_MAX: usize = 100;

/// Most prefixes in one document.
const PREFIXES_MAX: usize = 10_000;

/// How a document ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// After a whole statement.
    Whole,
    /// After a statement without its full stop, so that it cannot be told whether more was to come.
    Open,
    /// In the middle of a statement; with the line it is on.
    Cut(usize),
    /// At a limit.
    TooLarge,
}

/// Why a part could not be read.
type Bad = &'static str;

/// Reads a document.
pub(super) fn read(text: &str, intake: &mut Intake) -> End {
    let mut parser = Parser {
        lexer: Lexer::new(text),
        intake,
        prefixes: HashMap::new(),
        base: None,
        room: String::new(),
        lines: Lines::new(text),
        in_graph: false,
        depth: 0,
        whole_until: 0,
        open: false,
        length: text.len(),
    };
    parser.document()
}

struct Parser<'t, 'i> {
    lexer: Lexer<'t>,
    intake: &'i mut Intake,
    prefixes: HashMap<&'t str, String>,
    base: Option<String>,
    /// Room to put terms together.
    room: String,
    lines: Lines<'t>,
    /// Whether a `{` is open.
    in_graph: bool,
    depth: usize,
    /// Where the last whole statement ended.
    whole_until: usize,
    /// Whether the last statement had no full stop.
    open: bool,
    length: usize,
}

impl Parser<'_, '_> {
    fn document(&mut self) -> End {
        loop {
            match self.lexer.peek() {
                Token::End => break,
                Token::Mark('{') => {
                    self.in_graph = true;
                    self.lexer.next();
                }
                Token::Mark('}') => {
                    self.in_graph = false;
                    self.lexer.next();
                    self.whole_until = self.lexer.at;
                }
                Token::Mark('.') => {
                    self.lexer.next();
                }
                Token::At(word @ ("prefix" | "base")) => self.directive(word),
                Token::Word(word) if is_any(word, &["prefix", "base"]) => self.directive(word),
                Token::Word(word) if is_any(word, &["graph"]) => {
                    self.lexer.next();
                }
                _ => self.statement(),
            }
            if self.intake.graph.is_full() {
                return End::TooLarge;
            }
        }
        match self.lexer.cut.filter(|cut| *cut >= self.whole_until) {
            Some(cut) => End::Cut(self.lines.at(cut)),
            None if self.open || self.in_graph => End::Open,
            None => End::Whole,
        }
    }

    /// `@prefix`, `@base` and their SPARQL forms.
    fn directive(&mut self, word: &str) {
        let start = self.lexer.at;
        self.lexer.next();
        let named = match self.lexer.peek() {
            Token::Name { prefix, local: "" } => {
                self.lexer.next();
                Some(prefix)
            }
            _ => None,
        };
        let iri = self.lexer.peek();
        match (is_any(word, &["base"]), named, iri) {
            (true, None, Token::Iri(raw)) => {
                self.lexer.next();
                self.base = Some(self.resolved(raw));
            }
            (false, Some(prefix), Token::Iri(raw)) if self.prefixes.len() < PREFIXES_MAX => {
                self.lexer.next();
                let namespace = self.resolved(raw);
                self.prefixes.insert(prefix, namespace);
            }
            _ => {
                self.give_up(start, "not a declaration of a prefix or base; left out");
                return;
            }
        }
        self.lexer.take(b'.');
        self.whole_until = self.lexer.at;
    }

    fn statement(&mut self) {
        self.lexer.skip_space();
        let start = self.lexer.at;
        self.open = false;
        let anonymous = self.lexer.peek_byte() == Some(b'[');
        let subject = match self.subject() {
            Ok(subject) => subject,
            Err(why) => return self.give_up(start, why),
        };
        if self.lexer.take(b'{') {
            self.in_graph = true;
            return;
        }
        let described = anonymous && matches!(self.lexer.peek_byte(), Some(b'.' | b'}') | None);
        if !described && let Err(why) = self.properties(subject, start) {
            return self.give_up(start, why);
        }
        self.stop(start);
    }

    /// The end of a statement.
    fn stop(&mut self, start: usize) {
        match self.lexer.peek() {
            Token::Mark('.') => {
                self.lexer.next();
                self.whole_until = self.lexer.at;
            }
            Token::Mark('}') => self.whole_until = self.lexer.at,
            Token::End => self.open = true,
            _ if self.starts_line() => {
                self.remark(None, RemarkCode::RepairedSyntax, start, "no full stop; ended with its line");
            }
            // The graph of a line of N-Quads.
            Token::Iri(_) | Token::Blank(_) | Token::Name { .. } => {
                self.lexer.next();
                match self.lexer.peek() {
                    Token::Mark('.') => self.stop(start),
                    Token::End => self.open = true,
                    _ if self.starts_line() => self.stop(start),
                    _ => self.give_up(start, "does not end after its object"),
                }
            }
            _ => self.give_up(start, "does not end after its object"),
        }
    }

    /// Whether the next token is the first on its line.
    fn starts_line(&mut self) -> bool {
        self.lexer.skip_space();
        let before = self.lexer.slice(0, self.lexer.at).bytes().rev();
        before.take_while(u8::is_ascii_whitespace).any(|byte| byte == b'\n')
    }

    /// Leaves the rest of a statement out.
    fn give_up(&mut self, start: usize, why: Bad) {
        self.skip_to(&['.', '}']);
        self.note_cut(start);
        self.remark(None, RemarkCode::UnreadableStatement, start, why);
        self.lexer.take(b'.');
    }

    fn note_cut(&mut self, start: usize) {
        self.lexer.skip_space();
        if self.lexer.at >= self.length && self.lexer.cut.is_none() {
            self.lexer.cut = Some(start);
        }
    }

    // ── properties ──────────────────────────────────────────────────────────────────────────────────────

    /// What is said about a subject, until the mark that ends it.
    fn properties(&mut self, subject: TermId, statement: usize) -> Result<(), Bad> {
        loop {
            while self.lexer.take(b';') {}
            if matches!(self.lexer.peek_byte(), Some(b'.' | b']' | b'}') | None) {
                if self.lexer.peek_byte().is_none() {
                    self.note_cut(statement);
                }
                return Ok(());
            }
            let start = self.lexer.at;
            let predicate = match self.predicate() {
                Ok(predicate) => predicate,
                Err(why) => {
                    self.leave_out(subject, None, start, why);
                    continue;
                }
            };
            self.objects(subject, predicate, start);
            match self.lexer.peek_byte() {
                Some(b';' | b'.' | b']' | b'}') | None => {}
                _ if self.continues() => {
                    self.remark(
                        Some(subject),
                        RemarkCode::RepairedSyntax,
                        start,
                        "no `;` after it; read as if there were",
                    );
                }
                _ if self.depth == 0 => return Ok(()),
                _ => self.leave_out(subject, Some(predicate), start, "not followed by `;` or `]`"),
            }
            if self.lexer.peek_byte().is_none() {
                return Ok(());
            }
        }
    }

    fn objects(&mut self, subject: TermId, predicate: TermId, start: usize) {
        loop {
            match self.object() {
                Ok(object) => self.intake.graph.insert(subject, predicate, object),
                Err(why) => {
                    self.skip_to(&[',', ';', '.', ']', '}']);
                    self.note_cut(start);
                    let property = self.intake.graph.term(predicate).as_iri().unwrap_or_default().to_owned();
                    self.note(Some(subject), &property, RemarkCode::UnreadableStatement, (start, why));
                }
            }
            if !self.lexer.take(b',') {
                return;
            }
        }
    }

    /// Leaves a property out and goes on after it.
    fn leave_out(&mut self, subject: TermId, predicate: Option<TermId>, start: usize, why: Bad) {
        self.skip_to(&[';', '.', ']', '}']);
        self.note_cut(start);
        let property =
            predicate.and_then(|p| self.intake.graph.term(p).as_iri()).unwrap_or_default().to_owned();
        self.note(Some(subject), &property, RemarkCode::UnreadableStatement, (start, why));
    }

    /// Skips until one of the marks comes next on this level; strings, IRIs and brackets are skipped whole.
    fn skip_to(&mut self, marks: &[char]) {
        let mut depth = 0_usize;
        loop {
            let before = self.lexer.at;
            match self.lexer.next() {
                Token::End => return,
                Token::Mark(mark) if depth == 0 && marks.contains(&mark) => {
                    self.lexer.at = before;
                    return;
                }
                Token::Mark('[' | '(' | '{') => depth += 1,
                Token::Mark(']' | ')' | '}') => depth = depth.saturating_sub(1),
                // A full stop ends a statement even if brackets were left open in it.
                Token::Mark('.')
                    if (self.lexer.peek_byte().is_none() || self.starts_line()) && marks.contains(&'.') =>
                {
                    self.lexer.at = before;
                    return;
                }
                // A text that was not closed took the mark at the end of its line with it.
                Token::Bad(text) => {
                    let last = text.trim_end().chars().next_back();
                    if depth == 0 && text.len() > 1 && last.is_some_and(|mark| marks.contains(&mark)) {
                        self.lexer.at -= text.len() - text.trim_end().len() + 1;
                        return;
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether a property and a value come next although no `;` was there.
    fn continues(&mut self) -> bool {
        if !self.starts_line() {
            return false;
        }
        let mut ahead = self.lexer.clone();
        let first = matches!(ahead.next(), Token::Iri(_) | Token::Name { .. } | Token::Word("a"));
        let second = ahead.next();
        let third = ahead.next();
        first
            && (matches!(second, Token::Text { .. } | Token::Word(_) | Token::Mark('[' | '('))
                && second != Token::Word("a")
                || (is_term(&second) && matches!(third, Token::Mark(';' | '.' | ',' | ']'))))
    }

    // ── remarks ─────────────────────────────────────────────────────────────────────────────────────────

    fn remark(&mut self, about: Option<TermId>, code: RemarkCode, start: usize, detail: &str) {
        self.note(about, "", code, (start, detail));
    }

    fn note(
        &mut self,
        about: Option<TermId>,
        property: &str,
        code: RemarkCode,
        (start, detail): (usize, &str),
    ) {
        let line = self.lines.at(start);
        let text = self.lexer.slice(start, self.lexer.at);
        self.intake.trouble(code, At { about, property, line }, &excerpt(text), detail);
    }
}

fn is_any(word: &str, words: &[&str]) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

fn is_term(token: &Token<'_>) -> bool {
    matches!(token, Token::Iri(_) | Token::Name { .. } | Token::Blank(_))
}

#[cfg(test)]
mod tests;
