//! Where and when.

use moisson_dcat::draft::{LocationSaid, said};
use moisson_dcat::vocabulary::place::{Context, Found, find};

use super::{DEFAULT, Mapper, Metas, one};
use crate::{
    json::Json,
    spelling::Field,
    words::{Words, is_link, words},
};

/// Sides of INSPIRE's box, in the order west, south, east, north.
const SIDES: [&str; 4] =
    ["westbound_longitude", "southbound_latitude", "eastbound_longitude", "northbound_latitude"];

impl Mapper {
    /// Both.
    pub(super) fn coverage(&mut self, metas: &mut Metas<'_>) {
        let bbox = metas.take(DEFAULT, "bbox").map(|(place, value)| {
            let text = geometry(value);
            Words::new(place, text)
        });
        let territories = self.territories(metas);
        match (territories.as_slice(), &bbox) {
            // One place: the box is its.
            ([territory], Some(bbox)) => {
                self.draft.spatial(&LocationSaid {
                    label: vec![territory.said()],
                    bbox: Some(bbox.said()),
                    ..LocationSaid::default()
                });
            }
            (territories, bbox) => {
                for territory in territories {
                    self.draft.spatial_text(territory.said());
                }
                if let Some(bbox) = bbox {
                    self.draft.spatial_bbox(bbox.said());
                }
            }
        }
        let known: Vec<&str> = territories.iter().map(|territory| territory.text.trim()).collect();
        for field in [Field::Spatial, Field::SpatialText, Field::SpatialCoverage, Field::SpatialUri] {
            for place in metas.elsewhere(field) {
                let text = place.text.trim();
                if known.contains(&text) {
                    continue;
                }
                if is_link(text) {
                    self.draft.spatial_iri(place.said());
                } else if text.starts_with('{') {
                    self.draft.spatial_geojson(place.said());
                } else {
                    self.draft.spatial_text(place.said());
                }
            }
        }
        self.inspire_box(metas);
        self.temporal(metas);
    }

    /// The names of the territories; the ids of those that are known by them stand for their names, which are the
    /// platform's own and may be anything.
    fn territories<'a>(&mut self, metas: &mut Metas<'a>) -> Vec<Words<'a>> {
        let mut names = metas.words(DEFAULT, "territory");
        let ids = metas.words(DEFAULT, "geographic_reference");
        let paired = ids.len() == names.len();
        for (at, id) in ids.into_iter().enumerate() {
            match names.get_mut(at) {
                _ if !matches!(find(id.text.trim(), &Context::default()), Found::One(_)) => {
                    self.draft.extra(id.said());
                }
                Some(name) if paired => *name = id,
                _ => names.push(id),
            }
        }
        names
    }

    fn inspire_box(&mut self, metas: &mut Metas<'_>) {
        let sides = SIDES.map(|side| metas.one("inspire", &format!("extend_bounding_box_{side}")));
        let label = metas.words("inspire", "extend_description");
        match &sides {
            [Some(west), Some(south), Some(east), Some(north)] => {
                let text = [west, south, east, north].map(|side| side.text.trim()).join(",");
                self.draft.spatial(&LocationSaid {
                    label: label.iter().map(Words::said).collect(),
                    bbox: Some(said(&west.place, &text)),
                    ..LocationSaid::default()
                });
            }
            sides => {
                for side in sides.iter().flatten() {
                    self.draft.extra(side.said());
                }
                for label in &label {
                    self.draft.spatial_text(label.said());
                }
            }
        }
    }

    fn temporal(&mut self, metas: &mut Metas<'_>) {
        let (start, end) = (one(metas, Field::TemporalStart), one(metas, Field::TemporalEnd));
        self.draft.temporal(start.as_ref().map(Words::said), end.as_ref().map(Words::said));
        self.elsewhere(metas, Field::TemporalCoverage, |draft, said| {
            draft.temporal_text(said);
        });
        self.elsewhere(metas, Field::TemporalResolution, |draft, said| {
            draft.temporal_resolution(said);
        });
        self.elsewhere(metas, Field::SpatialResolution, |draft, said| {
            draft.spatial_resolution_in_meters(said);
        });
    }
}

/// The geometry of a feature, or the value itself, as text.
fn geometry(value: Json<'_>) -> String {
    match value {
        Json::Object(mut object) => match object.take("geometry") {
            Some(geometry) => geometry.to_string(),
            None => Json::Object(object).to_string(),
        },
        Json::List(items) => items.iter().map(Json::to_extra).collect::<Vec<_>>().join(","),
        other => {
            words("", other).into_iter().map(|word| word.text.into_owned()).collect::<Vec<_>>().join(",")
        }
    }
}
