//! What is read of a page of links, which is the body of its records.

use serde::{Deserialize, Serialize};

/// A dataset of a page of links: all that was read of it, which is the body of its record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(in super::super) struct Listed {
    pub(in super::super) page: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in super::super) page_title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in super::super) site: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in super::super) lang: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(in super::super) title: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in super::super) headings: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(in super::super) description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in super::super) date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in super::super) publisher: Option<Named>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in super::super) license: Option<Named>,
    pub(in super::super) files: Vec<ListedFile>,
}

/// A file of a dataset.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(in super::super) struct ListedFile {
    pub(in super::super) url: String,
    /// The link's text as it stands on the page.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(in super::super) text: String,
    /// The same without format and size.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(in super::super) title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in super::super) format: Option<String>,
    /// The size that the page names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in super::super) size: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in super::super) media_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in super::super) language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in super::super) hint: Option<String>,
    /// What the server says of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in super::super) head: Option<Head>,
}

/// What the headers of a file say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(in super::super) struct Head {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in super::super) bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in super::super) modified: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in super::super) media_type: Option<String>,
}

/// Something that a page names, with or without a link.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct Named {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(in super::super) text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in super::super) href: Option<String>,
}
