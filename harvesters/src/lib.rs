//! The protocols that catalogues speak, one harvester each.
//!
//! How to add one is told in `harvesters/README.md`.

mod charset;
pub mod ckan;
pub mod dcat;
mod json;
mod license;
mod one_or_more;
pub mod opendatasoft;
mod paging;
mod spelling;
mod table;
pub mod web_page;
mod words;

use moisson_harvest::Harvester;

/// Every harvester, sorted by name. Each is run through the suite of `tests/harvest.rs`.
pub const ALL: &[&dyn Harvester] =
    &[&ckan::Ckan, &dcat::Dcat, &opendatasoft::Opendatasoft, &web_page::WebPage];

/// The harvester of that name.
///
/// # Errors
/// When there is none; the error names those that there are.
pub fn find(name: &str) -> Result<&'static dyn Harvester, UnknownHarvester> {
    ALL.iter()
        .find(|harvester| harvester.name() == name)
        .copied()
        .ok_or_else(|| UnknownHarvester { name: name.to_owned() })
}

/// No harvester has that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown harvester `{name}`; known are {}", known())]
pub struct UnknownHarvester {
    /// The name that was asked for.
    pub name: String,
}

fn known() -> String {
    ALL.iter().map(|harvester| format!("`{}`", harvester.name())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        assert_eq!(find("ckan").map(moisson_harvest::Harvester::name), Ok("ckan"));
        let error = find("ckna").map(moisson_harvest::Harvester::name).unwrap_err().to_string();
        assert!(error.starts_with("unknown harvester `ckna`; known are `ckan`"), "{error}");
    }
}
