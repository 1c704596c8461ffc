//! Geometries in their usual spellings to WKT in CRS84 (longitude first) without CRS prefix, which is what
//! `dcat:bbox`, `dcat:centroid` and `locn:geometry` hold.
//!
//! Coordinates are never converted by guess: only a stated reference system with the axes of EPSG:4326 is turned
//! round. Projected coordinates are refused, doubtful ones are reported.

mod bounds;
mod geojson;
mod gml;
mod wkt;

use std::fmt::Write;

pub use bounds::Bounds;

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
    pub doubt: Option<&'static str>,
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
    let raw = raw.trim();
    if raw.len() > TEXT_MAX {
        return Err(GeometryProblem::TooLarge);
    }
    if raw.starts_with(['{', '[']) {
        return match serde_json::from_str(raw) {
            Ok(value) => match bounds::json(&value) {
                Some(bounds) => boxed(bounds),
                None => shaped(&geojson::read(&value)?),
            },
            Err(_) => Err(GeometryProblem::Unreadable),
        };
    }
    if raw.starts_with('<') && raw.ends_with('>') {
        return shaped(&gml::read(raw)?);
    }
    if let Some(bounds) = bounds::text(raw)? {
        return boxed(bounds);
    }
    shaped(&wkt::read(raw)?)
}

/// A box that was given as such.
fn boxed(bounds: Bounds) -> Result<Geometry, GeometryProblem> {
    bounds.check()?;
    let (bounds, turned) = bounds.in_order();
    let mut geometry = around(bounds);
    if turned {
        geometry.doubt = Some("south and north, or west and east, were the other way round");
    }
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
        doubt: zero.then_some("all zero"),
    }
}

/// A shape of points.
fn shaped(parts: &Parts) -> Result<Geometry, GeometryProblem> {
    let points = || parts.parts.iter().flatten().flatten();
    let bounds = Bounds::around(points()).ok_or(GeometryProblem::Unreadable)?;
    bounds.check()?;
    let mut geometry = around(bounds);
    let says_more = parts.kind != "POINT" && !bounds.is_shape(&parts.parts);
    if says_more && points().count() <= POINTS_MAX {
        geometry.shape = Some(to_wkt(parts));
    }
    Ok(geometry)
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
