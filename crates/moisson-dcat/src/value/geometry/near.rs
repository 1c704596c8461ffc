//! What a place named beside a geometry tells about it: which way round its axes are, in which system it is projected,
//! whether it is of that place at all.

use super::system::System;
use super::{Bounds, Geometry, GeometryProblem, Point, around};

/// How far a geometry may lie outside its place, in degrees: some 30 km, for edges are blurred and towns' boxes narrow.
const MARGIN: f64 = 0.3;

/// A box that is as wide as this is around everything, in degrees.
const WORLDWIDE: f64 = 359.0;

/// A box that begins at the zero meridian or the antimeridian and is half the world is nobody's but the form's.
const HALF_WORLD: f64 = 179.0;

/// The mainland of France and Belgium: west, south, east, north.
const HERE: Bounds = Bounds { west: -5.5, south: 41.0, east: 10.0, north: 51.6 };

/// Where a geometry is said to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    bounds: Bounds,
}

impl Area {
    /// Around west, south, east, north.
    pub fn of_bounds([west, south, east, north]: [f64; 4]) -> Self {
        Self { bounds: Bounds { west, south, east, north } }
    }

    /// Around a point.
    pub fn of_centre([x, y]: [f64; 2]) -> Self {
        Self::of_bounds([x, y, x, y])
    }

    fn meets(&self, other: Bounds) -> bool {
        let Bounds { west, south, east, north } = self.bounds;
        other.west <= east + MARGIN
            && other.east >= west - MARGIN
            && other.south <= north + MARGIN
            && other.north >= south - MARGIN
    }

    fn is_worldwide(&self) -> bool {
        self.bounds.east - self.bounds.west >= WORLDWIDE
    }
}

/// What is doubtful about a geometry, or was done to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// South and north, or west and east, stood the other way round.
    TurnedSides,
    /// Nothing but zeros.
    Zero,
    /// The whole world, or half of it, for a place that is smaller.
    WholeWorld,
    /// Latitude stood first; turned round, for only so is it at the place.
    SwappedAxes,
    /// Latitude may stand first; left as it was.
    MaybeSwapped,
    /// Projected coordinates in this system (EPSG), the only one in which they are at the place; made degrees.
    Projected(u32),
    /// Not at the place that is named with it.
    Elsewhere,
}

impl Doubt {
    /// A few words for a remark.
    pub fn words(self) -> String {
        let words = match self {
            Self::TurnedSides => "south and north, or west and east, were the other way round",
            Self::Zero => "all zero",
            Self::WholeWorld => "the whole world or half of it",
            Self::SwappedAxes => "latitude first; turned round, only so is it at the place named",
            Self::MaybeSwapped => "perhaps latitude first; left as it is",
            Self::Projected(epsg) => return format!("EPSG:{epsg}, only so is it at the place named"),
            Self::Elsewhere => "not at the place named",
        };
        words.to_owned()
    }

    /// Whether the geometry says nothing about the place, which is better known without it.
    pub fn is_void(self) -> bool {
        matches!(self, Self::Zero | Self::WholeWorld)
    }
}

/// How numbers without a stated system are to be read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Reading {
    AsIs,
    Swapped,
    In(System),
}

impl Reading {
    pub(super) fn point(self, (x, y): Point) -> Point {
        match self {
            Self::AsIs => (x, y),
            Self::Swapped => (y, x),
            Self::In(system) => system.degrees((x, y)),
        }
    }

    /// The box in this reading.
    pub(super) fn of(self, b: Bounds) -> Bounds {
        if self == Self::AsIs {
            return b;
        }
        let corners = [(b.west, b.south), (b.east, b.south), (b.east, b.north), (b.west, b.north)];
        let corners = corners.map(|corner| self.point(corner));
        Bounds::around(corners.iter()).unwrap_or(b)
    }
}

/// The reading of a box, and what is doubtful about it.
pub(super) fn settled(
    bounds: Bounds,
    area: Option<&Area>,
) -> Result<(Reading, Option<Doubt>), GeometryProblem> {
    let checked = bounds.check();
    if checked == Err(GeometryProblem::Unreadable) {
        return Err(GeometryProblem::Unreadable);
    }
    let swapped = Reading::Swapped.of(bounds);
    let Some(area) = area.filter(|area| !area.is_worldwide()) else {
        checked?;
        let here = Area { bounds: HERE };
        // Somewhere in the Indian Ocean, and in France or Belgium when turned round.
        let doubt = !here.meets(bounds) && within(swapped, HERE);
        return Ok((Reading::AsIs, doubt.then_some(Doubt::MaybeSwapped)));
    };
    if checked.is_ok() {
        if is_void(bounds) {
            return Ok((Reading::AsIs, Some(Doubt::WholeWorld)));
        }
        if area.meets(bounds) {
            return Ok((Reading::AsIs, None));
        }
        if swapped.check().is_ok() && area.meets(swapped) {
            return Ok((Reading::Swapped, Some(Doubt::SwappedAxes)));
        }
        return Ok((Reading::AsIs, Some(Doubt::Elsewhere)));
    }
    let mut systems = System::usual().filter(|system| {
        let degrees = Reading::In(*system).of(bounds);
        degrees.check().is_ok() && area.meets(degrees)
    });
    match (systems.next(), systems.next()) {
        (Some(one), None) => Ok((Reading::In(one), Some(Doubt::Projected(one.epsg)))),
        _ => Err(GeometryProblem::Projected),
    }
}

/// Two numbers of which nobody says which is first.
pub(super) fn pair((first, second): Point, area: &Area) -> Result<Geometry, GeometryProblem> {
    let point = |x: f64, y: f64| Bounds { west: x, south: y, east: x, north: y };
    let readings = [point(first, second), point(second, first)];
    let mut fitting = readings.into_iter().filter(|b| b.check().is_ok() && area.meets(*b));
    match (fitting.next(), fitting.next()) {
        (Some(one), None) => Ok(around(one)),
        _ => Err(GeometryProblem::Ambiguous),
    }
}

fn within(inner: Bounds, outer: Bounds) -> bool {
    inner.west >= outer.west
        && inner.east <= outer.east
        && inner.south >= outer.south
        && inner.north <= outer.north
}

/// The whole world, or the half of it that forms begin with.
fn is_void(b: Bounds) -> bool {
    let (wide, high) = (b.east - b.west, b.north - b.south);
    let half = wide >= HALF_WORLD && (b.west.abs() < 1.0 || b.east.abs() < 1.0);
    wide >= WORLDWIDE && high >= HALF_WORLD || half && high >= 89.0
}
