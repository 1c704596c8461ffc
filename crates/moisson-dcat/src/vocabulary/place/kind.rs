//! What sorts of places there are.

/// The sort of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The world.
    World,
    /// A continent.
    Continent,
    /// A country.
    Country,
    /// A town of neither France nor Belgium.
    Town,
    /// A French region.
    Region,
    /// A French region of before 2016.
    FormerRegion,
    /// A French département.
    Department,
    /// An arrondissement of a French département.
    District,
    /// A French EPCI (communauté, métropole) or EPT.
    Intercommunality,
    /// A French commune.
    Commune,
    /// A French commune déléguée.
    Delegated,
    /// A French commune associée.
    Associated,
    /// An arrondissement of Paris, Lyon or Marseille.
    Borough,
    /// A French commune that is no more.
    FormerCommune,
    /// A Belgian region.
    BelgianRegion,
    /// A Belgian province.
    Province,
    /// A Belgian arrondissement.
    BelgianDistrict,
    /// A Belgian commune.
    BelgianCommune,
    /// A Belgian commune that was merged.
    FormerBelgianCommune,
}

use Kind::{
    Associated, BelgianCommune, BelgianDistrict, BelgianRegion, Borough, Commune, Continent, Country,
    Delegated, Department, District, FormerBelgianCommune, FormerCommune, FormerRegion, Intercommunality,
    Province, Region, Town, World,
};

/// Every kind in the order of the table, with the letter that it has there and what its IRIs begin with.
pub(super) const ALL: [(Kind, &str, &str); 19] = [
    (World, "W", "https://sws.geonames.org/"),
    (Continent, "K", "http://publications.europa.eu/resource/authority/continent/"),
    (Country, "P", "http://publications.europa.eu/resource/authority/country/"),
    (Town, "U", "http://publications.europa.eu/resource/authority/place/"),
    (Region, "R", "http://id.insee.fr/geo/region/"),
    (FormerRegion, "r", "http://id.insee.fr/geo/region/"),
    (Department, "D", "http://id.insee.fr/geo/departement/"),
    (District, "A", "http://id.insee.fr/geo/arrondissement/"),
    (Intercommunality, "E", "http://id.insee.fr/geo/intercommunalite/"),
    (Commune, "C", "http://id.insee.fr/geo/commune/"),
    (Delegated, "d", "http://id.insee.fr/geo/communeDeleguee/"),
    (Associated, "a", "http://id.insee.fr/geo/communeAssociee/"),
    (Borough, "m", "http://id.insee.fr/geo/arrondissementMunicipal/"),
    (FormerCommune, "h", "http://id.insee.fr/geo/commune/"),
    (BelgianRegion, "V", REFNIS_2019),
    (Province, "O", REFNIS_2019),
    (BelgianDistrict, "T", REFNIS_2019),
    (BelgianCommune, "N", REFNIS_2019),
    (FormerBelgianCommune, "n", REFNIS_2019),
];

/// The Belgian statistical office's list of places of 2019, as belgif publishes it.
pub(super) const REFNIS_2019: &str = "http://vocab.belgif.be/auth/refnis2019/";

/// The one of 2025.
pub(super) const REFNIS_2025: &str = "http://vocab.belgif.be/auth/refnis2025/";

/// NIS codes that the list of 2019 lacks.
pub(super) const SINCE_2025: [&str; 13] = [
    "23106", "37021", "37022", "44086", "44087", "44088", "46029", "46030", "71071", "71072", "73110",
    "73111", "82039",
];

impl Kind {
    /// The kind with this letter.
    pub(super) fn of_letter(letter: &str) -> Option<Self> {
        ALL.iter().find(|(_, own, _)| *own == letter).map(|(kind, _, _)| *kind)
    }

    pub(super) fn letter(self) -> &'static str {
        ALL.get(self as usize).map_or("", |(_, letter, _)| letter)
    }

    pub(super) fn namespace(self) -> &'static str {
        ALL.get(self as usize).map_or("", |(_, _, namespace)| namespace)
    }

    /// A commune of today or of before, whole or part of one.
    pub fn is_communal(self) -> bool {
        matches!(
            self,
            Commune
                | Delegated
                | Associated
                | Borough
                | FormerCommune
                | BelgianCommune
                | FormerBelgianCommune
        )
    }

    /// A commune of today.
    pub fn is_commune(self) -> bool {
        matches!(self, Commune | BelgianCommune)
    }

    /// Something that is no more.
    pub fn is_former(self) -> bool {
        matches!(self, FormerRegion | FormerCommune | FormerBelgianCommune)
    }

    /// A département, a province or something larger.
    pub(super) fn is_large(self) -> bool {
        matches!(
            self,
            World | Continent | Country | Region | FormerRegion | Department | BelgianRegion | Province
        )
    }
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn kinds_stand_in_the_order_of_their_declaration() {
        for (at, (kind, letter, _)) in ALL.iter().enumerate() {
            assert_eq!(*kind as usize, at);
            assert_eq!(kind.letter(), *letter);
        }
    }
}
