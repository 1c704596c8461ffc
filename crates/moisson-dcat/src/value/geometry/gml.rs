//! The simple geometries of [GML](https://www.ogc.org/standard/gml/) that metadata holds: envelopes, points, lines and
//! polygons with one list of positions.

use super::frame::Frame;
use super::{GeometryProblem, POINTS_READ_MAX, Parts, Point};

/// The elements that hold positions.
const POSITIONS: [&str; 6] = ["lowerCorner", "upperCorner", "posList", "pos", "coordinates", "coord"];

/// Reads one shape.
pub(super) fn read(raw: &str) -> Result<Parts, GeometryProblem> {
    let unreadable = GeometryProblem::Unreadable;
    let (opening, content) = raw.split_once('>').ok_or(unreadable)?;
    let name = opening.trim_start_matches('<').split([' ', '/']).next().unwrap_or_default();
    let frame = match opening.split_once("srsName=").and_then(|(_, v)| v.split(['"', '\'']).nth(1)) {
        Some(crs) => Frame::of(crs)?,
        None => Frame::LongitudeFirst,
    };
    let points = positions(content, frame)?;
    let kind = name.rsplit(':').next().unwrap_or_default();
    let (kind, points) = match (kind, points.as_slice()) {
        ("Envelope" | "Box", [(w, s), (e, n)]) => {
            ("POLYGON", vec![(*w, *s), (*e, *s), (*e, *n), (*w, *n), (*w, *s)])
        }
        ("Point", [_]) => ("POINT", points),
        ("LineString", [_, _, ..]) => ("LINESTRING", points),
        // Holes are rings of their own; only a polygon without them is written out here.
        ("Polygon", [_, _, _, ..]) if !content.contains("interior") => ("POLYGON", points),
        _ => return Err(unreadable),
    };
    Ok(Parts { kind, parts: vec![vec![points]] })
}

/// All positions, in order.
fn positions(content: &str, frame: Frame) -> Result<Vec<Point>, GeometryProblem> {
    let mut points = Vec::new();
    for element in content.split('<') {
        let Some((opening, text)) = element.split_once('>') else { continue };
        let name = opening.split(' ').next().unwrap_or_default().rsplit(':').next().unwrap_or_default();
        if !POSITIONS.contains(&name) {
            continue;
        }
        let numbers: Result<Vec<f64>, _> =
            text.split([' ', ',', '\n', '\t']).filter(|n| !n.is_empty()).map(str::parse).collect();
        let numbers = numbers.map_err(|_| GeometryProblem::Unreadable)?;
        let size = if opening.contains("Dimension=\"3\"") { 3 } else { 2 };
        if !numbers.len().is_multiple_of(size) {
            return Err(GeometryProblem::Unreadable);
        }
        for pair in numbers.chunks_exact(size) {
            if let [first, second, ..] = pair {
                points.push(frame.point(*first, *second));
            }
        }
        if points.len() > POINTS_READ_MAX {
            return Err(GeometryProblem::TooLarge);
        }
    }
    Ok(points)
}
