//! Geometries in the spellings of portals.

use super::{Area, Doubt, GeometryProblem, read, read_near};

const BOX: &str = "POLYGON((1 2, 3 2, 3 4, 1 4, 1 2))";

#[test]
fn boxes_are_read_in_every_spelling() {
    for raw in [
        "1,2,3,4",
        "1 2 3 4",
        "1.0; 2.0; 3.0; 4.0",
        "[1, 2, 3, 4]",
        "[1, 2, 0, 3, 4, 9]",
        "ENVELOPE(1, 3, 4, 2)",
        "BOX(1 2, 3 4)",
        r#"{"minx": "1", "miny": "2", "maxx": "3", "maxy": "4"}"#,
        r#"{"west": 1, "south": 2, "east": 3, "north": 4}"#,
        r#"{"westBoundLongitude": 1, "southBoundLatitude": 2, "eastBoundLongitude": 3, "northBoundLatitude": 4}"#,
        "northlimit=4; southlimit=2; eastlimit=3; westlimit=1; units=degrees",
        r#"{"type":"Polygon","coordinates":[[[1,2],[3,2],[3,4],[1,4],[1,2]]]}"#,
        r#"{"type":"Polygon","coordinates":[[[1,2],[1,4],[3,4],[3,2],[1,2]]]}"#,
        r#"{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[1,2,0],[3,2,0],[3,4,0],[1,4,0],[1,2,0]]]}}"#,
        r#"{"type":"envelope","coordinates":[[1,4],[3,2]]}"#,
        "POLYGON((1 2, 3 2, 3 4, 1 4, 1 2))",
        "POLYGON ((1 2,3 2,3 4,1 4,1 2))",
        "POLYGON Z ((1 2 0,3 2 0,3 4 0,1 4 0,1 2 0))",
        "SRID=4326;POLYGON((1 2,3 2,3 4,1 4,1 2))",
        "<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POLYGON((1 2,3 2,3 4,1 4,1 2))",
        "<http://www.opengis.net/def/crs/EPSG/0/4326> POLYGON((2 1,2 3,4 3,4 1,2 1))",
        "<gml:Envelope srsName=\"http://www.opengis.net/def/crs/OGC/1.3/CRS84\"><gml:lowerCorner>1 2</gml:lowerCorner><gml:upperCorner>3 4</gml:upperCorner></gml:Envelope>",
        "<gml:Envelope srsName='urn:ogc:def:crs:EPSG::4326'><gml:lowerCorner>2 1</gml:lowerCorner><gml:upperCorner>4 3</gml:upperCorner></gml:Envelope>",
        "<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>1 2 3 2 3 4 1 4 1 2</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>",
    ] {
        let found = read(raw).unwrap_or_else(|e| panic!("{raw}: {e:?}"));
        assert_eq!((found.bbox.as_deref(), found.shape), (Some(BOX), None), "{raw}");
        assert_eq!(found.centroid, "POINT(2 3)", "{raw}");
        assert_eq!(found.doubt, None, "{raw}");
    }
}

#[test]
fn shapes_that_say_more_than_their_box_are_kept_whole() {
    let triangle = read("POLYGON((0 0,4 0,2 2,0 0))").unwrap();
    assert_eq!(triangle.shape.as_deref(), Some("POLYGON((0 0, 4 0, 2 2, 0 0))"));
    assert_eq!(triangle.bbox.as_deref(), Some("POLYGON((0 0, 4 0, 4 2, 0 2, 0 0))"));
    let two = read(
        r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[2,2],[3,2],[3,3],[2,2]]]]}"#,
    );
    assert_eq!(
        two.unwrap().shape.as_deref(),
        Some("MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)), ((2 2, 3 2, 3 3, 2 2)))")
    );
    let same = read("MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((2 2,3 2,3 3,2 2)))").unwrap();
    assert_eq!(same.shape.as_deref(), Some("MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)), ((2 2, 3 2, 3 3, 2 2)))"));
    let line = read("LINESTRING(0 0, 1.5 2)").unwrap();
    assert_eq!(line.shape.as_deref(), Some("LINESTRING(0 0, 1.5 2)"));
}

#[test]
fn a_point_is_a_centroid_without_a_box() {
    for raw in [r#"{"type":"Point","coordinates":[1.26639,41.12386]}"#, "POINT(1.26639 41.12386)"] {
        let found = read(raw).unwrap();
        assert_eq!(found.centroid, "POINT(1.26639 41.12386)");
        assert_eq!((found.bbox, found.shape), (None, None));
    }
}

#[test]
fn projected_ambiguous_and_broken_geometries_are_told_apart() {
    for (raw, problem) in [
        ("351000,6789000,352000,6790000", GeometryProblem::Projected),
        ("<http://www.opengis.net/def/crs/EPSG/0/27574> POINT(1 2)", GeometryProblem::Projected),
        ("SRID=27574;POINT(1 2)", GeometryProblem::Projected),
        ("48.1, -1.7", GeometryProblem::Ambiguous),
        ("POLYGON((1 2,3", GeometryProblem::Unreadable),
        ("POINT(1 2) et plus", GeometryProblem::Unreadable),
        ("POINT()", GeometryProblem::Unreadable),
        ("POINT(1 2, 3 4)", GeometryProblem::Unreadable),
        ("CIRCLE(1 2 3)", GeometryProblem::Unreadable),
        ("Rennes", GeometryProblem::Unreadable),
        ("<gml:Point srsName=\"EPSG:27574\"><gml:pos>1 2</gml:pos></gml:Point>", GeometryProblem::Projected),
        ("<gml:Surface><gml:pos>1 2</gml:pos></gml:Surface>", GeometryProblem::Unreadable),
        ("{\"type\":\"Polygon\"", GeometryProblem::Unreadable),
        ("{\"type\":\"Point\",\"coordinates\":[\"a\",1]}", GeometryProblem::Unreadable),
        ("NaN,0,1,1", GeometryProblem::Unreadable),
    ] {
        assert_eq!(read(raw), Err(problem), "{raw}");
    }
}

#[test]
fn doubtful_boxes_are_reported() {
    assert!(read("3,4,1,2").unwrap().doubt.is_some());
    assert!(read("0,0,0,0").unwrap().doubt.is_some());
    assert_eq!(read("-180,-90,180,90").unwrap().doubt, None);
}

#[test]
fn of_a_huge_shape_only_the_box_is_kept() {
    let points: Vec<String> = (0..5_000).map(|n| format!("{} {}", n % 7, n % 11)).collect();
    let found = read(&format!("LINESTRING({})", points.join(","))).unwrap();
    assert_eq!((found.shape, found.bbox.is_some()), (None, true));
    let deep = format!("{}{}", "(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(read(&format!("POLYGON{deep}")), Err(GeometryProblem::Unreadable));
    let nested = format!("{}{}", r#"{"type":"Feature","geometry":"#.repeat(100), "}".repeat(100));
    assert_eq!(read(&nested), Err(GeometryProblem::Unreadable));
}

#[test]
fn stated_projected_systems_become_degrees() {
    for raw in [
        "SRID=2154;POINT(352000 6789000)",
        "SRID=27572;POINT(301095.55 2353125.72)",
        "<http://www.opengis.net/def/crs/EPSG/0/2154> POINT(352000 6789000)",
        "<gml:Point srsName=\"urn:ogc:def:crs:EPSG::2154\"><gml:pos>352000 6789000</gml:pos></gml:Point>",
        r#"{"type":"Point","coordinates":[352000,6789000],"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2154"}}}"#,
        r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:2154"}},"features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[352000,6789000]}}]}"#,
    ] {
        let found = read(raw).unwrap_or_else(|e| panic!("{raw}: {e:?}"));
        assert!(found.centroid.starts_with("POINT(-1.67847"), "{raw}: {}", found.centroid);
        assert!(found.centroid.contains(" 48.10856"), "{raw}: {}", found.centroid);
        assert_eq!(found.doubt, None, "{raw}");
    }
}

#[test]
fn the_place_named_tells_axes_and_systems() {
    let rennes = Area::of_bounds([-1.7526, 48.0769, -1.6245, 48.155]);
    let near = |raw: &str| read_near(raw, Some(&rennes)).map(|found| (found.centroid, found.doubt));
    let middle = Ok("POINT(-1.685 48.115)".to_owned());
    for (raw, doubt) in [
        ("-1.75, 48.08, -1.62, 48.15", None),
        ("48.08, -1.75, 48.15, -1.62", Some(Doubt::SwappedAxes)),
        (
            "POLYGON((48.08 -1.75, 48.15 -1.75, 48.15 -1.62, 48.08 -1.62, 48.08 -1.75))",
            Some(Doubt::SwappedAxes),
        ),
    ] {
        assert_eq!(near(raw), middle.clone().map(|middle| (middle, doubt)), "{raw}");
    }
    // Two numbers alone, either way round.
    for raw in ["48.115, -1.685", "-1.685 48.115"] {
        assert_eq!(near(raw), middle.clone().map(|middle| (middle, None)), "{raw}");
    }
    let (centroid, doubt) = near("351000,6788000,353000,6790000").unwrap();
    assert!(centroid.starts_with("POINT(-1.678") && centroid.contains(" 48.1085"), "{centroid}");
    assert_eq!(doubt, Some(Doubt::Projected(2154)));
    let (centroid, doubt) = near("-187000,6123000,-186000,6124000").unwrap();
    assert!(centroid.starts_with("POINT(-1.67"), "{centroid}");
    assert_eq!(doubt, Some(Doubt::Projected(3857)));
    // Of no place that we know of: nobody can tell.
    assert_eq!(read("351000,6788000,353000,6790000"), Err(GeometryProblem::Projected));
    assert_eq!(near("5.2,43.2,5.5,43.4").unwrap().1, Some(Doubt::Elsewhere));
    for raw in ["-180,-90,180,90", "0,-90,180,90", "-180,0,0,90"] {
        assert_eq!(near(raw).unwrap().1, Some(Doubt::WholeWorld), "{raw}");
    }
    assert_eq!(read("48.08, -1.75, 48.15, -1.62").unwrap().doubt, Some(Doubt::MaybeSwapped));
    assert_eq!(read("4.3, 50.8, 4.4, 50.9").unwrap().doubt, None);
}
