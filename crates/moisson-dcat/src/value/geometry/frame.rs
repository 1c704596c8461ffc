//! What the two numbers of a point are, by the reference system that is stated.

use super::system::System;
use super::{GeometryProblem, Point};

/// The order of the two numbers of a point, or the system that they are projected in.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Frame {
    LongitudeFirst,
    LatitudeFirst,
    Projected(System),
}

impl Frame {
    /// That of a reference system by its IRI, URN or code.
    pub(super) fn of(crs: &str) -> Result<Self, GeometryProblem> {
        if crs.contains("CRS84") {
            return Ok(Self::LongitudeFirst);
        }
        let code = crs.trim_end_matches('/').rsplit(['/', ':', '#']).next().unwrap_or_default();
        match code.parse().map_err(|_| GeometryProblem::Projected)? {
            // WGS 84, ETRS 89 and RGF 93 in degrees are one for a box.
            4326 | 4258 | 4171 => Ok(Self::LatitudeFirst),
            epsg => System::of(epsg).map(Self::Projected).ok_or(GeometryProblem::Projected),
        }
    }

    /// The same where longitude is first whatever the system says, as databases have it.
    pub(super) fn of_database(srid: &str) -> Result<Self, GeometryProblem> {
        Self::of(srid.trim())
            .map(|frame| if frame == Self::LatitudeFirst { Self::LongitudeFirst } else { frame })
    }

    /// The same for `GeoJSON` of 2008.
    pub(super) fn of_geojson(crs: &str) -> Result<Self, GeometryProblem> {
        Self::of_database(crs)
    }

    /// Two numbers as longitude and latitude.
    pub(super) fn point(self, first: f64, second: f64) -> Point {
        match self {
            Self::LongitudeFirst => (first, second),
            Self::LatitudeFirst => (second, first),
            Self::Projected(system) => system.degrees((first, second)),
        }
    }
}
