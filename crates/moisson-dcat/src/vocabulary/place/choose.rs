//! Which of several places with one name is meant: what the context says, else what custom makes of it, else nobody
//! knows.

use super::{Context, Found, Kind, Place};

/// How many times more people must live in a region, département or province than in a village of its name for the
/// bare name to be understood as the large one. "Bretagne", "Corrèze" and "Limbourg" are; "Vienne" is not.
const MUCH_LARGER: u32 = 50;

/// One of the candidates, or all that are left.
pub(super) fn choose(mut candidates: Vec<Place>, context: &Context<'_>) -> Found {
    candidates.sort_unstable();
    candidates.dedup();
    if candidates.len() > 1 && !context.within.is_empty() {
        let around: Vec<Known> =
            context.within.iter().map(|other| (*other, other.lineage().collect())).collect();
        let candidate = |place: &Place| (*place, place.lineage().collect::<Vec<_>>());
        let lineages: Vec<Known> = candidates.iter().map(candidate).collect();
        for test in [related as fn(&Known, &Known) -> bool, near] {
            let fits = |known: &&Known| around.iter().any(|other| test(known, other));
            let fitting: Vec<Place> = lineages.iter().filter(fits).map(|(place, _)| *place).collect();
            if !fitting.is_empty() {
                candidates = fitting;
                break;
            }
        }
    }
    if candidates.len() > 1 {
        candidates = by_custom(&candidates);
    }
    match candidates.as_slice() {
        [] => Found::Unknown,
        [one] => Found::One(*one),
        _ => Found::Several(candidates),
    }
}

/// A place with those around it.
type Known = (Place, Vec<Place>);

/// Whether one lies in the other.
fn related((place, around): &Known, (other, around_other): &Known) -> bool {
    around.contains(other) || around_other.contains(place)
}

/// Whether both are in one département or province.
fn near((place, _): &Known, (_, around_other): &Known) -> bool {
    place.province().is_some_and(|province| around_other.contains(&province))
}

/// What the bare name means to people.
fn by_custom(candidates: &[Place]) -> Vec<Place> {
    let communal: Vec<Place> =
        candidates.iter().copied().filter(|place| place.kind().is_communal()).collect();
    let communal = of_today(&communal);
    let others: Vec<Place> = candidates.iter().copied().filter(|place| !place.kind().is_communal()).collect();
    let large: Vec<Place> = others.iter().copied().filter(|place| place.kind().is_large()).collect();
    let large = whole_regions(&large);
    let [one] = large.as_slice() else {
        return if large.is_empty() && others.is_empty() { communal } else { [communal, others].concat() };
    };
    // A département or province that is called like its chief town.
    if let [town] = communal.as_slice()
        && (one.group() == Some(*town) || one.kind() == Kind::Province && town.is_in(*one))
    {
        return communal;
    }
    // Nobody has counted the people of continents in the table.
    let people = if one.kind() <= Kind::Continent { u32::MAX } else { one.population() };
    let outweighs = |place: &Place| people / MUCH_LARGER >= place.population().max(1);
    if communal.iter().all(outweighs) && others.iter().all(|other| !other.kind().is_former() || other == one)
    {
        return large;
    }
    [communal, large].concat()
}

/// The name of a commune of today is not that of one that is no more, nor that of a part of a commune.
fn of_today(communal: &[Place]) -> Vec<Place> {
    let mut today = communal.iter().copied().filter(|place| place.kind().is_commune());
    match (today.next(), today.next()) {
        (Some(one), None) => vec![one],
        // The part with the chief town of a new commune has its name, or a commune that was merged goes on in it.
        _ => communal
            .iter()
            .copied()
            .filter(|place| {
                place.kind().is_commune()
                    || !communal
                        .iter()
                        .any(|other| other != place && other.kind().is_commune() && place.is_in(*other))
            })
            .collect(),
    }
}

/// A region of one département is the region: "La Réunion", "Guadeloupe".
fn whole_regions(large: &[Place]) -> Vec<Place> {
    let region_of = |place: &Place| place.parent().filter(|_| place.kind() == Kind::Department);
    let is_part = |place: &Place| region_of(place).is_some_and(|region| large.contains(&region));
    large.iter().copied().filter(|place| !is_part(place)).collect()
}
