//! Remarks in the reader's language: what was wrong and what the source can do about it.

use std::borrow::Cow;

use moisson_dcat::Remark;

use super::properties;
use crate::Language;

/// What a remark says, without the place, which is shown apart, so that remarks that say the same can be told
/// together; the property is named in words.
pub(crate) fn message(remark: &Remark, language: Language) -> String {
    let property = properties::name(&remark.property, language).to_owned();
    let told = Remark { place: String::new(), property: Cow::Owned(property), ..remark.clone() };
    told.message(language.tag())
}

#[cfg(test)]
mod tests {
    use moisson_dcat::{Remark, RemarkCode};

    use super::message;
    use crate::Language;

    #[test]
    fn every_remark_is_said_in_every_language() {
        for code in RemarkCode::ALL {
            let remark = Remark {
                code,
                property: "issued".into(),
                place: "extras/4".to_owned(),
                value: "hier".to_owned(),
                detail: String::new(),
            };
            let said = Language::ALL.map(|language| message(&remark, language));
            for (at, one) in said.iter().enumerate() {
                assert!(!one.contains("extras/4") && !one.contains(['{', '[']) && one.len() > 20, "{one}");
                assert!(said.iter().skip(at + 1).all(|other| other != one), "{one}");
            }
        }
        let missing = Remark {
            code: RemarkCode::MissingValue,
            property: "issued".into(),
            place: String::new(),
            value: String::new(),
            detail: String::new(),
        };
        assert!(
            message(&missing, Language::Nl).starts_with("publicatiedatum ontbreekt"),
            "{}",
            message(&missing, Language::Nl)
        );
    }
}
