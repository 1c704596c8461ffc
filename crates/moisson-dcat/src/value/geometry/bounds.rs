//! Boxes: four numbers, in their many spellings.

use serde_json::Value;

use super::{GeometryProblem, Point, degrees};

/// A box in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// The least longitude.
    pub west: f64,
    /// The least latitude.
    pub south: f64,
    /// The greatest longitude.
    pub east: f64,
    /// The greatest latitude.
    pub north: f64,
}

/// How the four sides are called in objects and in `name=value` lists, in lower case without punctuation.
const NAMES: [[&str; 8]; 4] = [
    ["west", "minx", "xmin", "westboundlongitude", "westlimit", "lonmin", "minlon", "westboundinglongitude"],
    [
        "south",
        "miny",
        "ymin",
        "southboundlatitude",
        "southlimit",
        "latmin",
        "minlat",
        "southboundinglatitude",
    ],
    ["east", "maxx", "xmax", "eastboundlongitude", "eastlimit", "lonmax", "maxlon", "eastboundinglongitude"],
    [
        "north",
        "maxy",
        "ymax",
        "northboundlatitude",
        "northlimit",
        "latmax",
        "maxlat",
        "northboundinglatitude",
    ],
];

impl Bounds {
    /// The box around points.
    pub(super) fn around<'p>(points: impl Iterator<Item = &'p Point>) -> Option<Self> {
        points.fold(None, |bounds: Option<Self>, (x, y)| {
            let b = bounds.unwrap_or(Self { west: *x, south: *y, east: *x, north: *y });
            Some(Self {
                west: b.west.min(*x),
                south: b.south.min(*y),
                east: b.east.max(*x),
                north: b.north.max(*y),
            })
        })
    }

    /// The same with its sides in order, and whether they were not.
    pub(super) fn in_order(self) -> (Self, bool) {
        let ordered = Self {
            west: self.west.min(self.east),
            south: self.south.min(self.north),
            east: self.west.max(self.east),
            north: self.south.max(self.north),
        };
        (ordered, ordered != self)
    }

    /// Whether these are degrees.
    pub(super) fn check(&self) -> Result<(), GeometryProblem> {
        let sides = [self.west, self.south, self.east, self.north];
        if sides.iter().any(|v| !v.is_finite()) {
            return Err(GeometryProblem::Unreadable);
        }
        // A grain beyond 180 and 90 comes from rounding.
        let degrees = |v: f64, most: f64| v.abs() <= most + 0.001;
        let good = degrees(self.west, 180.0)
            && degrees(self.east, 180.0)
            && degrees(self.south, 90.0)
            && degrees(self.north, 90.0);
        if good { Ok(()) } else { Err(GeometryProblem::Projected) }
    }

    /// The polygon of the box, counter-clockwise from the south-west corner.
    pub(super) fn to_wkt(self) -> String {
        let [w, s, e, n] = [self.west, self.south, self.east, self.north].map(degrees);
        format!("POLYGON(({w} {s}, {e} {s}, {e} {n}, {w} {n}, {w} {s}))")
    }

    /// Whether a shape is this very box: one ring through the four corners.
    pub(super) fn is_shape(&self, parts: &[Vec<Vec<Point>>]) -> bool {
        let [polygon] = parts else { return false };
        let [ring] = polygon.as_slice() else { return false };
        let side = |v: f64, a: f64, b: f64| (v - a).abs() < 1e-9 || (v - b).abs() < 1e-9;
        let corner = |(x, y): &Point| side(*x, self.west, self.east) && side(*y, self.south, self.north);
        ring.len() == 5 && ring.first() == ring.last() && ring.iter().all(corner)
    }
}

/// `[w, s, e, n]`, `[w, s, low, e, n, high]`, or an object that names the sides.
pub(super) fn json(value: &Value) -> Option<Bounds> {
    match value {
        Value::Array(numbers) => {
            let numbers: Option<Vec<f64>> = numbers.iter().map(number).collect();
            match numbers?.as_slice() {
                [west, south, east, north] | [west, south, _, east, north, _] => {
                    Some(Bounds { west: *west, south: *south, east: *east, north: *north })
                }
                _ => None,
            }
        }
        Value::Object(fields) => {
            let side = |names: &[&str; 8]| {
                fields
                    .iter()
                    .find(|(name, _)| names.contains(&bare(name).as_str()))
                    .and_then(|(_, v)| number(v))
            };
            let [west, south, east, north] = NAMES.each_ref().map(side);
            Some(Bounds { west: west?, south: south?, east: east?, north: north? })
        }
        _ => None,
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn bare(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Four numbers, `ENVELOPE(w, e, n, s)`, `BOX(w s, e n)`, `northlimit=…; southlimit=…`. Two numbers are a point whose
/// axes nobody knows, unless one of them cannot be a latitude.
pub(super) fn text(raw: &str) -> Result<Option<Bounds>, GeometryProblem> {
    let upper = raw.to_ascii_uppercase();
    if let Some(sides) = upper.strip_prefix("ENVELOPE") {
        return match numbers(sides.trim().trim_matches(['(', ')'])).as_deref() {
            Some([west, east, north, south]) => {
                Ok(Some(Bounds { west: *west, south: *south, east: *east, north: *north }))
            }
            _ => Err(GeometryProblem::Unreadable),
        };
    }
    if raw.contains('=') {
        return Ok(named(raw));
    }
    let sides = upper.strip_prefix("BOX2D").or_else(|| upper.strip_prefix("BOX")).unwrap_or(&upper);
    let Some(numbers) = numbers(sides.trim().trim_matches(['(', ')'])) else { return Ok(None) };
    match numbers.as_slice() {
        [west, south, east, north] => {
            Ok(Some(Bounds { west: *west, south: *south, east: *east, north: *north }))
        }
        [x, y] if x.abs() > 90.0 => Ok(Some(Bounds { west: *x, south: *y, east: *x, north: *y })),
        [_, _] => Err(GeometryProblem::Ambiguous),
        _ => Err(GeometryProblem::Unreadable),
    }
}

/// Numbers and nothing else.
fn numbers(raw: &str) -> Option<Vec<f64>> {
    let parts = raw.split([',', ' ', ';', '\t', '\n']).filter(|p| !p.is_empty());
    let numbers: Option<Vec<f64>> = parts.take(8).map(|p| p.parse().ok()).collect();
    numbers.filter(|n| !n.is_empty())
}

/// `name=value` pairs, as in the [DCMI box](https://www.dublincore.org/specifications/dublin-core/dcmi-box/).
fn named(raw: &str) -> Option<Bounds> {
    let pairs: Vec<(String, f64)> = raw
        .split([';', '&', '\n'])
        .filter_map(|pair| pair.split_once('='))
        .filter_map(|(name, value)| Some((bare(name), value.trim().parse().ok()?)))
        .collect();
    let side =
        |names: &[&str; 8]| pairs.iter().find(|(name, _)| names.contains(&name.as_str())).map(|(_, v)| *v);
    let [west, south, east, north] = NAMES.each_ref().map(side);
    Some(Bounds { west: west?, south: south?, east: east?, north: north? })
}

/// Two numbers and nothing else.
pub(super) fn pair(raw: &str) -> Option<Point> {
    match numbers(raw.trim_matches(['(', ')', '[', ']']))?.as_slice() {
        [first, second] => Some((*first, *second)),
        _ => None,
    }
}
