//! What, where and when: place, period, resolution.

use super::notes::add;
use super::trace::Rule;
use super::{Class, Draft, LocationSaid, Said};
use crate::value::period;
use crate::{Period, RemarkCode, Temporal};

impl Draft {
    /// `dct:spatial`: everything said about one place.
    pub fn spatial(&mut self, said: &LocationSaid<'_>) -> &mut Self {
        for location in self.notes.locations("spatial", said) {
            add(&mut self.dataset.spatial, location);
        }
        self.settle()
    }

    /// `dct:spatial` by name.
    pub fn spatial_text(&mut self, said: Said<'_>) -> &mut Self {
        self.spatial(&LocationSaid { label: vec![said], ..LocationSaid::default() })
    }

    /// `dct:spatial` by IRI or code.
    pub fn spatial_iri(&mut self, said: Said<'_>) -> &mut Self {
        self.spatial(&LocationSaid { iri: Some(said), ..LocationSaid::default() })
    }

    /// `dct:spatial` by `GeoJSON`.
    pub fn spatial_geojson(&mut self, said: Said<'_>) -> &mut Self {
        self.spatial(&LocationSaid { geometry: Some(said), ..LocationSaid::default() })
    }

    /// `dct:spatial` by WKT.
    pub fn spatial_wkt(&mut self, said: Said<'_>) -> &mut Self {
        self.spatial(&LocationSaid { geometry: Some(said), ..LocationSaid::default() })
    }

    /// `dct:spatial` by its box: west, south, east, north, in any notation.
    pub fn spatial_bbox(&mut self, said: Said<'_>) -> &mut Self {
        self.spatial(&LocationSaid { bbox: Some(said), ..LocationSaid::default() })
    }

    /// `dct:temporal` by its ends.
    pub fn temporal<'a>(
        &mut self,
        start: impl Into<Option<Said<'a>>>,
        end: impl Into<Option<Said<'a>>>,
    ) -> &mut Self {
        let (start, end) = (start.into(), end.into());
        if self.takes_temporal(&[start, end]) {
            let start_date = start.and_then(|s| self.notes.moment("temporal", s));
            let mut end_date = end.and_then(|s| self.notes.moment("temporal", s));
            // A year 9999 is how databases say that there is no end.
            if let Some(end) = end.filter(|_| end_date.as_ref().is_some_and(is_endless)) {
                self.notes.refuse(RemarkCode::SuspectDate, "temporal", end);
                end_date = None;
            }
            if let (Some(start), Some(end), Some(said)) = (&start_date, &end_date, end)
                && !period::is_in_order(start, end)
            {
                let detail = format!("< {}", start.lexical());
                self.notes.remark(RemarkCode::SuspectDate, "temporal", said, detail);
            }
            let period = Period { start_date, end_date, label: Vec::new() };
            if period != Period::default() {
                add(&mut self.dataset.temporal, period);
            }
        }
        self.settle()
    }

    /// `dct:temporal` in words, such as `2009-2012`, `depuis 2015` or `T2 2020`.
    pub fn temporal_text(&mut self, said: Said<'_>) -> &mut Self {
        if self.takes_temporal(&[Some(said)]) && !said.is_empty() {
            let order = self.notes.day_order(said);
            let mark = self.notes.mark();
            if let Some((start_date, end_date)) = period::read(said.value, order) {
                let ends = [&start_date, &end_date].map(|end| end.as_ref().map_or("", Temporal::lexical));
                self.notes.tell("temporal", said, Rule::Period, || ends.join("/"));
                add(&mut self.dataset.temporal, Period { start_date, end_date, label: Vec::new() });
            } else if let Some(label) = self.notes.line("temporal", said) {
                self.notes.remark(RemarkCode::InvalidDate, "temporal", said, "");
                self.notes.tell_whole(mark, "temporal", said, (Rule::SourceWords, String::new));
                add(&mut self.dataset.temporal, Period { label: vec![label], ..Period::default() });
            }
        }
        self.settle()
    }

    /// `dcat:spatialResolutionInMeters`.
    pub fn spatial_resolution_in_meters(&mut self, said: Said<'_>) -> &mut Self {
        if self.has(&[Class::Dataset], &[said])
            && let Some(metres) = self.notes.metres("spatial_resolution_in_meters", said)
        {
            add(&mut self.dataset.spatial_resolution_in_meters, metres);
        }
        self.settle()
    }

    /// `dcat:temporalResolution`, an ISO 8601 duration.
    pub fn temporal_resolution(&mut self, said: Said<'_>) -> &mut Self {
        if self.has(&[Class::Dataset], &[said])
            && let Some(duration) = self.notes.duration("temporal_resolution", said)
        {
            self.notes.only("temporal_resolution", &mut self.dataset.temporal_resolution, duration, said);
        }
        self.settle()
    }

    fn takes_temporal(&mut self, said: &[Option<Said<'_>>]) -> bool {
        let said: Vec<Said<'_>> = said.iter().flatten().copied().collect();
        self.has(&[Class::Dataset, Class::Series], &said)
    }
}

/// Whether an end is one that never comes.
fn is_endless(end: &Temporal) -> bool {
    end.lexical().starts_with("9999")
}
