//! Geometries of `GeoJSON` ([RFC 7946](https://www.rfc-editor.org/rfc/rfc7946)).

use serde_json::Value;

use super::frame::Frame;
use super::{GeometryProblem, POINTS_READ_MAX, Parts, Point};

/// Deepest nesting of features and collections.
const DEPTH_MAX: u8 = 8;

/// Most shapes of a collection.
const SHAPES_MAX: usize = 10_000;

/// Reads a geometry, feature or collection. Of several shapes only the box is known, so they become points.
pub(super) fn read(value: &Value) -> Result<Parts, GeometryProblem> {
    let mut shapes = Vec::new();
    collect(value, Frame::LongitudeFirst, &mut shapes, DEPTH_MAX)?;
    let points = shapes.iter().flat_map(|s| s.parts.iter().flatten().flatten()).count();
    if points > POINTS_READ_MAX {
        return Err(GeometryProblem::TooLarge);
    }
    match shapes.len() {
        0 => Err(GeometryProblem::Unreadable),
        1 => shapes.pop().ok_or(GeometryProblem::Unreadable),
        _ => {
            let all = shapes.into_iter().flat_map(|s| s.parts).flatten().flatten().collect();
            Ok(Parts { kind: "MULTIPOINT", parts: vec![vec![all]] })
        }
    }
}

fn collect(value: &Value, frame: Frame, shapes: &mut Vec<Parts>, depth: u8) -> Result<(), GeometryProblem> {
    let depth = depth.checked_sub(1).ok_or(GeometryProblem::Unreadable)?;
    // The way of 2008 to state a reference system; RFC 7946 has only the one. Longitude is first in all of them.
    let frame = match value.pointer("/crs/properties/name").and_then(Value::as_str) {
        Some(crs) => Frame::of_geojson(crs)?,
        None => frame,
    };
    let members =
        |name: &str| value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    match value.get("type").and_then(Value::as_str).unwrap_or_default() {
        "Feature" => collect(value.get("geometry").ok_or(GeometryProblem::Unreadable)?, frame, shapes, depth),
        "FeatureCollection" => {
            members("features").iter().take(SHAPES_MAX).try_for_each(|f| collect(f, frame, shapes, depth))
        }
        "GeometryCollection" => {
            members("geometries").iter().take(SHAPES_MAX).try_for_each(|g| collect(g, frame, shapes, depth))
        }
        kind => {
            let coordinates = value.get("coordinates").ok_or(GeometryProblem::Unreadable)?;
            let mut shape = shape(kind, coordinates).ok_or(GeometryProblem::Unreadable)?;
            shape.parts.iter_mut().flatten().flatten().for_each(|p| *p = frame.point(p.0, p.1));
            shapes.push(shape);
            Ok(())
        }
    }
}

fn shape(kind: &str, coordinates: &Value) -> Option<Parts> {
    let (kind, parts) = match kind.to_ascii_lowercase().as_str() {
        "point" => ("POINT", vec![vec![vec![point(coordinates)?]]]),
        "multipoint" => ("MULTIPOINT", vec![vec![points(coordinates)?]]),
        "linestring" => ("LINESTRING", vec![vec![points(coordinates)?]]),
        "multilinestring" => ("MULTILINESTRING", vec![rings(coordinates)?]),
        "polygon" => ("POLYGON", vec![rings(coordinates)?]),
        "multipolygon" => ("MULTIPOLYGON", coordinates.as_array()?.iter().map(rings).collect::<Option<_>>()?),
        // `Box`, `Envelope`: two corners.
        "box" | "envelope" => {
            let corners = points(coordinates)?;
            let [(w, s), (e, n)] = corners.as_slice() else { return None };
            ("POLYGON", vec![vec![vec![(*w, *s), (*e, *s), (*e, *n), (*w, *n), (*w, *s)]]])
        }
        _ => return None,
    };
    Some(Parts { kind, parts })
}

fn rings(value: &Value) -> Option<Vec<Vec<Point>>> {
    value.as_array()?.iter().map(points).collect()
}

fn points(value: &Value) -> Option<Vec<Point>> {
    value.as_array()?.iter().map(point).collect()
}

fn point(value: &Value) -> Option<Point> {
    Some((value.get(0)?.as_f64()?, value.get(1)?.as_f64()?))
}
