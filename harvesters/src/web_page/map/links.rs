//! A dataset of a page of links to DCAT-AP.

use moisson_dcat::{
    Mapped,
    draft::{AgentSaid, Defaults, Draft, NamedSaid, said},
};

use super::super::{
    dates, formats, label,
    listing::{Listed, ListedFile},
};

/// Maps one dataset.
pub(super) fn map(defaults: &Defaults, listed: &Listed) -> Mapped {
    let Listed {
        page,
        page_title,
        site,
        lang: _,
        title,
        headings,
        description,
        date,
        publisher,
        license,
        files,
    } = listed;
    let mut draft = Draft::dataset(defaults);
    draft.upstream_page(said("page", page));
    let landing_page = NamedSaid::iri(said("page", page));
    draft.landing_page(match page_title {
        Some(title) => landing_page.label(said("page_title", title)),
        None => landing_page,
    });
    if let Some(site) = site {
        draft.upstream_catalog(said("site", site));
    }
    draft.title(said("title", title)).description(said("description", description));
    for (index, heading) in headings.iter().enumerate().filter(|(_, heading)| *heading != title) {
        draft.extra(said(&format!("headings/{index}"), heading));
    }
    modified(&mut draft, date.as_deref(), files);
    if let Some(publisher) = publisher {
        let name = Some(said("publisher", &publisher.text)).filter(|name| !name.is_empty());
        let homepage = publisher.href.as_deref().map(|href| said("publisher/href", href));
        draft.publisher(AgentSaid { name: name.into_iter().collect(), homepage, ..AgentSaid::default() });
    }
    if let Some(license) = license {
        let label = Some(said("license", &license.text)).filter(|label| !label.is_empty());
        let iri = license.href.as_deref().map(|href| said("license/href", href));
        draft.license(NamedSaid { iri, label: label.into_iter().collect() });
    }
    for (index, listed) in files.iter().enumerate() {
        file(&mut draft, listed, index, title);
    }
    draft.finish()
}

/// The date that the page gives, else that of the file that changed last.
fn modified(draft: &mut Draft, date: Option<&str>, files: &[ListedFile]) {
    let headers = files.iter().filter_map(|file| file.head.as_ref()?.modified.as_deref());
    match date {
        Some(date) => draft.modified(said("date", &dates::iso(date))),
        None => match headers.max() {
            Some(latest) => draft.modified(said("files/head/modified", latest)),
            None => draft,
        },
    };
}

fn file(draft: &mut Draft, file: &ListedFile, index: usize, dataset_title: &str) {
    let ListedFile { url, text, title, format, size, media_type, language, hint, head } = file;
    let place = |name: &str| format!("files/{index}/{name}");
    let (url_place, text_place, format_place, size_place) =
        (place("url"), place("text"), place("format"), place("size"));
    let mut distribution = draft.distribution(None);
    if format.as_deref().is_some_and(formats::is_service) {
        distribution.access_url(said(&url_place, url));
    } else {
        distribution.download_url(said(&url_place, url));
    }
    let words = if title.is_empty() { text } else { title };
    distribution.title(said(&text_place, if words.is_empty() { dataset_title } else { words }));
    if let Some(hint) = hint {
        // `Ouvrir le fichier` describes nothing.
        if label::key(&label::read(hint).title).is_empty() {
            distribution.extra(said(&place("hint"), hint));
        } else {
            distribution.description(said(&place("hint"), hint));
        }
    }
    if let Some(format) = format {
        distribution.format(said(&format_place, format));
    }
    let (given_type, head_type) = (place("media_type"), place("head/media_type"));
    let head_type_said =
        head.as_ref().and_then(|head| head.media_type.as_deref()).filter(|kind| is_telling(kind));
    match (media_type, head_type_said) {
        (Some(media_type), _) => distribution.media_type(said(&given_type, media_type)),
        (None, Some(media_type)) => distribution.media_type(said(&head_type, media_type)),
        (None, None) => &mut distribution,
    };
    match (head.as_ref().and_then(|head| head.bytes), size) {
        (Some(bytes), _) => distribution.byte_size(said(&place("head/bytes"), &bytes.to_string())),
        (None, Some(size)) => distribution.byte_size(said(&size_place, size)),
        (None, None) => &mut distribution,
    };
    if let Some(modified) = head.as_ref().and_then(|head| head.modified.as_deref()) {
        distribution.modified(said(&place("head/modified"), modified));
    }
    if let Some(language) = language {
        distribution.language(said(&place("language"), language));
    }
    if !title.is_empty() && title != text {
        distribution.extra(said(&text_place, text));
    }
}

/// Whether a server's word on a file's type says anything: many call everything a stream of bytes.
fn is_telling(media_type: &str) -> bool {
    !matches!(
        media_type,
        "application/octet-stream"
            | "binary/octet-stream"
            | "application/force-download"
            | "application/download"
            | "text/plain"
            | "text/html"
    )
}
