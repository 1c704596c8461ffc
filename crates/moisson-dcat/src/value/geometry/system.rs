//! The reference systems that French and Belgian geodata are in, and their coordinates as degrees.
//!
//! Formulas: [EPSG Guidance Note 7-2](https://epsg.org/guidance-notes.html) (Lambert conformal conic with two parallels,
//! transverse Mercator after Krüger, popular visualisation pseudo-Mercator, position vector transformation). Good to
//! a metre, which is more than a bounding box needs.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

use super::Point;

/// A projected reference system.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct System {
    /// Its EPSG code.
    pub(super) epsg: u32,
    method: Method,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Method {
    /// Two standard parallels, latitude and longitude of origin in degrees; false easting and northing in metres.
    Lambert {
        parallels: [f64; 2],
        origin: Point,
        offset: Point,
        ellipsoid: Ellipsoid,
    },
    /// Central meridian in degrees, false northing in metres.
    Transverse {
        meridian: f64,
        northing: f64,
    },
    WebMercator,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Ellipsoid {
    /// GRS 80, of which WGS 84 is no different here.
    Grs80,
    /// International 1924, with the Belgian datum of 1972.
    Belgian72,
    /// Clarke 1880 as the Institut géographique national has it, with the Nouvelle triangulation de la France.
    Ntf,
}

impl Ellipsoid {
    /// Half axis in metres, and eccentricity.
    fn shape(self) -> (f64, f64) {
        let (axis, flattening): (f64, f64) = match self {
            Self::Grs80 => (6_378_137.0, 1.0 / 298.257_222_101),
            Self::Belgian72 => (6_378_388.0, 1.0 / 297.0),
            Self::Ntf => (6_378_249.2, 1.0 / 293.466_021_293_626_5),
        };
        (axis, (flattening * (2.0 - flattening)).sqrt())
    }
}

const LAMBERT_93: Method = Method::Lambert {
    parallels: [49.0, 44.0],
    origin: (3.0, 46.5),
    offset: (700_000.0, 6_600_000.0),
    ellipsoid: Ellipsoid::Grs80,
};

const LAMBERT_2008: Method = Method::Lambert {
    parallels: [49.833_333_333_333_33, 51.166_666_666_666_67],
    origin: (4.359_215_833_333_333, 50.797_815),
    offset: (649_328.0, 665_262.0),
    ellipsoid: Ellipsoid::Grs80,
};

const LAMBERT_72: Method = Method::Lambert {
    parallels: [51.166_667_233_333_33, 49.833_333_900_000_01],
    origin: (4.367_486_666_666_666, 90.0),
    offset: (150_000.013, 5_400_088.438),
    ellipsoid: Ellipsoid::Belgian72,
};

/// Lambert II étendu, by its two parallels (45° 53′ 56.108″ and 47° 41′ 45.652″) and the meridian of Paris.
const LAMBERT_2_EXTENDED: Method = Method::Lambert {
    parallels: [45.898_918_888_888_89, 47.696_014_444_444_44],
    origin: (2.337_229_166_666_667, 46.8),
    offset: (600_000.0, 2_200_000.0),
    ellipsoid: Ellipsoid::Ntf,
};

impl System {
    /// The system with an EPSG code, if it is one of these.
    pub(super) fn of(epsg: u32) -> Option<Self> {
        let method = match epsg {
            2154 => LAMBERT_93,
            3942..=3950 => {
                let latitude = f64::from(epsg - 3900);
                Method::Lambert {
                    parallels: [latitude - 0.75, latitude + 0.75],
                    origin: (3.0, latitude),
                    offset: (1_700_000.0, (latitude - 41.0) * 1e6 + 200_000.0),
                    ellipsoid: Ellipsoid::Grs80,
                }
            }
            27572 | 27582 => LAMBERT_2_EXTENDED,
            31370 => LAMBERT_72,
            3812 => LAMBERT_2008,
            3857 | 900_913 | 102_100 | 102_113 => Method::WebMercator,
            25828..=25838 => utm(epsg - 25800, 0.0),
            32601..=32660 => utm(epsg - 32600, 0.0),
            32701..=32760 => utm(epsg - 32700, 10_000_000.0),
            // The French regions overseas: Réunion, Antilles, Guyane, Mayotte.
            2975 => utm(40, 10_000_000.0),
            5490 | 4559 => utm(20, 0.0),
            2972 => utm(22, 0.0),
            4471 => utm(38, 10_000_000.0),
            _ => return None,
        };
        Some(Self { epsg, method })
    }

    /// Those that coordinates without a stated system are tried in, where something else says where they are.
    pub(super) fn usual() -> impl Iterator<Item = Self> {
        let zones = 3942..=3950;
        [2154, 27572, 31370, 3812, 3857].into_iter().chain(zones).filter_map(Self::of)
    }

    /// Longitude and latitude in degrees.
    pub(super) fn degrees(&self, (x, y): Point) -> Point {
        match self.method {
            Method::Lambert { parallels, origin, offset, ellipsoid } => {
                let (axis, e) = ellipsoid.shape();
                let found = lambert((x - offset.0, y - offset.1), parallels, origin, (axis, e));
                match ellipsoid {
                    Ellipsoid::Grs80 => found,
                    Ellipsoid::Belgian72 => shifted(found, ellipsoid, &BELGIAN_72),
                    Ellipsoid::Ntf => shifted(found, ellipsoid, &NTF),
                }
            }
            Method::Transverse { meridian, northing } => transverse((x - 500_000.0, y - northing), meridian),
            Method::WebMercator => {
                let radius = 6_378_137.0;
                (x.to_degrees() / radius, (2.0 * (y / radius).exp().atan() - FRAC_PI_2).to_degrees())
            }
        }
    }
}

fn utm(zone: u32, northing: f64) -> Method {
    Method::Transverse { meridian: f64::from(zone) * 6.0 - 183.0, northing }
}

/// The isometric latitude's exponential, `t` of the formulas.
fn t(latitude: f64, e: f64) -> f64 {
    let sine = e * latitude.sin();
    (FRAC_PI_4 - latitude / 2.0).tan() / ((1.0 - sine) / (1.0 + sine)).powf(e / 2.0)
}

fn lambert((x, y): Point, parallels: [f64; 2], origin: Point, (axis, eccentricity): (f64, f64)) -> Point {
    let [first, second] = parallels.map(f64::to_radians);
    let m = |latitude: f64| latitude.cos() / (1.0 - (eccentricity * latitude.sin()).powi(2)).sqrt();
    let t = |latitude: f64| t(latitude, eccentricity);
    let cone = (m(first).ln() - m(second).ln()) / (t(first).ln() - t(second).ln());
    let factor = axis * m(first) / (cone * t(first).powf(cone));
    let at_pole = (origin.1 - 90.0).abs() < f64::EPSILON;
    let radius = if at_pole { 0.0 } else { factor * t(origin.1.to_radians()).powf(cone) };
    let isometric = (x.hypot(radius - y).copysign(cone) / factor).powf(1.0 / cone);
    let theta = x.atan2(radius - y);
    let mut latitude = FRAC_PI_2 - 2.0 * isometric.atan();
    for _ in 0..8 {
        let sine = eccentricity * latitude.sin();
        let grown = isometric * ((1.0 - sine) / (1.0 + sine)).powf(eccentricity / 2.0);
        latitude = FRAC_PI_2 - 2.0 * grown.atan();
    }
    (theta.to_degrees() / cone + origin.0, latitude.to_degrees())
}

fn transverse((x, y): Point, meridian: f64) -> Point {
    let flattening = 1.0 / 298.257_222_101;
    let n: f64 = flattening / (2.0 - flattening);
    let a = 6_378_137.0 / (1.0 + n) * (1.0 + n.powi(2) / 4.0 + n.powi(4) / 64.0);
    let scale = 0.9996 * a;
    let (xi, eta) = (y / scale, x / scale);
    let beta = [
        n / 2.0 - 2.0 / 3.0 * n.powi(2) + 37.0 / 96.0 * n.powi(3),
        n.powi(2) / 48.0 + n.powi(3) / 15.0,
        17.0 / 480.0 * n.powi(3),
    ];
    let (mut xi0, mut eta0) = (xi, eta);
    for (step, beta) in [2.0, 4.0, 6.0].into_iter().zip(beta) {
        xi0 -= beta * (step * xi).sin() * (step * eta).cosh();
        eta0 -= beta * (step * xi).cos() * (step * eta).sinh();
    }
    let chi = (xi0.sin() / eta0.cosh()).asin();
    let delta = [
        2.0 * n - 2.0 / 3.0 * n.powi(2) - 2.0 * n.powi(3),
        7.0 / 3.0 * n.powi(2) - 8.0 / 5.0 * n.powi(3),
        56.0 / 15.0 * n.powi(3),
    ];
    let latitude = [2.0, 4.0, 6.0]
        .into_iter()
        .zip(delta)
        .fold(chi, |sum, (step, delta)| sum + delta * (step * chi).sin());
    (meridian + eta0.sinh().atan2(xi0.cos()).to_degrees(), latitude.to_degrees())
}

/// Parameters of a shift to WGS 84.
struct Shift {
    /// In metres.
    translation: [f64; 3],
    /// In seconds, as of a position vector.
    rotation: [f64; 3],
    /// In millionths.
    scale: f64,
}

/// The Belgian datum of 1972, by the seven parameters of the Institut géographique national.
const BELGIAN_72: Shift = Shift {
    translation: [-106.8686, 52.2978, -103.7239],
    rotation: [0.3366, -0.457, 1.8422],
    scale: -1.2747,
};

/// The Nouvelle triangulation de la France, by the parameters of the Institut géographique national (EPSG:1193), good to
/// two metres.
const NTF: Shift = Shift { translation: [-168.0, -60.0, 320.0], rotation: [0.0; 3], scale: 0.0 };

/// From a datum to WGS 84.
fn shifted((longitude, latitude): Point, datum: Ellipsoid, shift: &Shift) -> Point {
    let second = PI / 648_000.0;
    let (axis, e) = datum.shape();
    let (lambda, phi) = (longitude.to_radians(), latitude.to_radians());
    let nu = axis / (1.0 - (e * phi.sin()).powi(2)).sqrt();
    let (x, y, z) =
        (nu * phi.cos() * lambda.cos(), nu * phi.cos() * lambda.sin(), nu * (1.0 - e * e) * phi.sin());
    let [rx, ry, rz] = shift.rotation.map(|angle| angle * second);
    let [dx, dy, dz] = shift.translation;
    let scale = 1.0 + shift.scale * 1e-6;
    let x1 = dx + scale * (x - rz * y + ry * z);
    let y1 = dy + scale * (rz * x + y - rx * z);
    let z1 = dz + scale * (-ry * x + rx * y + z);
    let (axis, e) = Ellipsoid::Grs80.shape();
    let across = x1.hypot(y1);
    let mut latitude = z1.atan2(across * (1.0 - e * e));
    for _ in 0..6 {
        let nu = axis / (1.0 - (e * latitude.sin()).powi(2)).sqrt();
        latitude = (z1 + e * e * nu * latitude.sin()).atan2(across);
    }
    (y1.atan2(x1).to_degrees(), latitude.to_degrees())
}

#[cfg(test)]
mod tests {
    use super::System;

    #[test]
    fn known_points_come_out_within_a_few_metres() {
        // By PROJ 9.
        for (epsg, (x, y), (longitude, latitude)) in [
            (2154, (352_000.0, 6_789_000.0), (-1.678_471_3, 48.108_560_7)),
            (2154, (652_000.0, 6_862_000.0), (2.345_812_0, 48.856_248_1)),
            (2154, (1_200_000.0, 6_100_000.0), (9.010_871_7, 41.829_506_1)),
            (3948, (1_352_000.0, 7_223_000.0), (-1.676_668_6, 48.111_906_5)),
            (3942, (1_700_000.0, 1_200_000.0), (3.0, 42.0)),
            (3950, (1_650_000.0, 9_250_000.0), (2.296_004_8, 50.447_423_6)),
            (27572, (600_000.0, 2_200_000.0), (2.336_533_6, 46.799_948_8)),
            (27572, (299_000.0, 2_353_000.0), (-1.706_483_2, 48.106_466_0)),
            (27572, (600_350.0, 2_428_850.0), (2.341_272_7, 48.857_985_9)),
            (27572, (1_150_000.0, 1_750_000.0), (9.023_159_1, 42.543_192_1)),
            (27582, (998_000.0, 1_850_000.0), (7.256_880_6, 43.539_878_3)),
            (27572, (100_000.0, 2_400_000.0), (-4.423_121_6, 48.405_224_4)),
            (31370, (149_000.0, 170_500.0), (4.354_553_4, 50.844_905_3)),
            (31370, (235_000.0, 148_000.0), (5.570_371_0, 50.636_464_4)),
            (31370, (45_000.0, 200_000.0), (2.869_628_2, 51.100_566_8)),
            (3812, (649_000.0, 670_500.0), (4.354_558_6, 50.844_902_7)),
            (3857, (-187_000.0, 6_123_000.0), (-1.679_849_6, 48.096_955_7)),
            (32630, (598_000.0, 5_328_000.0), (-1.683_747_8, 48.097_725_6)),
            (25831, (448_000.0, 5_411_000.0), (2.291_185_9, 48.849_789_4)),
            (2975, (340_000.0, 7_690_000.0), (55.461_815_8, -20.883_318_7)),
            (5490, (690_000.0, 1_620_000.0), (-61.235_788_7, 14.646_791_5)),
            (2972, (350_000.0, 545_000.0), (-52.352_858_1, 4.929_287_1)),
            (4471, (520_000.0, 8_590_000.0), (45.184_251_8, -12.754_552_8)),
        ] {
            let (found_x, found_y) = System::of(epsg).unwrap().degrees((x, y));
            let off = (found_x - longitude).abs().max((found_y - latitude).abs());
            assert!(off < 3e-5, "EPSG:{epsg} {x} {y}: {found_x} {found_y}");
        }
        // Lambert zone IV, of the same datum, is of Corsica alone and not here.
        assert_eq!(System::of(27574), None);
    }
}
