//! Turns `profiles.toml` into constants with the files in them, so that the list stands in one place and a wrong one
//! does not compile.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Profiles {
    background: String,
    profile: Vec<Profile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Profile {
    name: String,
    title: Title,
    files: Vec<String>,
    specification: String,
    #[serde(default)]
    base: Vec<String>,
    pipeline: Pipeline,
    #[serde(default)]
    declared_by: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Title {
    fr: String,
    nl: String,
    de: String,
    en: String,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Pipeline {
    Always,
    WhenDeclared,
    OnRequest,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::var("CARGO_MANIFEST_DIR")?;
    let folder = Path::new(&folder);
    println!("cargo::rerun-if-changed=profiles.toml");
    println!("cargo::rerun-if-changed={}", folder.display());
    let profiles: Profiles = toml::from_str(&fs::read_to_string(folder.join("profiles.toml"))?)?;
    check(folder, &profiles)?;
    let mut out = String::new();
    let embedded = |file: &str| format!("include_str!({:?})", folder.join(file).display().to_string());
    writeln!(out, "/// What the shapes take as known; see `profiles.toml`.")?;
    writeln!(out, "const BACKGROUND: &str = {};", embedded(&profiles.background))?;
    writeln!(out, "/// The profiles, in the order of `profiles.toml`, which is that of reports.")?;
    writeln!(out, "pub static PROFILES: &[Profile] = &[")?;
    for profile in &profiles.profile {
        let Title { fr, nl, de, en } = &profile.title;
        let checked = match profile.pipeline {
            Pipeline::Always => "Always".to_owned(),
            Pipeline::WhenDeclared => format!("WhenDeclared(&{:?})", profile.declared_by),
            Pipeline::OnRequest => "OnRequest".to_owned(),
        };
        let files: Vec<String> = profile
            .files
            .iter()
            .map(|file| format!("File {{ name: {file:?}, turtle: {} }}", embedded(file)))
            .collect();
        writeln!(
            out,
            "    Profile {{ name: {:?}, title: [{fr:?}, {nl:?}, {de:?}, {en:?}], specification: {:?}, \
             base: &{:?}, pipeline: Pipeline::{checked}, files: &[{}] }},",
            profile.name,
            profile.specification,
            profile.base,
            files.join(", ")
        )?;
    }
    writeln!(out, "];")?;
    fs::write(Path::new(&std::env::var("OUT_DIR")?).join("profiles.rs"), out)?;
    Ok(())
}

/// Every file of the folder in one profile, and everything that is named there.
fn check(folder: &Path, profiles: &Profiles) -> Result<(), Box<dyn Error>> {
    let mut there = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if Path::new(&name).extension().is_some_and(|extension| extension == "ttl") {
            there.insert(name);
        }
    }
    let mut left = there.clone();
    left.remove(&profiles.background);
    let mut names = BTreeSet::new();
    for Profile { name, files, base, pipeline, declared_by, .. } in &profiles.profile {
        for file in files {
            if !left.remove(file) {
                let why = if there.contains(file) { "is named twice" } else { "is not in the folder" };
                return Err(format!("profiles.toml: profile `{name}`: file `{file}` {why}").into());
            }
        }
        if let Some(base) = base.iter().find(|base| !names.contains(*base)) {
            return Err(
                format!("profiles.toml: profile `{name}`: base `{base}` is not a profile before it").into()
            );
        }
        if (*pipeline == Pipeline::WhenDeclared) == declared_by.is_empty() {
            return Err(format!(
                "profiles.toml: profile `{name}`: `declared_by` goes with `pipeline = \"when-declared\"`"
            )
            .into());
        }
        if !names.insert(name.clone()) {
            return Err(format!("profiles.toml: profile `{name}` is there twice").into());
        }
    }
    match left.first() {
        Some(file) => {
            Err(format!("profiles.toml: no profile has the file `{file}`; add it or remove the file").into())
        }
        None => Ok(()),
    }
}
