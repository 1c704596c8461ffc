//! Geometries in their usual spellings to WKT in CRS84 (longitude first), without CRS prefix, which is what
//! `dcat:bbox`, `dcat:centroid` and `locn:geometry` hold.

use serde_json::Value;

/// Most points that a shape is read with; longer ones are kept as text.
const POINTS_MAX: usize = 10_000;

/// A shape as WKT, and its box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// `POINT(lon lat)`.
    Point(String),
    /// A polygon that is its own box.
    Box(String),
    /// Any other shape, and the box around it.
    Other {
        /// The shape.
        wkt: String,
        /// The box around it.
        bbox: String,
    },
}

/// Reads a geometry in any notation: GeoJSON, WKT with or without a CRS before it, four numbers
/// (west, south, east, north).
pub fn read(raw: &str) -> Option<Shape> {
    let raw = raw.trim();
    if raw.starts_with('{') || raw.starts_with('[') {
        return geojson(raw);
    }
    let numbers: Vec<f64> =
        raw.split([',', ' ', ';']).filter(|p| !p.is_empty()).map_while(|p| p.parse().ok()).collect();
    match numbers.as_slice() {
        [west, south, east, north] => boxed(*west, *south, *east, *north).map(Shape::Box),
        _ => wkt(raw),
    }
}

/// The polygon of a box, counter-clockwise from the south-west corner.
pub fn boxed(west: f64, south: f64, east: f64, north: f64) -> Option<String> {
    let inside =
        [west, east].iter().all(|v| v.abs() <= 180.0) && [south, north].iter().all(|v| v.abs() <= 90.0);
    (inside && west <= east && south <= north).then(|| {
        format!("POLYGON(({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))")
    })
}

/// GeoJSON geometries ([RFC 7946](https://www.rfc-editor.org/rfc/rfc7946)).
fn geojson(raw: &str) -> Option<Shape> {
    let value: Value = serde_json::from_str(raw).ok()?;
    let coordinates = value.get("coordinates")?;
    let mut points = Vec::new();
    collect(coordinates, &mut points)?;
    match value.get("type")?.as_str()? {
        "Point" => points.first().map(|(x, y)| Shape::Point(format!("POINT({x} {y})"))),
        "Polygon" | "MultiPolygon" => around(&points).map(Shape::Box),
        _ => None,
    }
}

/// All positions of a coordinates array.
fn collect(value: &Value, points: &mut Vec<(f64, f64)>) -> Option<()> {
    let array = value.as_array()?;
    if let (Some(x), Some(y)) = (array.first().and_then(Value::as_f64), array.get(1).and_then(Value::as_f64))
    {
        if points.len() == POINTS_MAX {
            return None;
        }
        points.push((x, y));
        return Some(());
    }
    array.iter().try_for_each(|inner| collect(inner, points))
}

/// The box around points.
fn around(points: &[(f64, f64)]) -> Option<String> {
    let fold = |of: fn(&(f64, f64)) -> f64, pick: fn(f64, f64) -> f64| points.iter().map(of).reduce(pick);
    boxed(
        fold(|p| p.0, f64::min)?,
        fold(|p| p.1, f64::min)?,
        fold(|p| p.0, f64::max)?,
        fold(|p| p.1, f64::max)?,
    )
}

/// WKT points and polygons.
fn wkt(raw: &str) -> Option<Shape> {
    let raw = match raw.strip_prefix('<') {
        Some(rest) => rest.split_once('>')?.1.trim(),
        None => raw,
    };
    let (kind, rest) = raw.split_once('(')?;
    let numbers: Vec<f64> = rest
        .split(|c: char| c.is_whitespace() || "(),".contains(c))
        .filter(|p| !p.is_empty())
        .map(str::parse)
        .collect::<Result<_, _>>()
        .ok()?;
    let points: Vec<(f64, f64)> =
        numbers.chunks_exact(2).filter_map(|c| Some((*c.first()?, *c.get(1)?))).collect();
    match kind.trim().to_ascii_uppercase().as_str() {
        "POINT" => points.first().map(|(x, y)| Shape::Point(format!("POINT({x} {y})"))),
        "POLYGON" | "MULTIPOLYGON" => around(&points).map(Shape::Box),
        _ => None,
    }
}
