//! Geometries in their usual spellings to WKT in CRS84 (longitude first) without CRS prefix, which is what
//! `dcat:bbox`, `dcat:centroid` and `locn:geometry` hold.
//!
//! Coordinates are never converted by guess. A stated reference system is heeded: axes are turned round, projected
//! coordinates become degrees. Without one, a place that is named beside the geometry tells which way round or in which
//! system it is, when just one reading lies there. All others are refused or reported as doubtful.

mod bounds;
mod frame;
mod geojson;
mod gml;
mod near;
mod system;
mod wkt;

use std::fmt::Write;

pub use bounds::Bounds;
pub use near::{Area, Doubt};

/// Longest text that is read as a geometry, in bytes.
const TEXT_MAX: usize = 4_000_000;

/// Most points of a shape that is written out; of a larger one only the box is kept.
pub const POINTS_MAX: usize = 2_000;

/// Most points that are looked at; a text with more is no metadata.
const POINTS_READ_MAX: usize = 400_000;

/// Longitude and latitude.
type Point = (f64, f64);

/// A shape as rings and lines of points, whatever its notation was.
#[derive(Debug, Clone, PartialEq)]
struct Parts {
    kind: &'static str,
    /// For a polygon its rings, for a multi-polygon those of all polygons, else lines or points.
    parts: Vec<Vec<Vec<Point>>>,
}

/// A geometry that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Geometry {
    /// The box around it; none for a single point.
    pub bbox: Option<String>,
    /// The point itself, or the middle of the box.
    pub centroid: String,
    /// The shape, when it says more than the box and is not too large.
    pub shape: Option<String>,
    /// What makes it doubtful.
    pub doubt: Option<Doubt>,
}

/// Why a text is not read as a geometry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GeometryProblem {
    /// No notation that we know.
    Unreadable,
    /// Not degrees: a projected system, stated or visible.
    Projected,
    /// Two numbers that could be either way round.
    Ambiguous,
    /// Too large.
    TooLarge,
}

impl GeometryProblem {
    /// A few words for a remark.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "",
            Self::Projected => "projected coordinates",
            Self::Ambiguous => "latitude, longitude or longitude, latitude",
            Self::TooLarge => "too large",
        }
    }
}

/// Reads a geometry in any notation: `GeoJSON`, WKT with or without a CRS before it, simple GML, boxes as
/// numbers or by name.
///
/// ```
/// use moisson_dcat::value::geometry::read;
/// let rennes = read("-1.75, 48.08, -1.62, 48.15").unwrap();
/// assert_eq!(
///     rennes.bbox.as_deref(),
///     Some("POLYGON((-1.75 48.08, -1.62 48.08, -1.62 48.15, -1.75 48.15, -1.75 48.08))")
/// );
/// assert_eq!(rennes.centroid, "POINT(-1.685 48.115)");
/// ```
///
/// # Errors
/// When the text is none, or not in degrees.
pub fn read(raw: &str) -> Result<Geometry, GeometryProblem> {
    read_near(raw, None)
}

/// The same, of a geometry that is said to be of an area: that tells swapped axes and projected coordinates.
///
/// # Errors
/// When the text is none, or not in degrees and nothing tells in what.
pub fn read_near(raw: &str, area: Option<&Area>) -> Result<Geometry, GeometryProblem> {
    let raw = raw.trim();
    if raw.len() > TEXT_MAX {
        return Err(GeometryProblem::TooLarge);
    }
    if raw.starts_with(['{', '[']) {
        return match serde_json::from_str(raw) {
            Ok(value) => match bounds::json(&value) {
                Some(bounds) => boxed(bounds, area),
                None => shaped(geojson::read(&value)?, area),
            },
            Err(_) => Err(GeometryProblem::Unreadable),
        };
    }
    if raw.starts_with('<') && raw.ends_with('>') {
        return shaped(gml::read(raw)?, area);
    }
    match bounds::text(raw) {
        Ok(Some(bounds)) => boxed(bounds, area),
        Ok(None) => shaped(wkt::read(raw)?, area),
        Err(GeometryProblem::Ambiguous) => match (bounds::pair(raw), area) {
            (Some(point), Some(area)) => near::pair(point, area),
            _ => Err(GeometryProblem::Ambiguous),
        },
        Err(problem) => Err(problem),
    }
}

/// A box that was given as such.
fn boxed(bounds: Bounds, area: Option<&Area>) -> Result<Geometry, GeometryProblem> {
    if bounds.check() == Err(GeometryProblem::Unreadable) {
        return Err(GeometryProblem::Unreadable);
    }
    let (ordered, turned) = bounds.in_order();
    let (reading, doubt) = near::settled(ordered, area)?;
    let mut geometry = around(reading.of(ordered));
    geometry.doubt = doubt.or(geometry.doubt).or_else(|| turned.then_some(Doubt::TurnedSides));
    Ok(geometry)
}

/// The box, its middle, and what is doubtful about it.
fn around(bounds: Bounds) -> Geometry {
    let Bounds { west, south, east, north } = bounds;
    let zero = [west, south, east, north].iter().all(|v| v.abs() < f64::EPSILON);
    let point = (east - west).abs() < f64::EPSILON && (north - south).abs() < f64::EPSILON;
    Geometry {
        bbox: (!point).then(|| bounds.to_wkt()),
        centroid: format!(
            "POINT({} {})",
            degrees(f64::midpoint(west, east)),
            degrees(f64::midpoint(south, north))
        ),
        shape: None,
        doubt: zero.then_some(Doubt::Zero),
    }
}

/// A shape of points.
fn shaped(mut parts: Parts, area: Option<&Area>) -> Result<Geometry, GeometryProblem> {
    let bounds = Bounds::around(parts.points()).ok_or(GeometryProblem::Unreadable)?;
    let (reading, doubt) = near::settled(bounds, area)?;
    parts.parts.iter_mut().flatten().flatten().for_each(|point| *point = reading.point(*point));
    let bounds = Bounds::around(parts.points()).ok_or(GeometryProblem::Unreadable)?;
    let mut geometry = around(bounds);
    geometry.doubt = doubt.or(geometry.doubt);
    let says_more = parts.kind != "POINT" && !bounds.is_shape(&parts.parts);
    if says_more && parts.points().count() <= POINTS_MAX {
        geometry.shape = Some(to_wkt(&parts));
    }
    Ok(geometry)
}

impl Parts {
    fn points(&self) -> impl Iterator<Item = &Point> {
        self.parts.iter().flatten().flatten()
    }
}

/// The polygon around west, south, east, north in degrees, as WKT.
pub fn box_wkt([west, south, east, north]: [f64; 4]) -> String {
    Bounds { west, south, east, north }.to_wkt()
}

/// A longitude and latitude in degrees, as WKT.
pub fn point_wkt([x, y]: [f64; 2]) -> String {
    format!("POINT({} {})", degrees(x), degrees(y))
}

fn to_wkt(parts: &Parts) -> String {
    let mut out = format!("{}(", parts.kind);
    let nesting = match parts.kind {
        "MULTIPOLYGON" => 3,
        "POLYGON" | "MULTILINESTRING" => 2,
        _ => 1,
    };
    for (n, polygon) in parts.parts.iter().enumerate() {
        out.push_str(if n > 0 { ", " } else { "" });
        out.push_str(if nesting == 3 { "(" } else { "" });
        for (n, ring) in polygon.iter().enumerate() {
            out.push_str(if n > 0 { ", " } else { "" });
            out.push_str(if nesting > 1 { "(" } else { "" });
            for (n, (x, y)) in ring.iter().enumerate() {
                let comma = if n > 0 { ", " } else { "" };
                // Writing to a string does not fail.
                let _infallible = write!(out, "{comma}{} {}", degrees(*x), degrees(*y));
            }
            out.push_str(if nesting > 1 { ")" } else { "" });
        }
        out.push_str(if nesting == 3 { ")" } else { "" });
    }
    out.push(')');
    out
}

/// A coordinate with at most seven decimals, a centimetre.
fn degrees(value: f64) -> String {
    let text = format!("{value:.7}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests;
