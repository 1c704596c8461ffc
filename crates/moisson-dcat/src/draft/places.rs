//! Where: names, codes and geometries of one place, read together, for each tells something about the others.
//!
//! A place of the table has its IRI, its names and, where the source gives no box of its own, its box. A name that
//! several places have waits until the record is whole: its other places, or a geometry beside the name, may tell which
//! is meant; else the words are kept and a remark lists the candidates.

use super::notes::{Notes, Property, add};
use super::parties::said_of;
use super::trace::{self, Rule};
use super::{Draft, LocationSaid, Said, said};
use crate::value::geometry::{self, Area, Geometry};
use crate::vocabulary::last_part;
use crate::vocabulary::place::{Context, Place, find_all};
use crate::{Iri, Location, Mapped, Remark, RemarkCode, Resource, Text};

/// Most candidates that a remark lists.
const LISTED_MAX: usize = 6;

/// Parts of the hosts of lists of places: an IRI of theirs stays, whatever name stands beside it.
const AUTHORITIES: [&str; 9] = [
    "geonames.org",
    "publications.europa.eu",
    "data.europa.eu",
    "id.insee.fr",
    "vocab.belgif.be",
    "wikidata.org",
    "dbpedia.org",
    "d-nb.info",
    "dcat-ap.de",
];

/// A name of several places, and where it was said.
#[derive(Debug)]
pub(super) struct Homonym {
    property: Property,
    place: String,
    value: String,
    /// How the location was written down.
    location: Location,
    candidates: Vec<Place>,
}

/// What the words about one place name.
#[derive(Default)]
struct Named<'a> {
    /// Places of the table.
    places: Vec<Place>,
    /// An IRI that the table lacks.
    iri: Option<Iri>,
    /// The names that go with it.
    own: Vec<Said<'a>>,
    /// Names that the table lacks.
    unknown: Vec<Said<'a>>,
    /// Names of several places.
    several: Vec<(Said<'a>, Vec<Place>)>,
}

impl Notes {
    /// The places that were spoken of; none when nothing was said.
    pub(super) fn locations(&mut self, property: Property, said: &LocationSaid<'_>) -> Vec<Location> {
        let mark = self.mark();
        let mut named = self.named(property, said);
        let mut shape = self.shape(property, said, area(&named.places));
        if let [(_, candidates)] = named.several.as_slice()
            && let Some(centre) = shape.centroid.as_deref().and_then(position)
        {
            let here: Vec<Place> = candidates.iter().copied().filter(|place| holds(*place, centre)).collect();
            if let [one] = here.as_slice() {
                named.places.push(*one);
                named.several.clear();
            }
        }
        let mut locations: Vec<Location> = named.places.iter().map(|place| known(*place)).collect();
        let shaped = shape != Location::default();
        if let [location] = locations.as_mut_slice() {
            if shape.bbox.is_some() || shape.centroid.is_some() {
                (location.bbox, location.centroid) = (shape.bbox.take(), shape.centroid.take());
            }
            location.geometry = shape.geometry.take();
        }
        let words: Vec<Text> = named
            .own
            .iter()
            .chain(&named.unknown)
            .chain(named.several.iter().map(|(said, _)| said))
            .filter_map(|said| self.line(property, *said))
            .collect();
        if locations.is_empty() {
            let location = Location { iri: named.iri, label: words, ..shape };
            if location != Location::default() {
                locations.push(location);
            }
        } else {
            if locations.len() > 1 && shaped {
                locations.push(shape);
            }
            locations
                .extend(words.into_iter().map(|text| Location { label: vec![text], ..Location::default() }));
            locations.extend(named.iri.map(|iri| Location { iri: Some(iri), ..Location::default() }));
        }
        self.tell_of(mark, property, said, &locations);
        for said in named.unknown {
            self.remark(RemarkCode::UnmappedValue, property, said, "");
        }
        for (said, candidates) in named.several {
            let location =
                locations.iter().find(|l| l.label.iter().any(|text| text.value == said.value.trim()));
            let location = location.cloned().unwrap_or_default();
            let (place, value) = (said.place.to_owned(), said.value.to_owned());
            self.homonyms.push(Homonym { property, place, value, location, candidates });
        }
        locations
    }

    /// Tells the trace what became of all that was said about a place.
    fn tell_of(&mut self, mark: usize, property: Property, said: &LocationSaid<'_>, locations: &[Location]) {
        let all = said.iri.into_iter().chain(said.label.iter().copied());
        let mut all =
            all.chain(said.bbox).chain(said.geometry).chain(said.centroid).filter(|said| !said.is_empty());
        let (Some(first), more) = (all.next(), all.next().is_some()) else { return };
        let Some(location) = locations.first() else { return };
        // A name alone is no place yet.
        let is_words = location.iri.is_none() && location.centroid.is_none();
        if is_words || more || location.iri.is_none() {
            let rule = if is_words { Rule::SourceWords } else { Rule::Composed };
            self.tell_whole(
                mark,
                property,
                first,
                (rule, || said_of(location.iri.as_ref(), &location.label)),
            );
        }
    }

    /// Reads the words.
    fn named<'a>(&mut self, property: Property, said: &LocationSaid<'a>) -> Named<'a> {
        let mut named = Named::default();
        let nothing = Context::default();
        if let Some(iri) = said.iri.filter(|iri| !iri.is_empty()) {
            match find_all(iri.value, &nothing) {
                Ok(places) => {
                    self.tell(property, iri, Rule::TableRow, || iris(&places));
                    named.places = places;
                }
                Err(candidates) if !candidates.is_empty() => named.several.push((iri, candidates)),
                Err(_) => {
                    named.iri = self.iri(property, iri);
                    if named.iri.as_ref().is_some_and(is_of_authority) {
                        // Known well enough; its names are not looked up.
                        named.own.clone_from(&said.label);
                        return named;
                    }
                }
            }
        }
        for label in said.label.iter().filter(|label| !label.is_empty()) {
            match find_all(label.value, &nothing) {
                Ok(places) => {
                    self.tell(property, *label, Rule::TableRow, || iris(&places));
                    add_all(&mut named.places, places);
                }
                Err(candidates) if candidates.is_empty() => named.unknown.push(*label),
                Err(candidates) => named.several.push((*label, candidates)),
            }
        }
        // One of the names may say which of the places of another is meant.
        let around = named.places.clone();
        named.several.retain(|(said, _)| match find_all(said.value, &Context { within: &around }) {
            Ok(places) => {
                self.tell(property, *said, Rule::TableRow, || iris(&places));
                add_all(&mut named.places, places);
                false
            }
            Err(_) => true,
        });
        if !named.places.is_empty() {
            // The same place in a language that the table has no name of it in.
            named.unknown.retain(|said| said.lang.is_none());
            named.several.retain(|(said, _)| said.lang.is_none());
        }
        if let (Some(iri), Some(said)) = (&named.iri, said.iri) {
            // `…/place/Rennes`, or a word that became an address by standing where one was wanted.
            let words = last_part(iri.as_str()).filter(|words| words.chars().any(char::is_alphabetic));
            if named.places.is_empty()
                && let Some(words) = words
                && let Ok(places) = find_all(&words, &nothing)
            {
                self.tell(property, said, Rule::Pattern, || iris(&places));
                named.places = places;
            }
            if !named.places.is_empty() {
                self.keep_beside(said);
                named.iri = None;
            }
        }
        named
    }

    /// Box, shape and middle as the source gives them.
    fn shape(&mut self, property: Property, said: &LocationSaid<'_>, area: Option<Area>) -> Location {
        let mut location = Location::default();
        for said in [said.bbox, said.geometry, said.centroid].into_iter().flatten() {
            let Some(Geometry { bbox, centroid, shape, doubt: _ }) =
                self.geometry(property, said, area.as_ref())
            else {
                continue;
            };
            // A box or shape has a middle, but a point that the source gives is a better one.
            if bbox.is_none() || location.centroid.is_none() {
                location.centroid = Some(centroid);
            }
            if let Some(bbox) = bbox {
                let first = location.bbox.get_or_insert_with(|| bbox.clone());
                if *first != bbox && shape.is_none() {
                    self.refuse(RemarkCode::TooManyValues, property, said);
                }
            }
            if let Some(shape) = shape {
                self.only(property, &mut location.geometry, shape, said);
            }
        }
        location
    }

    /// A geometry that is said to be of an area.
    fn geometry(&mut self, property: Property, said: Said<'_>, area: Option<&Area>) -> Option<Geometry> {
        if said.is_empty() {
            return None;
        }
        match geometry::read_near(said.value, area) {
            Ok(geometry) => {
                self.tell(property, said, Rule::Geometry, || geometry.centroid.clone());
                if let Some(doubt) = geometry.doubt {
                    self.remark(RemarkCode::SuspectGeometry, property, said, doubt.words());
                    // The table knows better where the place is.
                    if doubt.is_void() && area.is_some() {
                        self.keep_beside(said);
                        return None;
                    }
                }
                Some(geometry)
            }
            Err(problem) => {
                self.remark(RemarkCode::InvalidGeometry, property, said, problem.as_str());
                self.tell_refused(property, said, RemarkCode::InvalidGeometry);
                self.keep_beside(said);
                None
            }
        }
    }
}

/// Decides on the names of several places, now that the record is whole.
pub(super) fn settle(draft: &mut Draft) {
    let homonyms = std::mem::take(&mut draft.notes.homonyms);
    if homonyms.is_empty() {
        return;
    }
    let spatial = &mut draft.dataset.spatial;
    let around: Vec<Place> = spatial
        .iter()
        .filter_map(|location| crate::vocabulary::place::by_iri(location.iri.as_ref()?.as_str()))
        .collect();
    for Homonym { property, place, value, location, candidates } in homonyms {
        match find_all(&value, &Context { within: &around }) {
            Ok(places) if spatial.contains(&location) => {
                replace(spatial, &location, &places);
                draft.notes.tell(property, said(&place, &value), Rule::Pattern, || iris(&places));
            }
            _ => draft.notes.remark(
                RemarkCode::AmbiguousPlace,
                property,
                said(&place, &value),
                listed(&candidates),
            ),
        }
    }
}

/// Puts places where the words stood.
fn replace(spatial: &mut Vec<Location>, words: &Location, places: &[Place]) {
    let Some(at) = spatial.iter().position(|location| location == words) else { return };
    let old = spatial.remove(at);
    let mut new: Vec<Location> = places.iter().map(|place| known(*place)).collect();
    match new.as_mut_slice() {
        [one] if old.bbox.is_some() || old.centroid.is_some() => {
            (one.bbox, one.centroid, one.geometry) = (old.bbox, old.centroid, old.geometry);
        }
        _ => {}
    }
    new.retain(|location| !spatial.contains(location));
    spatial.splice(at..at, new);
}

fn listed(candidates: &[Place]) -> String {
    let mut listed: Vec<String> =
        candidates.iter().take(LISTED_MAX).map(|place| place.described("fr")).collect();
    if candidates.len() > LISTED_MAX {
        listed.push("…".to_owned());
    }
    listed.join("; ")
}

/// Gives a record that speaks of no place that of its portal, and lets it decide between places of one name.
///
/// `territory` is what the source's configuration says that the portal is of.
pub fn inherit_territory(mapped: &mut Mapped, territory: Place) {
    let Mapped { resource, remarks } = mapped;
    let spatial = match resource {
        Resource::Dataset(dataset) => &mut dataset.spatial,
        Resource::Series(series) => &mut series.spatial,
        Resource::Service(_) => return,
    };
    let mut within: Vec<Place> =
        spatial.iter().filter_map(|l| crate::vocabulary::place::by_iri(l.iri.as_ref()?.as_str())).collect();
    within.push(territory);
    remarks.retain(|remark| {
        if remark.code != RemarkCode::AmbiguousPlace {
            return true;
        }
        let words = spatial
            .iter()
            .find(|l| l.iri.is_none() && l.label.iter().any(|text| text.value == remark.value.trim()));
        match (words.cloned(), find_all(&remark.value, &Context { within: &within })) {
            (Some(words), Ok(places)) => {
                replace(spatial, &words, &places);
                let was = said(&remark.place, &remark.value);
                trace::tell_after("spatial", was, Rule::Pattern, || iris(&places));
                false
            }
            _ => true,
        }
    });
    let spoken_of = remarks.iter().any(|remark| remark.property == "spatial");
    if spatial.is_empty() && !spoken_of {
        spatial.push(known(territory));
        let configured = format!("territory = \"{}\"", territory.code());
        trace::tell_after("spatial", said("", &configured), Rule::Configured, || territory.iri().to_string());
        remarks.push(Remark {
            code: RemarkCode::DerivedValue,
            property: "spatial".into(),
            place: String::new(),
            value: format!("territory = \"{}\"", territory.code()),
            detail: territory.described("fr"),
        });
    }
}

fn is_of_authority(iri: &Iri) -> bool {
    let host = iri.as_str().split('/').nth(2).unwrap_or_default();
    AUTHORITIES.iter().any(|authority| host.ends_with(authority))
}

/// What the trace says of places.
fn iris(places: &[Place]) -> String {
    places.iter().map(|place| place.iri().to_string()).collect::<Vec<_>>().join(" ")
}

fn add_all(to: &mut Vec<Place>, places: Vec<Place>) {
    for place in places {
        add(to, place);
    }
}

/// A place as the table has it.
fn known(place: Place) -> Location {
    Location {
        iri: Some(place.iri()),
        label: place.labels(),
        bbox: place.bounds().map(geometry::box_wkt),
        centroid: place.centre().map(geometry::point_wkt),
        geometry: None,
    }
}

/// The area of places, when the table knows all of theirs.
fn area(places: &[Place]) -> Option<Area> {
    let bounds =
        places.iter().map(|place| place.bounds().or_else(|| place.centre().map(|[x, y]| [x, y, x, y])));
    let around = |[a, b, c, d]: [f64; 4], [e, f, g, h]: [f64; 4]| [a.min(e), b.min(f), c.max(g), d.max(h)];
    let mut all: Option<[f64; 4]> = None;
    for bounds in bounds {
        let bounds = bounds?;
        all = Some(all.map_or(bounds, |so_far| around(so_far, bounds)));
    }
    all.map(Area::of_bounds)
}

/// The numbers of a WKT point.
fn position(wkt: &str) -> Option<[f64; 2]> {
    let (x, y) = wkt.strip_prefix("POINT(")?.strip_suffix(')')?.split_once(' ')?;
    Some([x.parse().ok()?, y.parse().ok()?])
}

fn holds(place: Place, [x, y]: [f64; 2]) -> bool {
    place
        .bounds()
        .is_some_and(|[west, south, east, north]| west <= x && x <= east && south <= y && y <= north)
}

#[cfg(test)]
mod tests;
