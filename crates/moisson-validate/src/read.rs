//! Documents into the index, statement by statement, with the lines they stand on.

use std::{collections::BTreeSet, io::Read as _};

use moisson_dcat::{Iri, rdf_in};
use moisson_shacl::{DataError, DataIndex, IndexBuilder};
use oxiri::Iri as IriCheck;
use oxrdf::{BlankNode, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Term, Triple, TripleRef};
use oxrdfio::{JsonLdProfileSet, LoadedDocument, RdfFormat, RdfParseError, RdfParser};

use crate::{
    Document, DocumentRead, Fault, FaultKind, Limits, Reading, Rules, Syntax,
    intake::{self, Opened},
    places::Places,
};

/// Reads documents into one index.
pub(crate) struct Reader<'r> {
    limits: &'r Limits,
    stop: &'r dyn Fn() -> bool,
    builder: IndexBuilder,
    places: Places,
    documents: Vec<DocumentRead>,
    statements: u64,
    rules: &'r Rules,
    /// Whether a statement declares a profile.
    declares: bool,
}

/// What was read.
pub(crate) struct Read {
    pub(crate) index: DataIndex,
    pub(crate) places: Places,
    pub(crate) documents: Vec<DocumentRead>,
    /// Whether a statement declares a profile that counts only then.
    pub(crate) declares: bool,
}

impl<'r> Reader<'r> {
    pub(crate) fn new(
        rules: &'r Rules,
        limits: &'r Limits,
        stop: &'r dyn Fn() -> bool,
    ) -> Result<Self, DataError> {
        let builder = match rules.background() {
            Some(background) => rules.shapes().index_builder_with(background)?,
            None => rules.shapes().index_builder(),
        };
        Ok(Self {
            limits,
            stop,
            builder,
            places: Places::default(),
            documents: Vec::new(),
            statements: 0,
            rules,
            declares: false,
        })
    }

    pub(crate) fn finish(self) -> Read {
        let Self { builder, places, documents, declares, .. } = self;
        Read { index: builder.build(), places, documents, declares }
    }

    /// Reads a document as far as that goes.
    pub(crate) fn read(&mut self, document: Document<'_>) {
        let Document { name, base, content_type, syntax, reading, bytes } = document;
        let told = [content_type.as_deref().and_then(Syntax::of_content_type), Syntax::of_path(&name)];
        let base = base.unwrap_or_else(|| Document::NO_BASE.to_owned());
        self.places.begin();
        self.documents.push(DocumentRead {
            name,
            syntax: None,
            statements: 0,
            whole: true,
            faults: Vec::new(),
            fault_count: 0,
        });
        // The stream lives as long as this call, and so does what it asks.
        let stop = self.stop;
        let opened = match intake::open(bytes, syntax, &told, self.limits, &stop) {
            Ok(opened) => opened,
            Err(fault) => {
                self.end_with(fault);
                return;
            }
        };
        self.set_syntax(opened.syntax);
        for notice in &opened.notices {
            self.fault(notice.clone());
        }
        match reading {
            Reading::Strict => self.read_strictly(opened, &base),
            Reading::Lenient => self.read_leniently(opened, &base),
        }
        self.say_if_nothing_was_read();
    }

    fn set_syntax(&mut self, syntax: Syntax) {
        if let Some(document) = self.documents.last_mut() {
            document.syntax = Some(syntax.name());
        }
    }

    fn fault(&mut self, fault: Fault) {
        if let Some(document) = self.documents.last_mut() {
            document.fault_count += 1;
            if document.faults.len() < Limits::FAULTS_MAX {
                document.faults.push(fault);
            }
        }
    }

    /// A fault that ends the reading of a document.
    fn end_with(&mut self, fault: Fault) {
        self.fault(fault);
        if let Some(document) = self.documents.last_mut() {
            document.whole = false;
        }
    }

    /// A document that says nothing is most often not what was meant to be checked.
    fn say_if_nothing_was_read(&mut self) {
        let nothing = self.documents.last().is_some_and(|d| d.statements == 0 && !d.failed());
        if !nothing {
            return;
        }
        let json = self.documents.last().is_some_and(|d| d.syntax == Some(Syntax::JsonLd.name()));
        let message = if json {
            "there is no statement in it: this JSON has no `@context` that gives its keys a meaning, or no `@id` and \
             `@type`; is it the answer of another API?"
        } else {
            "there is no statement in it"
        };
        self.fault(Fault::of(FaultKind::Unrecognised, message));
    }

    /// Takes a statement in; says whether there is room for more.
    fn insert(&mut self, triple: TripleRef<'_>, line: u64) -> bool {
        if self.statements >= self.limits.max_statements {
            let limit = self.limits.max_statements;
            let message = format!("more than {limit} statements (`max_statements`); check the data in parts");
            self.end_with(Fault::of(FaultKind::Limit, &message).at_line(line));
            return false;
        }
        if let Err(error) = self.builder.insert(triple) {
            self.end_with(Fault::of(FaultKind::Limit, &error.to_string()).at_line(line));
            return false;
        }
        self.statements += 1;
        if let Some(document) = self.documents.last_mut() {
            document.statements += 1;
        }
        self.places.insert(triple, line);
        self.declares = self.declares || self.rules.is_declared_by(triple);
        true
    }

    fn read_strictly(&mut self, opened: Opened<'_>, base: &str) {
        let Opened { syntax, stream, progress, notices: _ } = opened;
        let mut parser = RdfParser::from_format(syntax.format()).rename_blank_nodes();
        if syntax == Syntax::JsonLd {
            // JSON-LD passes over references that are no IRIs in silence; so they are looked at below.
            parser = parser.lenient();
        }
        parser = match parser.clone().with_base_iri(base) {
            Ok(parser) => parser,
            Err(_) => parser,
        };
        let quads = parser.for_reader(stream).with_document_loader(context);
        let mut keys = BTreeSet::new();
        for quad in quads {
            let line = if syntax == Syntax::JsonLd { 0 } else { progress.line() };
            match quad {
                Ok(quad) => {
                    let triple = Triple::from(quad);
                    if syntax == Syntax::JsonLd
                        && let Some(iri) = first_invalid(&triple)
                    {
                        if iri == triple.predicate.as_str() && !iri.contains(':') {
                            self.note_key(iri, &mut keys);
                            continue;
                        }
                        let message = format!("`{iri}` is not an IRI; the statement with it is left out");
                        self.fault(Fault::of(FaultKind::Syntax, &message));
                        continue;
                    }
                    if !self.insert(triple.as_ref(), line) {
                        return;
                    }
                }
                Err(RdfParseError::Io(error)) => {
                    let fault = progress.take_fault().unwrap_or_else(|| {
                        Fault::of(FaultKind::Limit, &format!("{error}")).at_line(progress.line())
                    });
                    return self.end_with(fault);
                }
                Err(RdfParseError::Syntax(error)) => {
                    let place = error.location().map(|location| location.start);
                    let fault = Fault {
                        kind: FaultKind::Syntax,
                        line: place.map(|place| place.line + 1).or(Some(progress.line())),
                        column: place.map(|place| place.column + 1),
                        message: without_place(&error.to_string()),
                    };
                    if !syntax.is_terse() {
                        // What such a parser says after an error cannot be believed.
                        return self.end_with(fault);
                    }
                    self.fault(fault);
                }
            }
        }
        if let Some(fault) = progress.take_fault() {
            self.end_with(fault);
        }
    }

    /// A key of JSON that no context gives a meaning: JSON-LD passes over it, but its author may not know.
    fn note_key(&mut self, key: &str, known: &mut BTreeSet<String>) {
        if known.len() < Limits::FAULTS_MAX && known.insert(key.to_owned()) {
            let message = format!("`{key}`: no context says what this key means; JSON-LD passes over it");
            self.fault(Fault::of(FaultKind::Note, &message));
        }
    }

    /// By the harvester's own reader, which holds the document.
    fn read_leniently(&mut self, opened: Opened<'_>, base: &str) {
        let Opened { syntax, mut stream, progress, notices: _ } = opened;
        let limit = self.limits.max_held_bytes;
        let mut bytes = Vec::new();
        let read = stream.by_ref().take(limit.saturating_add(1)).read_to_end(&mut bytes);
        let fault = progress.take_fault();
        // An end that is missing is for the reader to judge; what the gate stops stays stopped.
        if let Some(fault) = fault.filter(|fault| fault.kind != FaultKind::Syntax) {
            return self.end_with(fault);
        }
        if read.is_ok() && bytes.len() as u64 > limit {
            let message =
                format!("the document has more than {limit} bytes (`max_held_bytes`); split it into parts");
            return self.end_with(Fault::of(FaultKind::Limit, &message));
        }
        let family = match syntax {
            Syntax::RdfXml => rdf_in::Syntax::Xml,
            Syntax::JsonLd => rdf_in::Syntax::Json,
            _ => rdf_in::Syntax::Turtle,
        };
        let hints = rdf_in::Hints { syntax: Some(family), ..rdf_in::Hints::default() };
        let Ok(base) = Iri::new(base).or_else(|_| Iri::new(Document::NO_BASE)) else { return };
        let reading = match rdf_in::read(&bytes, hints, &base) {
            Ok(reading) => reading,
            Err(error) => return self.end_with(Fault::of(FaultKind::Syntax, &error.to_string())),
        };
        for trouble in &reading.troubles {
            let remark = &trouble.remark;
            let message = format!("{}: `{}`: {}", remark.code.as_str(), remark.value, remark.detail);
            let line = remark.place.strip_prefix("line ").and_then(|line| line.parse().ok());
            self.fault(Fault { kind: FaultKind::Note, line, column: None, message });
        }
        if let Some(shortfall) = reading.shortfall {
            self.fault(Fault::of(FaultKind::Note, &shortfall));
        }
        let document = self.documents.len();
        let graph = &reading.graph;
        let term = |id: rdf_in::TermId| as_term(graph.term(id), || format!("d{document}n{}", id.index()));
        for &[subject, predicate, object] in graph.triples() {
            if let (Some(subject), Some(Term::NamedNode(predicate)), Some(object)) =
                (term(subject).and_then(node), term(predicate), term(object))
                && !self.insert(Triple::new(subject, predicate, object).as_ref(), 0)
            {
                return;
            }
        }
    }
}

fn node(term: Term) -> Option<NamedOrBlankNode> {
    NamedOrBlankNode::try_from(term).ok()
}

/// A term of the harvester's graph, with another label if it is a blank node.
fn as_term(term: rdf_in::Term<'_>, label: impl FnOnce() -> String) -> Option<Term> {
    Some(match term {
        rdf_in::Term::Iri(iri) => NamedNode::new_unchecked(iri).into(),
        rdf_in::Term::Blank(_) => BlankNode::new(label()).ok()?.into(),
        rdf_in::Term::Literal { value, lang: Some(lang), .. } => {
            Literal::new_language_tagged_literal(value, lang).ok()?.into()
        }
        rdf_in::Term::Literal { value, lang: None, datatype: Some(datatype) } => {
            Literal::new_typed_literal(value, NamedNode::new_unchecked(datatype)).into()
        }
        rdf_in::Term::Literal { value, lang: None, datatype: None } => {
            Literal::new_simple_literal(value).into()
        }
    })
}

/// What a parser says, without the place, which is told apart.
fn without_place(message: &str) -> String {
    let after = message.strip_prefix("Parser error ").and_then(|rest| rest.split_once(": "));
    after.map_or(message, |(_, what)| what).to_owned()
}

/// The first term of a statement that should be an IRI and is not.
fn first_invalid(triple: &Triple) -> Option<&str> {
    let subject = match &triple.subject {
        NamedOrBlankNode::NamedNode(node) => Some(node.as_str()),
        NamedOrBlankNode::BlankNode(_) => None,
    };
    let object = if let Term::NamedNode(node) = &triple.object { Some(node.as_str()) } else { None };
    let datatype = if let Term::Literal(literal) = &triple.object { Some(literal.datatype()) } else { None };
    let iris = [subject, Some(triple.predicate.as_str()), object, datatype.map(NamedNodeRef::as_str)];
    iris.into_iter().flatten().find(|iri| IriCheck::parse(*iri).is_err())
}

/// A context by its address: built in or refused, never fetched.
fn context(url: &str) -> Result<LoadedDocument, Box<dyn std::error::Error + Send + Sync>> {
    let content = rdf_in::known_context(url).ok_or_else(|| {
        format!("the context `{url}` is not fetched, since nothing that a document names is; put it into the document")
    })?;
    Ok(LoadedDocument {
        url: url.to_owned(),
        content: content.as_bytes().to_vec(),
        format: RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() },
    })
}
