//! Geometries of well-known text ([OGC 06-103r4](https://www.ogc.org/standard/sfa/) §7), with the CRS prefix of
//! [GeoSPARQL](https://docs.ogc.org/is/22-047r1/22-047r1.html) or the `SRID=` of databases.

use super::frame::Frame;
use super::{GeometryProblem, POINTS_READ_MAX, Parts, Point};

/// Reads one shape.
pub(super) fn read(raw: &str) -> Result<Parts, GeometryProblem> {
    let (frame, raw) = reference_system(raw)?;
    let (kind, rest) = raw.split_once('(').ok_or(GeometryProblem::Unreadable)?;
    let kind = kind.trim().to_ascii_uppercase();
    let kind = kind.split_whitespace().next().unwrap_or_default();
    let known = ["POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON"];
    let kind = known.into_iter().find(|k| *k == kind).ok_or(GeometryProblem::Unreadable)?;
    let polygons = polygons(rest, kind, frame)?;
    Ok(Parts { kind, parts: polygons })
}

/// The points between parentheses; the first one is taken off already. A group of the innermost parentheses is a ring, one
/// of those around it a polygon.
fn polygons(text: &str, kind: &str, frame: Frame) -> Result<Vec<Vec<Vec<Point>>>, GeometryProblem> {
    let (mut polygons, mut rings, mut ring) = (Vec::new(), Vec::new(), Vec::new());
    let (mut depth, mut count, mut rest) = (1_u8, 0_usize, text);
    let unreadable = GeometryProblem::Unreadable;
    while depth > 0 {
        let at = rest.find(['(', ')', ',']).ok_or(unreadable)?;
        let (text, after) = rest.split_at_checked(at).ok_or(unreadable)?;
        if !text.trim().is_empty() {
            ring.push(point(text, frame).ok_or(unreadable)?);
            count += 1;
            if count > POINTS_READ_MAX {
                return Err(GeometryProblem::TooLarge);
            }
        }
        let (mark, after) = after.split_at_checked(1).ok_or(unreadable)?;
        rest = after;
        match mark {
            "(" if depth < 3 => depth += 1,
            "(" => return Err(unreadable),
            ")" => {
                depth -= 1;
                // `MULTIPOINT((1 2), (3 4))` is one group of points.
                if !ring.is_empty() && (kind != "MULTIPOINT" || depth == 0) {
                    rings.push(std::mem::take(&mut ring));
                }
                let whole = if kind == "MULTIPOLYGON" { depth <= 1 } else { depth == 0 };
                if whole && !rings.is_empty() {
                    polygons.push(std::mem::take(&mut rings));
                }
            }
            _ => {}
        }
    }
    let wanted = rest.trim().is_empty() && !polygons.is_empty() && (kind != "POINT" || count == 1);
    if wanted { Ok(polygons) } else { Err(unreadable) }
}

/// Two numbers; height and measure after them are left out.
fn point(text: &str, frame: Frame) -> Option<Point> {
    let mut numbers = text.split_whitespace();
    let (first, second) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    numbers.take(3).try_for_each(|n| n.parse::<f64>().map(|_| ()).ok())?;
    Some(frame.point(first, second))
}

/// Takes the reference system off. By `GeoSPARQL`, EPSG:4326 has latitude first; databases mean longitude first.
fn reference_system(raw: &str) -> Result<(Frame, &str), GeometryProblem> {
    let raw = raw.trim();
    if let Some((crs, rest)) = raw.strip_prefix('<').and_then(|r| r.split_once('>')) {
        return Ok((Frame::of(crs)?, rest.trim()));
    }
    match raw.strip_prefix("SRID=").and_then(|r| r.split_once(';')) {
        Some((srid, rest)) => Ok((Frame::of_database(srid)?, rest.trim())),
        None => Ok((Frame::LongitudeFirst, raw)),
    }
}
