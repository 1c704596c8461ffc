//! When and where: `temporalCoverage`, `spatialCoverage`.

use moisson_dcat::{
    draft::{Draft, LocationSaid, said},
    value::date,
};
use serde_json::Value;

use super::node::{Item, Node, Told, told};

/// Most corners of a shape that are read; longer ones are kept as they are.
const MAX_CORNERS: usize = 10_000;

/// Maps `temporalCoverage`.
pub(super) fn temporal(draft: &mut Draft, node: &mut Node) {
    for name in ["temporalCoverage", "temporal"] {
        for item in node.take(name) {
            match told(&item) {
                Some(texts) => texts.iter().for_each(|told| period(draft, told)),
                None => dated_node(draft, node, item),
            }
        }
    }
}

/// An interval in ISO 8601, one date, or words.
fn period(draft: &mut Draft, told: &Told) {
    let text = told.text.trim();
    let said_part = |part| said(&told.place, part);
    match text.split_once('/') {
        Some((start, end)) if is_end(start) && is_end(end) && !(is_open(start) && is_open(end)) => {
            let end_of = |part: &'_ str| {
                Some(said(&told.place, part.trim())).filter(|_| !is_open(part)).map(|s| s.value.to_owned())
            };
            let (start, end) = (end_of(start), end_of(end));
            draft.temporal(start.as_deref().map(said_part), end.as_deref().map(said_part));
        }
        _ if is_date(text) => {
            draft.temporal(said_part(text), said_part(text));
        }
        _ => {
            draft.temporal_text(told.said());
        }
    }
}

fn is_open(text: &str) -> bool {
    matches!(text.trim(), "" | ".." | "…")
}

fn is_end(text: &str) -> bool {
    is_open(text) || is_date(text.trim())
}

fn is_date(text: &str) -> bool {
    date::read(text, date::DayOrder::Unknown).is_ok()
}

/// A node with two ends: schema.org's own names, or [OWL-Time](https://www.w3.org/TR/owl-time/)'s.
fn dated_node(draft: &mut Draft, node: &mut Node, item: Item) {
    let Some(object) = item.value.as_object() else {
        node.leave(item);
        return;
    };
    let end = |names: [&str; 3]| {
        let value = names.iter().find_map(|name| object.get(*name))?;
        let value = [Some(value), value.get("time:inXSDDateTimeStamp"), value.get("time:inXSDDate")];
        value.into_iter().flatten().find_map(super::super::nodes::first_text).filter(|text| is_date(text))
    };
    let start = end(["startDate", "time:hasBeginning", "dcat:startDate"]);
    let stop = end(["endDate", "time:hasEnd", "dcat:endDate"]);
    if start.is_some() || stop.is_some() {
        draft.temporal(start.map(|text| said(&item.place, text)), stop.map(|text| said(&item.place, text)));
    }
    // Geological times, uncertainties and reference systems have no property.
    node.leave(item);
}

/// Maps `spatialCoverage`.
pub(super) fn spatial(draft: &mut Draft, node: &mut Node) {
    for name in ["spatialCoverage", "spatial"] {
        for item in node.take(name) {
            match item.into_node() {
                Ok(place) => self::place(draft, node, place),
                Err(item) => {
                    for told in told(&item).unwrap_or_default() {
                        if told.is_link() {
                            draft.spatial_iri(told.said());
                        } else {
                            draft.spatial_text(told.said());
                        }
                    }
                }
            }
        }
    }
}

fn place(draft: &mut Draft, node: &mut Node, mut place: Node) {
    place.forget_types(&[
        "Place",
        "AdministrativeArea",
        "City",
        "Country",
        "State",
        "GeoShape",
        "GeoCoordinates",
    ]);
    let (id, url) = (place.id(), place.texts("url").into_iter().next());
    let mut names = place.texts_of_first(&["@value", "name", "alternateName"]);
    if names.is_empty() {
        names = address(&mut place);
    }
    let mut shapes = Vec::new();
    for geo in place.take("geo") {
        match geo.into_node() {
            Ok(mut geo) => {
                geo.forget_types(&["GeoShape", "GeoCoordinates"]);
                geometries(&mut geo, &mut shapes);
                place.absorb(geo);
            }
            Err(item) => place.leave(item),
        }
    }
    // A place with the coordinates on itself, and a shape given as the place.
    geometries(&mut place, &mut shapes);
    let iri = id.filter(Told::is_link).or_else(|| url.clone());
    if let Some(url) = url.filter(|url| iri.as_ref().is_none_or(|iri| iri.place != url.place)) {
        place.leave(Item { place: url.place, value: Value::String(url.text) });
    }
    let mut shapes = shapes.iter();
    let geometry = shapes.next();
    draft.spatial(&LocationSaid {
        iri: iri.as_ref().map(Told::said),
        label: names.iter().map(Told::said).collect(),
        geometry: geometry.map(Told::said),
        ..LocationSaid::default()
    });
    for other in shapes {
        draft.spatial(&LocationSaid { geometry: Some(other.said()), ..LocationSaid::default() });
    }
    node.absorb(place);
}

/// The town, region and country of an address, as the place's name.
fn address(place: &mut Node) -> Vec<Told> {
    let mut parts = Vec::new();
    for item in place.take("address") {
        match item.into_node() {
            Ok(mut address) => {
                address.forget_types(&["PostalAddress"]);
                for name in ["addressLocality", "addressRegion", "addressCountry"] {
                    parts.extend(address.texts(name));
                }
                place.absorb(address);
            }
            Err(item) => parts.extend(told(&item).unwrap_or_default()),
        }
    }
    let text = parts.iter().map(|told| told.text.trim()).collect::<Vec<_>>().join(", ");
    parts.into_iter().next().map(|first| Told { text, ..first }).into_iter().collect()
}

/// The shapes of a node, as WKT with longitude first; what cannot be read stays in it.
fn geometries(geo: &mut Node, shapes: &mut Vec<Told>) {
    for (name, read) in
        [("box", boxed as fn(&[(f64, f64)]) -> Option<String>), ("polygon", polygon), ("line", line)]
    {
        for item in geo.take(name) {
            let wkt =
                told(&item).and_then(|told| corners(&told.first()?.text)).and_then(|corners| read(&corners));
            match wkt {
                Some(text) => shapes.push(Told { place: item.place, text, lang: None }),
                None => geo.leave(item),
            }
        }
    }
    let (latitudes, longitudes) = (geo.take("latitude"), geo.take("longitude"));
    let number = |items: &[Item]| {
        let text = told(items.first()?)?.first()?.text.trim().replace(',', ".");
        text.parse::<f64>().ok().filter(|number| number.is_finite())
    };
    match (number(&latitudes), number(&longitudes)) {
        (Some(latitude), Some(longitude)) if latitude.abs() <= 90.0 && longitude.abs() <= 180.0 => {
            let place = latitudes.first().map(|item| item.place.clone()).unwrap_or_default();
            shapes.push(Told { place, text: format!("POINT({longitude} {latitude})"), lang: None });
        }
        _ => latitudes.into_iter().chain(longitudes).for_each(|item| geo.leave(item)),
    }
}

/// Pairs of latitude and longitude: `lat lon lat lon`, `lat,lon lat,lon`. Also the other way round, when the
/// first number of some pair can be no latitude.
fn corners(text: &str) -> Option<Vec<(f64, f64)>> {
    let numbers: Option<Vec<f64>> = text
        .split([' ', ',', ';', '\n', '\t'])
        .filter(|part| !part.is_empty())
        .take(2 * MAX_CORNERS + 1)
        .map(|part| part.parse().ok().filter(|number: &f64| number.is_finite()))
        .collect();
    let numbers = numbers.filter(|numbers| numbers.len() % 2 == 0 && numbers.len() <= 2 * MAX_CORNERS)?;
    let pairs: Vec<(f64, f64)> =
        numbers.chunks_exact(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?))).collect();
    let fits = |latitude: f64, longitude: f64| latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    if pairs.iter().all(|(latitude, longitude)| fits(*latitude, *longitude)) {
        return Some(pairs.into_iter().map(|(latitude, longitude)| (longitude, latitude)).collect());
    }
    pairs.iter().all(|(longitude, latitude)| fits(*latitude, *longitude)).then_some(pairs)
}

fn boxed(corners: &[(f64, f64)]) -> Option<String> {
    let [(west, south), (east, north)] = corners else { return None };
    let (west, east) = (west.min(*east), west.max(*east));
    let (south, north) = (south.min(*north), south.max(*north));
    Some(format!("POLYGON(({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))"))
}

fn polygon(corners: &[(f64, f64)]) -> Option<String> {
    if corners.len() < 3 {
        return None;
    }
    let close = corners.first().filter(|first| Some(*first) != corners.last());
    Some(format!("POLYGON(({}))", joined(corners.iter().chain(close))))
}

fn line(corners: &[(f64, f64)]) -> Option<String> {
    (corners.len() > 1).then(|| format!("LINESTRING({})", joined(corners.iter())))
}

fn joined<'c>(corners: impl Iterator<Item = &'c (f64, f64)>) -> String {
    corners.map(|(longitude, latitude)| format!("{longitude} {latitude}")).collect::<Vec<_>>().join(", ")
}
