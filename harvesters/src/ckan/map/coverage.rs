//! Where and when.

use std::borrow::Cow;

use moisson_dcat::draft::{LocationSaid, said};

use super::{super::package::kept, Mapper, Package};
use crate::{
    json::{Json, Object},
    spelling::Field::{
        BboxEast, BboxNorth, BboxSouth, BboxWest, Spatial, SpatialBbox, SpatialCentroid, SpatialCoverage,
        SpatialText, SpatialUri, TemporalCoverage, TemporalEnd, TemporalStart,
    },
    words::{Words, first, opened, words},
};

/// What a geometry may start with besides `{`.
const WKT: [&str; 8] = [
    "POINT",
    "POLYGON",
    "MULTIPOLYGON",
    "LINESTRING",
    "MULTIPOINT",
    "MULTILINESTRING",
    "GEOMETRYCOLLECTION",
    "<HTTP",
];

/// Sides of a box in objects, in the order west, south, east, north.
const SIDES: [&str; 4] = ["west", "south", "east", "north"];

/// One place in texts of its own.
#[derive(Debug, Default)]
struct Place<'a> {
    iri: Option<Words<'a>>,
    label: Vec<Words<'a>>,
    bbox: Option<Words<'a>>,
    centroid: Option<Words<'a>>,
    geometry: Option<Words<'a>>,
}

impl Place<'_> {
    fn said(&self) -> LocationSaid<'_> {
        LocationSaid {
            iri: self.iri.as_ref().map(Words::said),
            label: self.label.iter().map(Words::said).collect(),
            bbox: self.bbox.as_ref().map(Words::said),
            centroid: self.centroid.as_ref().map(Words::said),
            geometry: self.geometry.as_ref().map(Words::said),
        }
    }

    fn is_empty(&self) -> bool {
        self.iri.is_none()
            && self.label.is_empty()
            && self.bbox.is_none()
            && self.centroid.is_none()
            && self.geometry.is_none()
    }
}

impl Mapper {
    /// Both.
    pub(super) fn coverage(&mut self, package: &mut Package<'_>) {
        self.spatial(package);
        for (place, value) in package.values(SpatialCoverage) {
            self.spatial_coverage(&place, value);
        }
        self.temporal(package);
    }

    /// The place whose facts stand in fields of their own.
    fn spatial(&mut self, package: &mut Package<'_>) {
        let mut place = Place {
            iri: package.one(SpatialUri),
            label: package.words(SpatialText),
            bbox: package.values(SpatialBbox).into_iter().next().and_then(|(at, value)| bbox(&at, value)),
            centroid: package
                .values(SpatialCentroid)
                .into_iter()
                .next()
                .map(|(at, value)| geometry(at, value)),
            geometry: None,
        };
        for (at, value) in package.values(Spatial) {
            if let Json::Text(text) = &value
                && !is_geometry(text)
            {
                place.label.extend(words(at, value));
            } else if place.geometry.is_none() {
                place.geometry = Some(geometry(at, value));
            } else {
                self.draft.extra(said(&at, &value.to_extra()));
            }
        }
        // ckanext-spatial makes `spatial` out of these four.
        let sides = [BboxWest, BboxSouth, BboxEast, BboxNorth].map(|field| package.one(field));
        match sides {
            [Some(west), Some(south), Some(east), Some(north)]
                if place.bbox.is_none() && place.geometry.is_none() =>
            {
                let text = [&west, &south, &east, &north].map(|side| side.text.trim()).join(",");
                place.bbox = Some(Words::new(west.place, text));
            }
            sides => {
                for side in sides.iter().flatten() {
                    self.draft.extra(side.said());
                }
            }
        }
        if !place.is_empty() {
            self.draft.spatial(&place.said());
        }
    }

    /// Places as ckanext-scheming has them, or in words.
    fn spatial_coverage(&mut self, at: &str, value: Json<'_>) {
        let (listed, items) = match opened(value) {
            Json::List(items) => (true, items),
            one => (false, vec![one]),
        };
        for (index, item) in items.into_iter().enumerate().filter(|(_, item)| !item.is_empty()) {
            let at = if listed { format!("{at}/{index}") } else { at.to_owned() };
            match item {
                Json::Object(object) if is_geojson(&object) => {
                    let text = Json::Object(object).to_string();
                    self.draft.spatial_geojson(said(&at, &text));
                }
                Json::Object(mut object) => {
                    let mut take = |keys: &[&str]| {
                        let value =
                            keys.iter().find_map(|key| object.take(key).map(|value| (*key, value)))?;
                        Some((Cow::Owned(format!("{at}/{}", value.0)), value.1))
                    };
                    let place = Place {
                        iri: take(&["uri", "@id"]).and_then(|(at, value)| first(at, value)),
                        label: take(&["text", "label", "name", "title"])
                            .map(|(at, value)| words(at, value))
                            .unwrap_or_default(),
                        bbox: take(&["bbox"]).and_then(|(at, value)| bbox(&at, value)),
                        centroid: take(&["centroid"]).map(|(at, value)| geometry(at, value)),
                        geometry: take(&["geom", "geometry"]).map(|(at, value)| geometry(at, value)),
                    };
                    if !place.is_empty() {
                        self.draft.spatial(&place.said());
                    }
                    for rest in kept(object) {
                        self.draft.extra(said(&format!("{at}/{}", rest.place), &rest.text));
                    }
                }
                item => {
                    let texts = words(at, item);
                    // One place in several languages.
                    let (named, others): (Vec<_>, Vec<_>) =
                        texts.iter().partition(|text| text.lang.is_some());
                    if !named.is_empty() {
                        let label = named.into_iter().map(Words::said).collect();
                        self.draft.spatial(&LocationSaid { label, ..LocationSaid::default() });
                    }
                    for text in others {
                        if crate::words::is_link(text.text.trim()) {
                            self.draft.spatial_iri(text.said());
                        } else if is_geometry(&text.text) {
                            self.draft.spatial_wkt(text.said());
                        } else {
                            self.draft.spatial_text(text.said());
                        }
                    }
                }
            }
        }
    }

    fn temporal(&mut self, package: &mut Package<'_>) {
        let (starts, ends) = (package.words(TemporalStart), package.words(TemporalEnd));
        for index in 0..starts.len().max(ends.len()) {
            self.draft.temporal(starts.get(index).map(Words::said), ends.get(index).map(Words::said));
        }
        for (at, value) in package.values(TemporalCoverage) {
            let (listed, items) = match opened(value) {
                Json::List(items) => (true, items),
                one => (false, vec![one]),
            };
            for (index, item) in items.into_iter().enumerate() {
                let at = if listed { format!("{at}/{index}") } else { at.clone().into_owned() };
                self.period(&at, item);
            }
        }
    }

    /// One period: an object with two ends, `2019/2020`, or words.
    fn period(&mut self, at: &str, value: Json<'_>) {
        match value {
            Json::Object(mut object)
                if ENDS.iter().any(|keys| keys.iter().any(|key| object.get(key).is_some())) =>
            {
                let [start, end] = ENDS.map(|keys| {
                    let (key, value) =
                        keys.iter().find_map(|key| object.take(key).map(|value| (*key, value)))?;
                    first(format!("{at}/{key}"), value)
                });
                self.draft.temporal(start.as_ref().map(Words::said), end.as_ref().map(Words::said));
                for rest in kept(object) {
                    self.draft.extra(said(&format!("{at}/{}", rest.place), &rest.text));
                }
            }
            value => {
                for text in words(at.to_owned(), value) {
                    // ISO 8601's own notation of an interval.
                    match text.text.split_once('/') {
                        Some((start, end)) if is_date(start) && is_date(end) => {
                            self.draft.temporal(said(&text.place, start), said(&text.place, end));
                        }
                        _ => {
                            self.draft.temporal_text(text.said());
                        }
                    }
                }
            }
        }
    }
}

/// Keys of the two ends of a period.
const ENDS: [&[&str]; 2] = [
    &["start", "startDate", "start_date", "from", "begin", "gte"],
    &["end", "endDate", "end_date", "to", "until", "lte"],
];

/// Whether a text has the form of an ISO 8601 date of at least a year.
fn is_date(text: &str) -> bool {
    let text = text.trim();
    text.len() >= 4
        && text.bytes().take(4).all(|b| b.is_ascii_digit())
        && text.bytes().skip(4).all(|b| b.is_ascii_digit() || b"-:.TZ+ ".contains(&b))
}

/// Whether a text is a geometry and not a name.
fn is_geometry(text: &str) -> bool {
    let head: String = text.trim_start().chars().take(20).collect::<String>().to_ascii_uppercase();
    head.starts_with('{') || WKT.iter().any(|word| head.starts_with(word)) || four_numbers(text).is_some()
}

fn is_geojson(object: &Object<'_>) -> bool {
    object.get("type").is_some()
        && (object.get("coordinates").is_some() || object.get("geometries").is_some())
}

/// A geometry as one text.
fn geometry<'a>(at: Cow<'a, str>, value: Json<'a>) -> Words<'a> {
    match value {
        Json::Text(text) => Words::new(at, text),
        other => Words::new(at, other.to_string()),
    }
}

/// A box as one text: west, south, east, north, or a geometry.
fn bbox<'a>(at: &str, value: Json<'a>) -> Option<Words<'a>> {
    let text = match opened(value) {
        Json::Object(object) if is_geojson(&object) => Json::Object(object).to_string(),
        Json::Object(mut object) => {
            let sides = SIDES.map(|side| object.take(side).and_then(Json::into_text));
            if sides.iter().any(Option::is_none) {
                return None;
            }
            sides.map(Option::unwrap_or_default).join(",")
        }
        Json::List(items) => {
            let numbers: Vec<String> = items.iter().map(Json::to_extra).collect();
            numbers.join(",")
        }
        other => other.into_text()?.into_owned(),
    };
    Some(Words::new(at.to_owned(), text))
}

/// Four numbers separated by commas or spaces.
fn four_numbers(text: &str) -> Option<[f64; 4]> {
    let mut numbers = text.split([',', ' ']).filter(|part| !part.is_empty()).map(str::parse);
    let four = [numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?];
    numbers.next().is_none().then_some(four)
}
