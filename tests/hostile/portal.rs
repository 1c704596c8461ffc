//! A portal of any kind with a dozen datasets: what it has, what it is asked, and how it answers when it is well.

use std::{collections::BTreeMap, fmt::Write as _};

use moisson_tests::loopback::{Answer, Asked};

/// Datasets on a page.
pub(crate) const PAGE: usize = 4;

/// The kinds that are played, in the order of the matrix.
pub(crate) const KINDS: [Kind; 5] = [Kind::Ckan, Kind::Opendatasoft, Kind::Dcat, Kind::Site, Kind::Scdl];

/// What a portal speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// CKAN's action API.
    Ckan,
    /// Opendatasoft's Explore API.
    Opendatasoft,
    /// DCAT in RDF/XML, in Hydra pages.
    Dcat,
    /// A site with a sitemap and schema.org in its pages.
    Site,
    /// One SCDL catalogue in CSV.
    Scdl,
}

/// A dataset as the portal shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dataset {
    /// Its number, of which id and title are made.
    pub(crate) number: u32,
    /// Counts up with each change.
    pub(crate) version: u32,
    /// What is wrong with it.
    pub(crate) flaw: Flaw,
}

/// What can be wrong with a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// Nothing.
    None,
    /// It has no id.
    NoId,
    /// It has no title.
    NoTitle,
    /// Its id is in capitals.
    Capitals,
    /// Its description holds a vertical tab, which XML and JSON forbid.
    Control,
    /// Its description holds bytes that are no UTF-8.
    NotUtf8,
    /// Its description has a megabyte.
    Long,
    /// It nests five thousand levels deep.
    Deep,
    /// Its file's address holds spaces and another address.
    BadUrl,
    /// There is nothing in its place.
    Nothing,
    /// Its description is markup with a script.
    Script,
}

/// What a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ask {
    /// So many datasets from a position on.
    Page {
        /// The position.
        start: usize,
        /// How many.
        rows: usize,
    },
    /// Everything at once.
    All,
    /// The names alone, or the sitemap.
    Names,
    /// One dataset.
    One(String),
    /// The list of one dataset.
    Find(String),
    /// `robots.txt`.
    Robots,
    /// Anything else.
    Unknown,
}

/// What one listing shows.
#[derive(Debug, Clone)]
pub(crate) struct View {
    /// The datasets.
    pub(crate) datasets: Vec<Dataset>,
    /// How many there are, as it is written.
    pub(crate) count: Option<String>,
    /// The link to the next page.
    pub(crate) next: Option<String>,
}

impl Dataset {
    /// A flawless one in its first version.
    pub(crate) fn new(number: u32) -> Self {
        Self { number, version: 1, flaw: Flaw::None }
    }

    /// What it is called everywhere.
    pub(crate) fn title(&self) -> String {
        format!("Jeu {:02} version {}", self.number, self.version)
    }

    /// The number and version in a title.
    pub(crate) fn of_title(title: &str) -> Option<(u32, u32)> {
        let (number, version) = title.strip_prefix("Jeu ")?.split_once(" version ")?;
        Some((number.parse().ok()?, version.parse().ok()?))
    }

    fn id(&self) -> String {
        let id = format!("jeu-{:02}", self.number);
        if self.flaw == Flaw::Capitals { id.to_uppercase() } else { id }
    }

    fn description(&self) -> Vec<u8> {
        match self.flaw {
            Flaw::Control => b"Une description avec \x0b un caractere interdit.".to_vec(),
            Flaw::NotUtf8 => b"Une description en latin-1 : \xe9t\xe9, for\xeat.".to_vec(),
            Flaw::Long => "Une longue description. ".repeat(45_000).into_bytes(),
            Flaw::Script => b"Une description <script>alert(1)</script> active.".to_vec(),
            _ => "Une description tout à fait normale.".as_bytes().to_vec(),
        }
    }

    fn file(&self) -> String {
        match self.flaw {
            Flaw::BadUrl => format!(
                "http://fichiers.example/un fichier {}.csv http://fichiers.example/deux.csv",
                self.number
            ),
            _ => format!("http://fichiers.example/{}.csv", self.number),
        }
    }
}

impl View {
    /// What a healthy portal shows.
    pub(crate) fn of(ask: &Ask, datasets: &[Dataset]) -> Self {
        let count = Some(datasets.len().to_string());
        match ask {
            Ask::Page { start, rows } => {
                let page = datasets.iter().skip(*start).take(*rows).copied().collect();
                let more = start + rows < datasets.len();
                let next = more.then(|| format!("http://HOST/catalog.rdf?page={}", start / PAGE + 2));
                Self { datasets: page, count, next }
            }
            Ask::One(id) => {
                let one = datasets.iter().filter(|it| it.id() == *id).copied().collect();
                Self { datasets: one, count, next: None }
            }
            Ask::Find(id) => {
                let one: Vec<Dataset> = datasets.iter().filter(|it| it.id() == *id).copied().collect();
                Self { count: Some(one.len().to_string()), datasets: one, next: None }
            }
            _ => Self { datasets: datasets.to_vec(), count, next: None },
        }
    }
}

impl Kind {
    /// Its column in the matrix.
    pub(crate) fn column(self) -> &'static str {
        match self {
            Self::Ckan => "ckan",
            Self::Opendatasoft => "opendatasoft",
            Self::Dcat => "dcat",
            Self::Site => "web-page, schema.org",
            Self::Scdl => "web-page, SCDL",
        }
    }

    /// Its place in the rows of the matrix.
    pub(crate) fn index(self) -> usize {
        KINDS.iter().position(|kind| *kind == self).unwrap_or_default()
    }

    /// The harvester, the path of the source and its options in TOML.
    pub(crate) fn source(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Ckan => ("ckan", "/", "{ rows = 4 }"),
            Self::Opendatasoft => ("opendatasoft", "/", "{ limit = 4 }"),
            Self::Dcat => ("dcat", "/catalog.rdf", "{}"),
            Self::Site => ("web-page", "/sitemap.xml", "{ mode = \"schema-org\" }"),
            Self::Scdl => ("web-page", "/catalogue.csv", "{ mode = \"scdl\" }"),
        }
    }

    /// What a request is for.
    pub(crate) fn ask(self, asked: &Asked) -> Ask {
        let url = url::Url::parse(&format!("http://portail.example{}", asked.target)).expect("a target");
        let query: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        let number =
            |name: &str, usual: usize| query.get(name).and_then(|it| it.parse().ok()).unwrap_or(usual);
        let path = url.path();
        if path == "/robots.txt" {
            return Ask::Robots;
        }
        match self {
            Self::Ckan => match path.strip_prefix("/api/3/action/") {
                Some("package_search") if query.get("fq").is_some_and(|it| it.starts_with("id:")) => {
                    Ask::Find(query["fq"].trim_start_matches("id:").trim_matches('"').to_owned())
                }
                Some("package_search") => Ask::Page { start: number("start", 0), rows: number("rows", 10) },
                Some("current_package_list_with_resources") => {
                    Ask::Page { start: number("offset", 0), rows: number("limit", 1000) }
                }
                Some("package_list") => Ask::Names,
                Some("package_show") => Ask::One(query.get("id").cloned().unwrap_or_default()),
                _ => Ask::Unknown,
            },
            Self::Opendatasoft => match path.strip_prefix("/api/explore/v2.1/catalog/") {
                // Every dataset has a time of change.
                Some("datasets") if query.get("where").is_some_and(|it| it.contains("is null")) => {
                    Ask::Page { start: 1000, rows: 1 }
                }
                Some("datasets") if query.get("where").is_some_and(|it| it.starts_with("dataset_id = ")) => {
                    Ask::Find(query["where"].trim_start_matches("dataset_id = ").trim_matches('"').to_owned())
                }
                Some("datasets") => Ask::Page { start: number("offset", 0), rows: number("limit", 10) },
                Some("exports/json") => Ask::All,
                _ => Ask::Unknown,
            },
            Self::Dcat if path == "/catalog.rdf" => {
                Ask::Page { start: PAGE * number("page", 1).saturating_sub(1), rows: PAGE }
            }
            Self::Site if path == "/sitemap.xml" => Ask::Names,
            Self::Site => path.strip_prefix("/jeux/").map_or(Ask::Unknown, |id| Ask::One(id.to_owned())),
            Self::Scdl if path == "/catalogue.csv" => Ask::All,
            Self::Dcat | Self::Scdl => Ask::Unknown,
        }
    }

    /// What a view looks like on the wire.
    pub(crate) fn answer(self, ask: &Ask, view: &View, host: &str) -> Answer {
        let missing = matches!(ask, Ask::One(_)) && view.datasets.is_empty();
        if missing || matches!(ask, Ask::Unknown | Ask::Robots) {
            return Answer::status(404, "not here").with("content-type", "text/plain");
        }
        let (kind, body) = match self {
            Self::Ckan => ("application/json", ckan(ask, view)),
            Self::Opendatasoft => ("application/json; charset=utf-8", opendatasoft(ask, view)),
            Self::Dcat => ("application/rdf+xml", rdf_xml(ask, view)),
            Self::Site if *ask == Ask::Names => ("application/xml", sitemap(view)),
            Self::Site => ("text/html; charset=utf-8", page(view)),
            Self::Scdl => ("text/csv; charset=utf-8", csv(view)),
        };
        let body = replaced(&body, b"HOST", host.as_bytes());
        Answer::ok(kind, body)
    }
}

/// All of one text by another.
fn replaced(body: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.windows(from.len()).position(|window| window == from) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    out.extend_from_slice(rest);
    out
}

/// Texts and bytes one after the other.
fn joined(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

fn list(view: &View, one: impl Fn(&Dataset) -> Vec<u8>) -> Vec<u8> {
    let each: Vec<Vec<u8>> = view
        .datasets
        .iter()
        .map(|dataset| if dataset.flaw == Flaw::Nothing { b"null".to_vec() } else { one(dataset) })
        .collect();
    joined(&[b"[", &each.join(&b','), b"]"])
}

fn ckan(ask: &Ask, view: &View) -> Vec<u8> {
    let package = |dataset: &Dataset| {
        let (id, title) = (dataset.id(), dataset.title());
        let mut head = String::from("{");
        if dataset.flaw != Flaw::NoId {
            let _ = write!(head, r#""id":"{id}","name":"{id}","#);
        }
        if dataset.flaw != Flaw::NoTitle {
            let _ = write!(head, r#""title":"{title}","#);
        }
        if dataset.flaw == Flaw::Deep {
            let _ = write!(head, r#""extras":{}{},"#, "[".repeat(5_000), "]".repeat(5_000));
        }
        let rest = format!(
            r#"","state":"active","type":"dataset","metadata_modified":"2026-01-{:02}T00:00:00","resources":[{{"id":"r-{}","url":"{}","format":"CSV"}}]}}"#,
            dataset.version,
            dataset.number,
            dataset.file()
        );
        joined(&[head.as_bytes(), br#""notes":""#, &dataset.description(), rest.as_bytes()])
    };
    let result = match ask {
        Ask::One(_) => view.datasets.first().map(package).unwrap_or_default(),
        Ask::Names => {
            let names: Vec<String> = view.datasets.iter().map(|it| format!("\"{}\"", it.id())).collect();
            format!("[{}]", names.join(",")).into_bytes()
        }
        _ => {
            let count = view.count.as_ref().map(|it| format!("\"count\":{it},")).unwrap_or_default();
            joined(&[b"{", count.as_bytes(), br#""sort":"id asc","results":"#, &list(view, package), b"}"])
        }
    };
    joined(&[br#"{"help":"http://HOST/help","success":true,"result":"#, &result, b"}"])
}

fn opendatasoft(ask: &Ask, view: &View) -> Vec<u8> {
    let dataset = |dataset: &Dataset| {
        let mut head = String::from("{");
        if dataset.flaw != Flaw::NoId {
            let _ = write!(head, r#""dataset_id":"{}","#, dataset.id());
        }
        if dataset.flaw == Flaw::Deep {
            let _ = write!(head, r#""fields":{}{},"#, "[".repeat(5_000), "]".repeat(5_000));
        }
        let mut metas = String::new();
        if dataset.flaw != Flaw::NoTitle {
            let _ = write!(metas, r#""title":"{}","#, dataset.title());
        }
        let (version, url) = (dataset.version, dataset.file());
        let rest = format!(
            r#"","modified":"2026-01-{version:02}T00:00:00+00:00","references":"{url}"}}}},"has_records":true,"attachments":[]}}"#
        );
        joined(&[
            head.as_bytes(),
            br#""metas":{"default":{"#,
            metas.as_bytes(),
            br#""description":""#,
            &dataset.description(),
            rest.as_bytes(),
        ])
    };
    let items = list(view, dataset);
    if *ask == Ask::All {
        return items;
    }
    let count = view.count.as_ref().map(|it| format!("\"total_count\":{it},")).unwrap_or_default();
    joined(&[b"{", count.as_bytes(), br#""results":"#, &items, b"}"])
}

fn rdf_xml(ask: &Ask, view: &View) -> Vec<u8> {
    let number = if let Ask::Page { start, .. } = ask { start / PAGE + 1 } else { 1 };
    let mut head = String::from(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/" xmlns:hydra="http://www.w3.org/ns/hydra/core#">
"#,
    );
    let _ = write!(head, r#"<hydra:PagedCollection rdf:about="http://HOST/catalog.rdf?page={number}">"#);
    if let Some(count) = &view.count {
        let _ = write!(head, "<hydra:totalItems>{count}</hydra:totalItems>");
    }
    if let Some(next) = &view.next {
        let _ = write!(head, "<hydra:nextPage>{next}</hydra:nextPage>");
    }
    head.push_str("</hydra:PagedCollection>\n");
    let mut body = head.into_bytes();
    for dataset in &view.datasets {
        if dataset.flaw == Flaw::Nothing {
            body.extend_from_slice(b"<dcat:Dataset/>\n");
            continue;
        }
        let about = format!(r#" rdf:about="http://donnees.example/{}""#, dataset.id());
        let about = if dataset.flaw == Flaw::NoId { String::new() } else { about };
        let title = format!("<dct:title>{}</dct:title>", dataset.title());
        let title = if dataset.flaw == Flaw::NoTitle { String::new() } else { title };
        let deep = if dataset.flaw == Flaw::Deep {
            format!(
                "{}{}",
                "<dct:relation><rdf:Description>".repeat(5_000),
                "</rdf:Description></dct:relation>".repeat(5_000)
            )
        } else {
            String::new()
        };
        let description = dataset.description();
        let description =
            if dataset.flaw == Flaw::Script { replaced(&description, b"<", b"&lt;") } else { description };
        body.extend_from_slice(&joined(&[
            format!("<dcat:Dataset{about}>{title}{deep}<dct:description>").as_bytes(),
            &description,
            format!(
                r#"</dct:description><dcat:distribution><dcat:Distribution rdf:about="http://donnees.example/{}/csv"><dcat:accessURL rdf:resource="{}"/></dcat:Distribution></dcat:distribution></dcat:Dataset>{}"#,
                dataset.id(),
                dataset.file(),
                "\n"
            )
            .as_bytes(),
        ]));
    }
    body.extend_from_slice(b"</rdf:RDF>\n");
    body
}

fn sitemap(view: &View) -> Vec<u8> {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for dataset in &view.datasets {
        let _ = writeln!(text, "<url><loc>http://HOST/jeux/{}</loc></url>", dataset.id());
    }
    text.push_str("</urlset>\n");
    text.into_bytes()
}

fn page(view: &View) -> Vec<u8> {
    let Some(dataset) = view.datasets.first().filter(|dataset| dataset.flaw != Flaw::Nothing) else {
        return b"<!DOCTYPE html><html><head><title>Rien</title></head><body></body></html>".to_vec();
    };
    let mut head = String::from(
        "<!DOCTYPE html>\n<html lang=\"fr\"><head><meta charset=\"utf-8\"><title>Jeu</title><script type=\"application/ld+json\">\n{\"@context\":\"https://schema.org/\",\"@type\":\"Dataset\",",
    );
    if dataset.flaw != Flaw::NoId {
        let _ = write!(head, r#""@id":"http://donnees.example/{}","#, dataset.id());
    }
    if dataset.flaw != Flaw::NoTitle {
        let _ = write!(head, r#""name":"{}","#, dataset.title());
    }
    if dataset.flaw == Flaw::Deep {
        let _ = write!(head, r#""about":{}{},"#, "[".repeat(5_000), "]".repeat(5_000));
    }
    let description = replaced(&dataset.description(), b"</script>", b"<\\/script>");
    let rest = format!(
        "\",\"distribution\":[{{\"@type\":\"DataDownload\",\"contentUrl\":\"{}\"}}]}}\n</script></head><body><h1>Jeu</h1></body></html>\n",
        dataset.file()
    );
    joined(&[head.as_bytes(), br#""description":""#, &description, rest.as_bytes()])
}

fn csv(view: &View) -> Vec<u8> {
    let mut body =
        b"COLL_NOM;COLL_SIRET;ID;TITRE;DESCRIPTION;THEME;DATE_MAJ;LICENCE;FORMAT_RESSOURCES;URL\n".to_vec();
    for dataset in &view.datasets {
        if dataset.flaw == Flaw::Nothing {
            body.extend_from_slice(b";;;;;;;;;\n");
            continue;
        }
        let id = if dataset.flaw == Flaw::NoId { String::new() } else { dataset.id() };
        let title = if dataset.flaw == Flaw::NoTitle { String::new() } else { dataset.title() };
        let description =
            if dataset.flaw == Flaw::Deep { "[".repeat(5_000).into_bytes() } else { dataset.description() };
        body.extend_from_slice(&joined(&[
            format!("Commune;21350999900012;{id};{title};").as_bytes(),
            &description,
            format!(";Transport;2026-01-{:02};Licence Ouverte-LO;csv;{}\n", dataset.version, dataset.file())
                .as_bytes(),
        ]));
    }
    body
}
