//! People and organisations: who they are, whatever way a source spells them, and what of them is personal.
//!
//! | module | answers |
//! | --- | --- |
//! | `split` | which facts one text holds: organisation, part of it, person, addresses |
//! | `number` | whether a number is a SIREN, SIRET or Belgian enterprise number |
//! | `name` | which body a name speaks of: commune, intercommunality, … |
//! | `known` | which organisation an agent is: by the list given by hand, by number, by place, by name |
//! | `person` | whether a name, address or telephone is a natural person's |
//! | `mask` | how personal values are taken out of a record |
//! | `settle` | all of it, for one mapped record |
//!
//! What an agent is depends on its record, its source's name, the tables and the list, never on other records or their
//! order: mapping the same record again gives the same agent.

mod known;
mod mask;
mod name;
mod number;
mod parties;
mod person;
mod place;
mod settle;
mod split;

pub use known::{Organisation, OrganisationError, Organisations, Recognised};
pub use mask::{MASK, MaskError, mask_text};
pub use name::{Body, Name};
pub use number::Number;
pub use person::{is_mobile, is_person, is_personal_email, persons};
pub use place::{Area, Found};
pub use settle::{PersonalData, Rules, settle};
pub use split::{Party, split};

#[cfg(test)]
mod merges;
#[cfg(test)]
mod sample;
