//! The properties that only services have.

use super::facts::{Fact, Named, ROOT, is_label, leftover};
use crate::draft::{Draft, Said};

/// Takes a fact about a service; `false` if it is none of these.
pub(super) fn take(draft: &mut Draft, fact: &Fact<'_>) -> bool {
    let method: fn(&mut Draft, Said<'_>) = match (fact.prefix, fact.local) {
        ("dcat", "endpointURL" | "endpointUrl") => |d, said| _ = d.endpoint_url(said),
        ("dcat", "endpointDescription") => |d, said| _ = d.endpoint_description(said),
        ("dcat", "servesDataset") => |d, said| _ = d.serves_dataset(said),
        ("dct", "format") => {
            let Some(named) = Named::of(fact, ROOT) else { return false };
            draft.format(named.said());
            super::keep(draft, leftover(fact, ROOT, is_label));
            return true;
        }
        _ => return false,
    };
    let Some(value) = fact.value(ROOT) else { return false };
    method(draft, value.said());
    true
}
