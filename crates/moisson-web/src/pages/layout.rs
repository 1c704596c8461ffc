//! What every page has: head, menu, languages, foot.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use maud::{DOCTYPE, Markup, html};

use super::{assets, html::link_out};
use crate::{Language, language::best_text, reader::Reader, reply};

/// Which part of the portal a page is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Here {
    Datasets,
    Sources,
    Check,
    Query,
    Api,
    About,
}

/// One page.
#[derive(Debug, Clone)]
pub(crate) struct Page<'a> {
    pub(crate) reader: &'a Reader,
    /// The title; the portal's is added.
    pub(crate) title: &'a str,
    pub(crate) here: Option<Here>,
    /// More for the head: alternates, structured data.
    pub(crate) head: Markup,
    /// A script of ours.
    pub(crate) script: Option<&'static str>,
    /// Not for search engines.
    pub(crate) hidden: bool,
    pub(crate) status: StatusCode,
}

impl<'a> Page<'a> {
    pub(crate) fn new(reader: &'a Reader) -> Self {
        Self {
            reader,
            title: "",
            here: None,
            head: html! {},
            script: None,
            hidden: false,
            status: StatusCode::OK,
        }
    }

    /// The page as a response, with validator and language.
    pub(crate) fn response(self, body: &Markup) -> Response {
        let language = self.reader.language.tag();
        let text = self.markup(body).into_string();
        let mut response =
            reply::bytes(self.reader, self.status, "text/html; charset=utf-8", text.into_bytes());
        response.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language));
        response
    }

    fn markup(&self, body: &Markup) -> Markup {
        let reader = self.reader;
        let texts = reader.texts;
        let portal = reader.portal();
        let portal_title = portal.title(reader.language);
        let title = if self.title.is_empty() {
            portal_title.to_owned()
        } else {
            format!("{} – {portal_title}", self.title)
        };
        html! {
            (DOCTYPE)
            html lang=(reader.language) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (title) }
                    @if self.hidden { meta name="robots" content="noindex"; }
                    link rel="icon" href=(reader.portal().prefix().to_owned() + "/favicon.svg") type="image/svg+xml";
                    link rel="stylesheet" href=(assets::versioned(portal.prefix(), "/assets/style.css"));
                    @if let Some(script) = self.script { script src=(assets::versioned(portal.prefix(), script)) defer {} }
                    (self.head)
                }
                body {
                    a.skip href="#content" { (texts.skip_to_content) }
                    header.top {
                        div.inner {
                            a.brand href=(reader.link("/")) {
                                img src=(portal.prefix().to_owned() + "/favicon.svg") alt="" width="30" height="30";
                                (portal_title)
                            }
                            nav aria-label=(texts.nav_label) { ul.menu { (self.menu()) } }
                            nav aria-label=(texts.language_label) { ul.languages { (self.languages()) } }
                        }
                    }
                    main #content tabindex="-1" { div.inner { (body) } }
                    (self.foot())
                }
            }
        }
    }

    fn menu(&self) -> Markup {
        let texts = self.reader.texts;
        let items = [
            (Here::Datasets, "/", texts.nav_datasets),
            (Here::Sources, "/sources", texts.nav_sources),
            (Here::Check, "/validate", texts.nav_validate),
            (Here::Query, "/sparql", texts.nav_query),
            (Here::Api, "/api", texts.nav_api),
            (Here::About, "/about", texts.nav_about),
        ];
        html! {
            @for (here, path, name) in items {
                li { a href=(self.reader.link(path)) aria-current=[(self.here == Some(here)).then_some("page")] { (name) } }
            }
        }
    }

    fn languages(&self) -> Markup {
        let reader = self.reader;
        let known = |language: &Language| reader.portal().languages.contains(language);
        html! {
            @for language in Language::ALL.iter().filter(|language| known(language) || reader.portal().languages.is_empty()) {
                li {
                    a href=(reader.this_page_in(*language)) lang=(language) hreflang=(language)
                        title=(language.own_name()) aria-current=[(*language == reader.language).then_some("true")]
                    { span aria-hidden="true" { (language.tag().to_uppercase()) } span.hidden { (language.own_name()) } }
                }
            }
        }
    }

    fn foot(&self) -> Markup {
        let reader = self.reader;
        let publisher = &reader.portal().publisher;
        let prefix = reader.portal().prefix();
        html! {
            footer.foot {
                div.inner {
                    @if let Some(name) = best_text(&publisher.name, reader.language) {
                        p { @match &publisher.homepage { Some(homepage) => (link_out(reader, homepage.as_str(), &name.value)), None => (name.value) } }
                    }
                    p {
                        (reader.texts.footer_catalogue) " "
                        @for (at, (name, extension)) in [("Turtle", "ttl"), ("RDF/XML", "rdf"), ("JSON-LD", "jsonld")].into_iter().enumerate() {
                            @if at > 0 { ", " }
                            a href={ (prefix) "/catalog." (extension) } { (name) }
                        }
                    }
                    p { (reader.texts.footer_made_with) }
                }
            }
        }
    }
}
