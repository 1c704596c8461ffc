//! Catalogues of invented towns in N-Triples, about 80 triples a dataset, the same for the same number. One
//! dataset in ten has something wrong: a statement left out, doubled, or with a text for a value.

use std::io::{self, Write};

const TOWNS: [(&str, &str); 8] = [
    ("Grandpré", "fr"),
    ("Saint-Aubert", "fr"),
    ("Vieuxpont", "fr"),
    ("Montclair", "fr"),
    ("Oudekerke", "nl"),
    ("Nieuwdorp", "nl"),
    ("Zandvliet", "nl"),
    ("Hooglede", "nl"),
];
const TOPICS: [(&str, &str); 6] = [
    ("Arbres", "ENVI"),
    ("Budget", "GOVE"),
    ("Parkings", "TRAN"),
    ("Écoles", "EDUC"),
    ("Délibérations", "GOVE"),
    ("Éclairage", "ENER"),
];
const FORMATS: [(&str, &str); 4] = [
    ("CSV", "text/csv"),
    ("JSON", "application/json"),
    ("XML", "application/xml"),
    ("PDF", "application/pdf"),
];
const AUTHORITY: &str = "http://publications.europa.eu/resource/authority";

/// Writes a catalogue of so many datasets.
pub(crate) fn catalogue(datasets: u64, out: &mut impl Write) -> io::Result<()> {
    let mut writer =
        Writer { out, random: Random(20_261_121), subject: String::new(), statement: 0, fault: None };
    writer.head()?;
    for number in 0..datasets {
        writer.dataset(number)?;
    }
    writer.vocabulary()
}

/// Numbers that look random ([SplitMix64](https://prng.di.unimi.it/splitmix64.c)).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (value ^ (value >> 31)) % bound
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        let at = self.below(list.len() as u64);
        list[usize::try_from(at).unwrap_or_default()]
    }
}

#[derive(Clone, Copy)]
enum Fault {
    Missing,
    Doubled,
    Text,
}

struct Writer<'a, W> {
    out: &'a mut W,
    random: Random,
    subject: String,
    /// Counts the statements of a dataset.
    statement: u64,
    /// At which statement something goes wrong, and what.
    fault: Option<(u64, Fault)>,
}

impl<W: Write> Writer<'_, W> {
    fn about(&mut self, subject: &str) {
        subject.clone_into(&mut self.subject);
    }

    fn put(&mut self, predicate: &str, object: &str) -> io::Result<()> {
        self.statement += 1;
        let predicate = expand(predicate);
        let fault = self.fault.filter(|(at, _)| *at == self.statement).map(|(_, fault)| fault);
        match fault {
            Some(Fault::Missing) => return Ok(()),
            Some(Fault::Doubled) => {
                let other = match (object.strip_suffix('>'), object.rsplit_once('"')) {
                    (Some(inner), _) => format!("{inner}/other>"),
                    (None, Some((_, language))) => format!("\"other\"{language}"),
                    (None, None) => format!("{object}other"),
                };
                writeln!(self.out, "{} {predicate} {other} .", self.subject)?;
            }
            Some(Fault::Text) => {
                return writeln!(self.out, "{} {predicate} \"somehow wrong\" .", self.subject);
            }
            None => {}
        }
        writeln!(self.out, "{} {predicate} {object} .", self.subject)
    }

    fn class(&mut self, class: &str) -> io::Result<()> {
        self.put("rdf:type", &expand(class))
    }

    fn text(&mut self, predicate: &str, text: &str, language: &str) -> io::Result<()> {
        self.put(predicate, &format!("\"{text}\"@{language}"))
    }

    fn typed(&mut self, predicate: &str, text: &str, datatype: &str) -> io::Result<()> {
        self.put(predicate, &format!("\"{text}\"^^<http://www.w3.org/2001/XMLSchema#{datatype}>"))
    }

    fn concept(&mut self, predicate: &str, concept: &str) -> io::Result<()> {
        self.put(predicate, &format!("<{AUTHORITY}/{concept}>"))
    }

    fn head(&mut self) -> io::Result<()> {
        self.about("<https://e.example/catalog>");
        self.class("dcat:Catalog")?;
        self.text("dct:title", "Catalogue des communes", "fr")?;
        self.text("dct:description", "Tous les jeux de données", "fr")?;
        self.put("dct:publisher", "<https://e.example/org/0>")?;
        for (number, (town, language)) in TOWNS.iter().enumerate() {
            self.about(&format!("<https://e.example/org/{number}>"));
            self.class("foaf:Agent")?;
            self.text("foaf:name", town, language)?;
        }
        Ok(())
    }

    fn dataset(&mut self, number: u64) -> io::Result<()> {
        /// How many statements a dataset has at least.
        const STATEMENTS: u64 = 60;
        self.statement = 0;
        let is_wrong = self.random.below(10) == 0;
        let at = 1 + self.random.below(STATEMENTS);
        let kind = self.random.pick(&[Fault::Missing, Fault::Doubled, Fault::Text]);
        self.fault = is_wrong.then_some((at, kind));
        let (town, language) = self.random.pick(&TOWNS);
        let (topic, theme) = self.random.pick(&TOPICS);
        let iri = format!("https://e.example/dataset/{number}");
        writeln!(self.out, "<https://e.example/catalog> {} <{iri}> .", expand("dcat:dataset"))?;
        self.about(&format!("<{iri}>"));
        self.class("dcat:Dataset")?;
        self.text("dct:title", &format!("{topic} - {town} ({number})"), language)?;
        self.text("dct:description", &format!("{topic} de la commune de {town}, mis à jour par ses services, sans données personnelles, en WGS84 pour ce qui est des lieux."), language)?;
        self.put("dct:identifier", &format!("\"{number:08}\""))?;
        for keyword in [topic, town, "commune", "open data", "mairie"] {
            self.text("dcat:keyword", &keyword.to_lowercase(), language)?;
        }
        self.concept("dcat:theme", &format!("data-theme/{theme}"))?;
        let publisher = self.random.below(TOWNS.len() as u64);
        self.put("dct:publisher", &format!("<https://e.example/org/{publisher}>"))?;
        let day = format!("20{:02}-{:02}-{:02}", 15 + number % 10, 1 + number % 12, 1 + number % 28);
        self.typed("dct:issued", &day, "date")?;
        self.typed("dct:modified", &day, "date")?;
        let frequency = self.random.pick(&["DAILY", "WEEKLY", "ANNUAL"]);
        self.concept("dct:accrualPeriodicity", &format!("frequency/{frequency}"))?;
        self.concept("dct:language", if language == "fr" { "language/FRA" } else { "language/NLD" })?;
        self.concept("dct:accessRights", "access-right/PUBLIC")?;
        self.concept("dct:spatial", if language == "fr" { "country/FRA" } else { "country/BEL" })?;
        self.put("dcat:landingPage", &format!("<https://e.example/page/{number}>"))?;
        self.parts(number, town, language)?;
        for resource in 0..2 + number % 2 {
            self.distribution(number, resource, language)?;
        }
        self.fault = None;
        Ok(())
    }

    fn parts(&mut self, number: u64, town: &str, language: &str) -> io::Result<()> {
        let dataset = self.subject.clone();
        self.put("dcat:contactPoint", &format!("_:c{number}"))?;
        self.put("dct:temporal", &format!("_:t{number}"))?;
        self.about(&format!("_:c{number}"));
        self.class("vcard:Kind")?;
        self.text("vcard:fn", &format!("Service données, {town}"), language)?;
        self.put("vcard:hasEmail", "<mailto:data@e.example>")?;
        self.about(&format!("_:t{number}"));
        self.class("dct:PeriodOfTime")?;
        self.typed("dcat:startDate", "2016-01-01", "date")?;
        self.typed("dcat:endDate", "2016-12-31", "date")?;
        self.about(&format!("<https://e.example/page/{number}>"));
        self.class("foaf:Document")?;
        self.about(&dataset);
        Ok(())
    }

    fn distribution(&mut self, number: u64, resource: u64, language: &str) -> io::Result<()> {
        let dataset = self.subject.clone();
        let iri = format!("https://e.example/dataset/{number}/resource/{resource}");
        self.put("dcat:distribution", &format!("<{iri}>"))?;
        self.about(&format!("<{iri}>"));
        let (format, media_type) = self.random.pick(&FORMATS);
        self.class("dcat:Distribution")?;
        self.text("dct:title", &format!("Export {format} ({number})"), language)?;
        self.text("dct:description", "Export complet, sans filtre, dans l'encodage UTF-8.", language)?;
        self.put("dcat:accessURL", &format!("<{iri}/access>"))?;
        self.put("dcat:downloadURL", &format!("<{iri}/download?lang={language}>"))?;
        self.concept("dct:format", &format!("file-type/{format}"))?;
        self.put("dcat:mediaType", &format!("<http://www.iana.org/assignments/media-types/{media_type}>"))?;
        self.concept("dct:license", "licence/CC_BY_4_0")?;
        let size = self.random.below(100_000_000).to_string();
        self.typed("dcat:byteSize", &size, "nonNegativeInteger")?;
        self.typed("dct:issued", "2020-02-29", "date")?;
        self.typed("dct:modified", "2024-02-29T23:59:59+01:00", "dateTime")?;
        self.concept("dcatap:availability", "planned-availability/STABLE")?;
        self.concept("dct:language", if language == "fr" { "language/FRA" } else { "language/NLD" })?;
        self.concept("adms:status", "distribution-status/COMPLETED")?;
        self.put("spdx:checksum", &format!("_:s{number}x{resource}"))?;
        self.about(&format!("_:s{number}x{resource}"));
        self.class("spdx:Checksum")?;
        self.put("spdx:algorithm", &expand("spdx:checksumAlgorithm_sha1"))?;
        self.typed("spdx:checksumValue", &format!("{number:040x}"), "hexBinary")?;
        self.about(&dataset);
        Ok(())
    }

    /// The classes of what datasets refer to.
    fn vocabulary(&mut self) -> io::Result<()> {
        let themes = TOPICS.iter().map(|(_, theme)| (format!("data-theme/{theme}"), "skos:Concept"));
        let formats =
            FORMATS.iter().map(|(format, _)| (format!("file-type/{format}"), "dct:MediaTypeOrExtent"));
        let others = [
            ("frequency/DAILY", "dct:Frequency"),
            ("frequency/WEEKLY", "dct:Frequency"),
            ("frequency/ANNUAL", "dct:Frequency"),
            ("language/FRA", "dct:LinguisticSystem"),
            ("language/NLD", "dct:LinguisticSystem"),
            ("access-right/PUBLIC", "dct:RightsStatement"),
            ("country/FRA", "dct:Location"),
            ("country/BEL", "dct:Location"),
            ("licence/CC_BY_4_0", "dct:LicenseDocument"),
            ("planned-availability/STABLE", "skos:Concept"),
            ("distribution-status/COMPLETED", "skos:Concept"),
        ];
        let others = others.iter().map(|(concept, class)| ((*concept).to_owned(), *class));
        for (concept, class) in themes.chain(formats).chain(others) {
            self.about(&format!("<{AUTHORITY}/{concept}>"));
            self.class(class)?;
            self.text("skos:prefLabel", &concept, "en")?;
        }
        for (_, media_type) in FORMATS {
            self.about(&format!("<http://www.iana.org/assignments/media-types/{media_type}>"));
            self.class("dct:MediaType")?;
        }
        Ok(())
    }
}

fn expand(name: &str) -> String {
    let (prefix, local) = name.split_once(':').unwrap_or(("", name));
    let namespace = match prefix {
        "rdf" => "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "dct" => "http://purl.org/dc/terms/",
        "dcat" => "http://www.w3.org/ns/dcat#",
        "foaf" => "http://xmlns.com/foaf/0.1/",
        "vcard" => "http://www.w3.org/2006/vcard/ns#",
        "adms" => "http://www.w3.org/ns/adms#",
        "skos" => "http://www.w3.org/2004/02/skos/core#",
        "spdx" => "http://spdx.org/rdf/terms#",
        _ => "http://data.europa.eu/r5r/",
    };
    format!("<{namespace}{local}>")
}
