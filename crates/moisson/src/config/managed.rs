//! Settings of a source from elsewhere than the configuration file: the same table in JSON, read by the same code.

use std::ops::Range;

use serde_json::Value;

use super::{SourceConfig, error::with_nearest};

/// A managed source may name only variables that begin so for its credentials: who may add sources may not have other
/// secrets of the server sent to a host of their choice.
pub const CREDENTIALS_PREFIX: &str = "MOISSON_SOURCE_";

impl SourceConfig {
    /// Reads and checks the settings of a managed source. `null` stands for a setting that is not given.
    ///
    /// # Errors
    /// When something in it is wrong: every fault that was found, as `moisson check` would say it.
    pub fn from_json(settings: &Value) -> Result<Self, Vec<String>> {
        if !settings.is_object() {
            return Err(vec![
                "the settings of a source are an object, such as `{ \"name\": …, \"kind\": …, \"url\": … }`"
                    .to_owned(),
            ]);
        }
        // Through TOML, so that messages are those of the configuration file.
        let text = toml::to_string(&without_nulls(settings))
            .map_err(|error| vec![format!("the settings cannot be written as TOML: {error}")])?;
        let source: Self = toml::from_str(&text).map_err(|error| {
            let key = error.span().and_then(|span| key_at(&text, &span));
            let message = with_nearest(&error);
            vec![key.map_or_else(|| message.clone(), |key| format!("`{key}`: {message}"))]
        })?;
        let mut faults = Vec::new();
        source.faults(0, &mut faults);
        let mut faults: Vec<String> = faults.iter().map(super::error::Fault::said).collect();
        faults.extend(source.managed_faults());
        if faults.is_empty() { Ok(source) } else { Err(faults) }
    }

    /// The settings as JSON, with what is not given left out. Holds no secret: credentials are names of variables.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// What only the operator's own file may say.
    fn managed_faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if !matches!(self.url.scheme(), "http" | "https" | "file") {
            faults.push("`url`: begins with neither `https://` nor `http://`".to_owned());
        }
        let is_ours = |name: &str| {
            name.strip_prefix(CREDENTIALS_PREFIX).is_some_and(|rest| {
                let good = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
                (1..=100).contains(&rest.len()) && rest.chars().all(good)
            })
        };
        if let Some(credentials) = &self.credentials
            && !is_ours(credentials.variable())
        {
            // What was given is not repeated: it may be the secret itself.
            faults.push(format!(
                "`credentials`: takes the name of an environment variable of the server, and of a managed source one \
                 that begins with `{CREDENTIALS_PREFIX}`, in capitals"
            ));
        }
        faults
    }
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let given = map.iter().filter(|(_, value)| !value.is_null());
            Value::Object(given.map(|(key, value)| (key.clone(), without_nulls(value))).collect())
        }
        Value::Array(list) => {
            Value::Array(list.iter().filter(|value| !value.is_null()).map(without_nulls).collect())
        }
        other => other.clone(),
    }
}

/// The key of the line at which a fault was found.
fn key_at(text: &str, span: &Range<usize>) -> Option<String> {
    let start = text.get(..span.start)?.rfind('\n').map_or(0, |at| at + 1);
    let line = text.get(start..)?.lines().next()?;
    let (key, _) = line.split_once('=')?;
    Some(key.trim().to_owned()).filter(|key| !key.is_empty() && span.start >= start + key.len())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::SourceConfig;

    fn base() -> Value {
        json!({ "name": "ville", "kind": "ckan", "url": "https://data.ville.example/" })
    }

    fn fault(key: &str, value: Value) -> String {
        let mut settings = base();
        settings[key] = value;
        SourceConfig::from_json(&settings).unwrap_err().join("\n")
    }

    #[test]
    fn settings_come_back_as_they_were_given() {
        let mut settings = base();
        settings["title"] = json!({ "fr": "Ville", "nl": "Stad" });
        settings["window"] = json!("22:00-06:00");
        settings["credentials"] = json!({ "bearer_env": "MOISSON_SOURCE_VILLE" });
        settings["options"] = json!({ "rows": 10 });
        settings["language"] = Value::Null;
        let source = SourceConfig::from_json(&settings).unwrap();
        let shown = source.to_json();
        for key in ["title", "window", "credentials", "options", "url"] {
            assert_eq!(shown[key], settings[key], "{key}");
        }
        let again = SourceConfig::from_json(&shown).unwrap();
        assert_eq!(again.to_json(), shown);
    }

    #[test]
    fn faults_are_those_of_the_file_with_their_keys() {
        assert!(
            fault("kind", json!("ckna")).contains("`kind`")
                && fault("kind", json!("ckna")).contains("did you mean `ckan`?")
        );
        let unknown = fault("langage", json!("fr"));
        assert!(
            unknown.contains("unknown field `langage`") && unknown.contains("did you mean `language`?"),
            "{unknown}"
        );
        let wrong = fault("whole_every_days", json!("seven"));
        assert!(wrong.starts_with("`whole_every_days`: invalid type"), "{wrong}");
        assert!(fault("schedule", json!("30 2 * *")).contains("30 2 * * *"));
        assert!(fault("window", json!("night")).contains("`window`: `night` is not a window"));
        assert!(fault("name", json!("Ville")).contains("is not a source name"));
        assert!(fault("allow", json!(["a b"])).starts_with("`allow`"));
        assert!(SourceConfig::from_json(&json!([])).is_err());
    }

    #[test]
    fn secrets_are_neither_taken_nor_repeated() {
        let said = fault("url", json!("https://me:hunter2@data.ville.example/"));
        assert!(said.contains("use `credentials` instead") && !said.contains("hunter2"), "{said}");
        for variable in ["hunter2", "HOME", "MOISSON_TOKEN", "MOISSON_SOURCE_", "MOISSON_SOURCE_x"] {
            let said = fault("credentials", json!({ "bearer_env": variable }));
            assert!(said.contains("MOISSON_SOURCE_`") && !said.contains("hunter2"), "{said}");
        }
        assert!(fault("url", json!("gopher://data.ville.example/")).contains("neither"));
    }
}
