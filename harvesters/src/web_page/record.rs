//! The body of a record: what was read of a dataset, in one of three forms.

use bytes::Bytes;
use moisson_dcat::Remark;
use moisson_harvest::{Found, Record, RecordId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::listing::Listed;

/// All that was read of one dataset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum Body {
    /// A node of schema.org.
    SchemaOrg {
        /// The page it stands on.
        page: String,
        /// What relative addresses are relative to, when that is not the page.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        base: Option<String>,
        /// The page's language.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lang: Option<String>,
        /// Short names for schema.org's properties, references resolved.
        node: Map<String, Value>,
    },
    /// Links on a page.
    Links(Listed),
    /// Rows of an SCDL catalogue.
    Scdl {
        /// The file.
        file: String,
        /// The rows with the dataset's id: heading to value.
        rows: Vec<Map<String, Value>>,
    },
}

impl Body {
    /// The record, ready to be handed out.
    pub(super) fn into_record(self, id: String, remarks: Vec<Remark>) -> Found {
        // Objects with text keys and finite numbers can always be written.
        let body = serde_json::to_vec(&self).unwrap_or_default();
        Found::Record(Record {
            id: RecordId(id),
            media_type: "application/json".into(),
            body: Bytes::from(body),
            remarks,
        })
    }
}
