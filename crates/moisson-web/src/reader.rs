//! The person (or program) at the other end: their language, and links that keep it.

use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use url::form_urlencoded;

use crate::{Language, Portal, accept::Accept, server::Shared, texts::Texts};

/// One reader, for one request.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    /// `lang` of the URL, else the best of `Accept-Language`, else the portal's first.
    pub(crate) language: Language,
    /// The texts in that language.
    pub(crate) texts: &'static Texts,
    /// What the client accepts.
    pub(crate) accept: Accept,
    /// Whether the language comes from the URL, so that links must keep it.
    chosen: bool,
    portal: Arc<Portal>,
    /// The headers of the request.
    pub(crate) headers: HeaderMap,
    /// Path of the request, as the client wrote it.
    path: String,
    /// Parameters of the request, `lang` aside.
    parameters: Vec<(String, String)>,
}

impl Reader {
    pub(crate) fn of(portal: &Arc<Portal>, parts: &Parts) -> Self {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = || form_urlencoded::parse(query.as_bytes()).take(200);
        let chosen = pairs().find(|(name, _)| name == "lang").and_then(|(_, tag)| Language::from_tag(&tag));
        let language = chosen
            .or_else(|| Language::accepted(&parts.headers).filter(|found| portal.languages.contains(found)))
            .unwrap_or_else(|| portal.language());
        let parameters =
            pairs().filter(|(name, _)| name != "lang").map(|(n, v)| (n.into_owned(), v.into_owned()));
        Self {
            language,
            texts: Texts::of(language),
            accept: Accept::of(&parts.headers),
            chosen: chosen.is_some(),
            portal: Arc::clone(portal),
            headers: parts.headers.clone(),
            path: parts.uri.path().to_owned(),
            parameters: parameters.collect(),
        }
    }

    /// The same reader in another language, which links then keep.
    pub(crate) fn in_language(self, language: Language) -> Self {
        Self { language, texts: Texts::of(language), chosen: true, ..self }
    }

    /// The portal that is read.
    pub(crate) fn portal(&self) -> &Portal {
        &self.portal
    }

    /// A link to another page of the portal; `to` is a path with an optional query and fragment.
    pub(crate) fn link(&self, to: &str) -> String {
        if self.chosen { self.link_in(to, self.language) } else { format!("{}{to}", self.portal.prefix()) }
    }

    /// The language to put in forms as a hidden field, if it was chosen.
    pub(crate) fn chosen(&self) -> Option<Language> {
        self.chosen.then_some(self.language)
    }

    /// This very page in another language.
    pub(crate) fn this_page_in(&self, language: Language) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.parameters);
        query.append_pair("lang", language.tag());
        let path = self.path.strip_prefix(self.portal.prefix()).unwrap_or(&self.path);
        format!("{}{path}?{}", self.portal.prefix(), query.finish())
    }

    /// A link for a resource of ours if the IRI is one, so that pages link to the host they are served from.
    pub(crate) fn link_to_iri(&self, iri: &str) -> Option<String> {
        iri.strip_prefix(self.portal.base())
            .filter(|rest| rest.starts_with("/id/"))
            .map(|rest| self.link(rest))
    }

    fn link_in(&self, to: &str, language: Language) -> String {
        let (address, fragment) = match to.split_once('#') {
            Some((address, fragment)) => (address, format!("#{fragment}")),
            None => (to, String::new()),
        };
        let separator = if address.contains('?') { '&' } else { '?' };
        format!("{}{address}{separator}lang={}{fragment}", self.portal.prefix(), language.tag())
    }
}

impl FromRequestParts<Shared> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Infallible> {
        Ok(Self::of(&state.app.portal, parts))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::http::Request;
    use moisson_dcat::{Agent, Iri};

    use super::Reader;
    use crate::{Language, Portal};

    fn reader(base: &str, url: &str, accept_language: &str) -> Reader {
        let portal = Arc::new(Portal::new(&Iri::new(base).unwrap(), Vec::new(), Agent::default()));
        let request = Request::get(url).header("accept-language", accept_language).body(()).unwrap();
        Reader::of(&portal, &request.into_parts().0)
    }

    #[test]
    fn links_keep_a_language_that_was_chosen_and_only_that() {
        let by_header = reader("https://x.example", "/?q=a", "nl");
        assert_eq!(by_header.language, Language::Nl);
        assert_eq!(by_header.link("/sources"), "/sources");
        let chosen = reader("https://x.example/p", "/p/?q=a+b&lang=de", "nl");
        assert_eq!(chosen.language, Language::De);
        assert_eq!(chosen.link("/?q=c#top"), "/p/?q=c&lang=de#top");
        assert_eq!(chosen.this_page_in(Language::Fr), "/p/?q=a+b&lang=fr");
        assert_eq!(
            chosen.link_to_iri("https://x.example/p/id/dataset/a/b").unwrap(),
            "/p/id/dataset/a/b?lang=de"
        );
        assert_eq!(chosen.link_to_iri("https://other.example/id/x"), None);
    }

    #[test]
    fn a_language_that_is_unknown_falls_back_to_the_portal_s() {
        assert_eq!(reader("https://x.example", "/?lang=it", "pt").language, Language::Fr);
    }
}
