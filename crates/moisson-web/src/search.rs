//! A search as URLs say it, for the API and for the page.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use moisson_dcat::RemarkCode;
use moisson_store::search::{BBox, Facet, SearchQuery, Sort};

use crate::{
    Language,
    parameters::{Parameters, invalid, listed},
    problem::Problem,
};

/// Every parameter of a search.
pub(crate) const KNOWN: [&str; 27] = [
    "q",
    "source",
    "publisher",
    "theme",
    "format",
    "license",
    "language",
    "frequency",
    "conforms",
    "hvd",
    "hvd_category",
    "kind",
    "keyword",
    "spatial",
    "access_rights",
    "remark",
    "bbox",
    "modified_from",
    "modified_to",
    "sort",
    "size",
    "cursor",
    "facets",
    "facet_size",
    "fold",
    "highlight",
    "lang",
];

/// The words for the orders.
pub(crate) const SORTS: [(&str, Sort); 4] = [
    ("relevance", Sort::Relevance),
    ("modified", Sort::Modified),
    ("issued", Sort::Issued),
    ("title", Sort::Title),
];

/// Results per page if the client does not say.
const DEFAULT_SIZE: usize = 20;

/// A search that was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) query: SearchQuery,
    /// `lang`, if given.
    pub(crate) language: Option<Language>,
}

/// Reads the parameters of a search.
///
/// # Errors
/// When one is unknown or has a value that cannot be used.
pub(crate) fn read(query: Option<&str>) -> Result<Asked, Problem> {
    let parameters = Parameters::read(query, &KNOWN)?;
    let languages = Language::ALL.map(|language| (language.tag(), language));
    remarks(&parameters)?;
    let query = SearchQuery {
        text: text(&parameters)?,
        lang: None,
        filters: Facet::ALL
            .into_iter()
            .map(|facet| (facet, parameters.all(facet.as_str()).map(str::to_owned).collect::<Vec<_>>()))
            .filter(|(_, values)| !values.is_empty())
            .collect(),
        bbox: parameters.one("bbox")?.map(bbox).transpose()?,
        modified_from: day(&parameters, "modified_from")?
            .map(|date| midnight("modified_from", date))
            .transpose()?,
        modified_to: day(&parameters, "modified_to")?.map(after).transpose()?,
        sort: parameters.among("sort", &SORTS)?.unwrap_or_default(),
        cursor: parameters.one("cursor")?.map(str::to_owned),
        size: within(&parameters, "size", 0..=SearchQuery::MAX_SIZE)?.unwrap_or(DEFAULT_SIZE),
        facets: facets(&parameters)?,
        facet_size: within(&parameters, "facet_size", 1..=SearchQuery::MAX_VALUES)?.unwrap_or(0),
        highlight: parameters.among("highlight", &[("true", true), ("false", false)])?.unwrap_or(false),
        fold: parameters.among("fold", &[("yes", true), ("no", false)])?.unwrap_or(true),
    };
    Ok(Asked { query, language: parameters.among("lang", &languages)? })
}

/// Codes of remarks are a closed list.
fn remarks(parameters: &Parameters) -> Result<(), Problem> {
    let known = |code: &str| RemarkCode::ALL.iter().any(|known| known.as_str() == code);
    match parameters.all(Facet::Remark.as_str()).find(|code| !code.is_empty() && !known(code)) {
        Some(code) => {
            let known = listed(RemarkCode::ALL.iter().map(|known| known.as_str()));
            Err(invalid("remark", code, &format!("any of {known}")))
        }
        None => Ok(()),
    }
}

fn text(parameters: &Parameters) -> Result<String, Problem> {
    let text = parameters.one("q")?.unwrap_or_default();
    if text.len() > SearchQuery::MAX_TEXT {
        let expected = format!("at most {} bytes, not {}", SearchQuery::MAX_TEXT, text.len());
        return Err(invalid("q", text, &expected));
    }
    Ok(text.to_owned())
}

fn within(
    parameters: &Parameters,
    name: &str,
    range: std::ops::RangeInclusive<usize>,
) -> Result<Option<usize>, Problem> {
    let expected = format!("a whole number from {} to {}", range.start(), range.end());
    match parameters.parsed::<usize>(name, &expected)? {
        Some(n) if !range.contains(&n) => Err(invalid(name, &n.to_string(), &expected)),
        n => Ok(n),
    }
}

fn facets(parameters: &Parameters) -> Result<Vec<Facet>, Problem> {
    let mut facets = Vec::new();
    for name in parameters.all("facets").flat_map(|names| names.split(',')).map(str::trim) {
        match (name, Facet::from_name(name)) {
            ("all", _) => facets.extend(Facet::ALL),
            (_, Some(facet)) => facets.push(facet),
            ("", None) => {}
            (name, None) => {
                let known = listed(Facet::ALL.iter().map(|facet| facet.as_str()));
                return Err(invalid("facets", name, &format!("`all` or any of {known}")));
            }
        }
    }
    facets.sort_unstable();
    facets.dedup();
    Ok(facets)
}

fn bbox(text: &str) -> Result<BBox, Problem> {
    let wrong = || invalid("bbox", text, "`west,south,east,north` in degrees, such as `4.2,50.7,4.5,50.95`");
    let numbers: Result<Vec<f64>, _> = text.split(',').map(|part| part.trim().parse()).collect();
    let Ok([west, south, east, north]) = <[f64; 4]>::try_from(numbers.map_err(|_| wrong())?) else {
        return Err(wrong());
    };
    let in_degrees = |degrees: f64, limit: f64| degrees.is_finite() && degrees.abs() <= limit;
    let right = in_degrees(west, 180.0)
        && in_degrees(east, 180.0)
        && in_degrees(south, 90.0)
        && in_degrees(north, 90.0);
    if right && south <= north { Ok(BBox { west, south, east, north }) } else { Err(wrong()) }
}

fn day(parameters: &Parameters, name: &str) -> Result<Option<Date>, Problem> {
    parameters.parsed(name, "a day such as `2026-11-21`")
}

fn midnight(name: &str, date: Date) -> Result<Timestamp, Problem> {
    let zoned = date.to_zoned(TimeZone::UTC);
    zoned.map(|zoned| zoned.timestamp()).map_err(|_| invalid(name, &date.to_string(), "a day of our era"))
}

/// The day is included, so the range ends with the next one.
fn after(date: Date) -> Result<Timestamp, Problem> {
    let wrong = || invalid("modified_to", &date.to_string(), "a day of our era");
    midnight("modified_to", date.checked_add(1.day()).map_err(|_| wrong())?)
}

#[cfg(test)]
mod tests {
    use moisson_store::search::{Facet, Sort};

    use super::{KNOWN, read};

    #[test]
    fn a_search_is_read_from_its_parameters() {
        let asked = read(Some(
            "q=v%C3%A9lo&source=a&source=b&format=&bbox=4.2,50.7,4.5,50.95&modified_from=2026-01-01&modified_to=2026-01-31&sort=title&size=0&facets=theme,format&facets=source&highlight=true&fold=no&lang=nl&cursor=x",
        ))
        .unwrap();
        let query = asked.query;
        assert_eq!(query.text, "vélo");
        assert_eq!(query.filters[&Facet::Source], ["a", "b"]);
        assert_eq!(query.filters.len(), 1);
        assert!((query.bbox.unwrap().north - 50.95).abs() < 1e-9);
        assert_eq!(query.modified_from.unwrap().to_string(), "2026-01-01T00:00:00Z");
        assert_eq!(query.modified_to.unwrap().to_string(), "2026-02-01T00:00:00Z");
        assert_eq!((query.sort, query.size, query.highlight, query.fold), (Sort::Title, 0, true, false));
        assert_eq!(query.facets, [Facet::Source, Facet::Theme, Facet::Format]);
        assert_eq!(asked.language, Some(crate::Language::Nl));
        assert_eq!(read(None).unwrap().query.size, 20);
    }

    #[test]
    fn what_cannot_be_used_is_refused_and_named() {
        for (query, part) in [
            ("query=x", "unknown parameter `query`; known are `q`, `source`"),
            ("size=1001", "parameter `size` is `1001`; expected a whole number from 0 to 1000"),
            ("size=-1", "from 0 to 1000"),
            (
                "facets=themes",
                "parameter `facets` is `themes`; expected `all` or any of `source`, `publisher`",
            ),
            ("remark=odd", "parameter `remark` is `odd`; expected any of `unmapped_value`, `repaired_iri`"),
            ("bbox=1,2,3", "`west,south,east,north`"),
            ("bbox=1,2,3,x", "`west,south,east,north`"),
            ("bbox=1,2,3,NaN", "`west,south,east,north`"),
            ("bbox=0,60,1,50", "`west,south,east,north`"),
            ("bbox=-181,0,1,5", "`west,south,east,north`"),
            ("modified_from=2026-02-30", "a day such as"),
            ("modified_to=yesterday", "a day such as"),
            ("sort=newest", "expected one of `relevance`, `modified`, `issued`, `title`"),
            ("lang=it", "expected one of `fr`, `nl`, `de`, `en`"),
            ("highlight=1", "expected one of `true`, `false`"),
            ("facet_size=0", "from 1 to 1000"),
            ("fold=false", "expected one of `yes`, `no`"),
        ] {
            let problem = read(Some(query)).unwrap_err();
            assert!(problem.detail.contains(part), "{query}: {}", problem.detail);
        }
        assert!(read(Some(&format!("q={}", "x".repeat(1001)))).is_err());
    }

    #[test]
    fn every_facet_is_a_filter() {
        for facet in Facet::ALL {
            assert!(KNOWN.contains(&facet.as_str()));
        }
    }
}
