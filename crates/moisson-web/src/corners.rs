//! The corners of a box, from WKT ([OGC 06-103r4 §7](https://www.ogc.org/standard/sfa/)).

/// West, south, east, north of a polygon without holes; `None` if it is something else.
pub(crate) fn of_polygon(wkt: &str) -> Option<[f64; 4]> {
    let rest = wkt.trim().strip_prefix("POLYGON").or_else(|| wkt.trim().strip_prefix("Polygon"))?;
    let ring = rest.trim().strip_prefix("((")?.strip_suffix("))")?;
    let mut corners: Option<[f64; 4]> = None;
    for point in ring.split(',') {
        let mut numbers = point.split_whitespace().map(str::parse::<f64>);
        let (Some(Ok(x)), Some(Ok(y))) = (numbers.next(), numbers.next()) else { return None };
        let [west, south, east, north] = corners.unwrap_or([x, y, x, y]);
        corners = Some([west.min(x), south.min(y), east.max(x), north.max(y)]);
    }
    corners.filter(|corners| corners.iter().all(|n| n.is_finite()))
}

#[cfg(test)]
mod tests {
    use super::of_polygon;

    #[test]
    fn the_corners_of_a_box_are_read() {
        let wkt = "POLYGON((4.2 50.7, 4.5 50.7, 4.5 50.95, 4.2 50.95, 4.2 50.7))";
        assert_eq!(of_polygon(wkt), Some([4.2, 50.7, 4.5, 50.95]));
        for other in ["POINT(1 2)", "POLYGON((a b))", "POLYGON((1 2), (3 4))", "", "POLYGON(())"] {
            assert_eq!(of_polygon(other), None, "{other}");
        }
    }
}
