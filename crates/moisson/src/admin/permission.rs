//! What a token may do. Whoever is at the machine may do everything: they could as well edit the configuration file.

use moisson_harvest::client::Tls;
use moisson_web::admin::{Action, Records, Refusal, Scope};
use serde_json::Value;

use super::Who;
use crate::config::SourceConfig;

/// Whether somebody may ask for this at all.
pub(super) fn check(who: &Who, action: &Action) -> Result<(), Refusal> {
    let Who::Token(caller) = who else { return Ok(()) };
    for scope in needed(action) {
        if !caller.scopes.contains(&scope) {
            return Err(lacks(&caller.name, scope));
        }
    }
    match source_of(action) {
        Some(name) if !may_see(who, name) => {
            let detail = format!("the token `{}` is not for the source `{name}`", caller.name);
            Err(Refusal::Forbidden { detail, scope: None })
        }
        _ => Ok(()),
    }
}

/// Whether somebody's token is for a source.
pub(super) fn may_see(who: &Who, source: &str) -> bool {
    match who {
        Who::CommandLine(_) => true,
        Who::Token(caller) => caller.sources.as_ref().is_none_or(|sources| sources.contains(source)),
    }
}

/// Whether somebody may have a source reach what only the operator should decide about: private addresses, hosts with any
/// certificate, hosts that are sent a secret, files of the server. Once allowed, it holds for these settings: whoever
/// turns such a source elsewhere needs the scope again.
pub(super) fn check_network(
    who: &Who,
    now: &SourceConfig,
    before: Option<&SourceConfig>,
) -> Result<(), Refusal> {
    let Who::Token(caller) = who else { return Ok(()) };
    if caller.scopes.contains(&Scope::Network) {
        return Ok(());
    }
    let Some(what) = reaches(now) else { return Ok(()) };
    let same = before.is_some_and(|before| {
        now.kind == before.kind
            && now.url == before.url
            && now.options == before.options
            && now.allow == before.allow
            && now.tls == before.tls
            && now.credentials == before.credentials
    });
    if same {
        return Ok(());
    }
    let Refusal::Forbidden { detail, scope } = lacks(&caller.name, Scope::Network) else { return Ok(()) };
    Err(Refusal::Forbidden { detail: format!("{detail}, which {what} needs"), scope })
}

/// What of the settings needs the scope `network`.
fn reaches(source: &SourceConfig) -> Option<&'static str> {
    if !source.allow.is_empty() {
        Some("a list of private addresses (`allow`)")
    } else if source.tls != Tls::Verify {
        Some("an exception from TLS (`tls`)")
    } else if source.credentials.is_some() {
        Some("a source with credentials (`credentials`)")
    } else if !matches!(source.url.scheme(), "http" | "https") {
        Some("a file of the server (`url`)")
    } else {
        None
    }
}

fn lacks(token: &str, scope: Scope) -> Refusal {
    Refusal::Forbidden {
        detail: format!("the token `{token}` lacks the scope `{scope}`"),
        scope: Some(scope),
    }
}

/// The scopes that an action needs, all of them.
fn needed(action: &Action) -> Vec<Scope> {
    match action {
        Action::Sources | Action::Source(_) => vec![],
        Action::Add(_)
        | Action::Change(..)
        | Action::Remove(_, Records::Keep)
        | Action::Pause(_)
        | Action::Resume(_)
        | Action::Preview(_)
        | Action::PreviewSettings(_) => vec![Scope::Sources],
        Action::Remove(_, Records::Remove) => vec![Scope::Sources, Scope::Decide],
        Action::Run { accept_deletions: true, .. } => vec![Scope::Runs, Scope::Decide],
        Action::Run { .. } | Action::Cancel(_) => vec![Scope::Runs],
        Action::Accept { .. } | Action::Undelete { .. } => vec![Scope::Decide],
        Action::Audit { .. } => vec![Scope::Audit],
    }
}

/// The source that an action is about; that of settings is what they say, and empty if they say none.
pub(super) fn source_of(action: &Action) -> Option<&str> {
    match action {
        Action::Sources => None,
        Action::Audit { source, .. } => source.as_deref(),
        Action::Add(settings) | Action::PreviewSettings(settings) => {
            Some(settings.get("name").and_then(Value::as_str).unwrap_or_default())
        }
        Action::Source(name)
        | Action::Change(name, _)
        | Action::Remove(name, _)
        | Action::Pause(name)
        | Action::Resume(name)
        | Action::Preview(name)
        | Action::Run { source: name, .. }
        | Action::Cancel(name)
        | Action::Accept { source: name, .. }
        | Action::Undelete { source: name, .. } => Some(name),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::Timestamp;
    use moisson_web::admin::Caller;
    use serde_json::json;

    use super::*;

    fn token(scopes: &[Scope], sources: Option<&[&str]>) -> Who {
        Who::Token(Caller {
            name: "ci".to_owned(),
            scopes: scopes.iter().copied().collect(),
            sources: sources.map(|list| list.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>()),
            expires: Timestamp::MAX,
        })
    }

    fn source(more: &Value) -> SourceConfig {
        let mut settings = json!({ "name": "ville", "kind": "ckan", "url": "https://data.ville.example/" });
        settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        SourceConfig::from_json(&settings).unwrap()
    }

    #[test]
    fn each_action_needs_its_scope_and_no_other_will_do() {
        let run = |accept_deletions| Action::Run { source: "a".to_owned(), full: false, accept_deletions };
        let cases = [
            (Action::Pause("a".to_owned()), vec![Scope::Sources]),
            (Action::Add(json!({ "name": "a" })), vec![Scope::Sources]),
            (Action::Remove("a".to_owned(), Records::Remove), vec![Scope::Sources, Scope::Decide]),
            (run(false), vec![Scope::Runs]),
            (run(true), vec![Scope::Runs, Scope::Decide]),
            (Action::Accept { source: "a".to_owned(), run: "r".to_owned() }, vec![Scope::Decide]),
            (Action::Audit { source: None, before: None, size: 1 }, vec![Scope::Audit]),
        ];
        for (action, scopes) in cases {
            assert_eq!(check(&token(&scopes, None), &action), Ok(()), "{action:?}");
            assert_eq!(check(&Who::CommandLine("me".to_owned()), &action), Ok(()));
            for scope in &scopes {
                let others: Vec<_> = Scope::ALL.into_iter().filter(|other| other != scope).collect();
                let refused = check(&token(&others, None), &action).unwrap_err();
                assert!(matches!(refused, Refusal::Forbidden { scope: Some(found), .. } if found == *scope));
            }
        }
        assert_eq!(check(&token(&[], None), &Action::Sources), Ok(()));
    }

    #[test]
    fn a_token_for_some_sources_is_for_no_other() {
        let who = token(&Scope::ALL, Some(&["a"]));
        assert_eq!(check(&who, &Action::Pause("a".to_owned())), Ok(()));
        assert_eq!(check(&who, &Action::Add(json!({ "name": "a" }))), Ok(()));
        for action in [
            Action::Pause("b".to_owned()),
            Action::Source("b".to_owned()),
            Action::Add(json!({ "name": "b" })),
            Action::Add(json!({})),
            Action::PreviewSettings(json!({ "name": "b" })),
        ] {
            assert!(
                matches!(check(&who, &action), Err(Refusal::Forbidden { scope: None, .. })),
                "{action:?}"
            );
        }
    }

    #[test]
    fn what_reaches_private_things_needs_the_scope_network() {
        let who = token(&[Scope::Sources, Scope::Runs], None);
        let trusted = token(&[Scope::Sources, Scope::Network], None);
        assert_eq!(check_network(&who, &source(&json!({})), None), Ok(()));
        for more in [
            json!({ "allow": ["10.0.0.0/8"] }),
            json!({ "tls": "accept_invalid" }),
            json!({ "credentials": { "bearer_env": "MOISSON_SOURCE_A" } }),
            json!({ "url": "file:///etc/passwd" }),
        ] {
            let now = source(&more);
            let refused = check_network(&who, &now, None).unwrap_err();
            assert!(matches!(&refused, Refusal::Forbidden { scope: Some(Scope::Network), .. }), "{more}");
            assert_eq!(check_network(&trusted, &now, None), Ok(()));
            // What was allowed stays allowed as long as it leads where it led.
            let mut later = now.clone();
            later.schedule = Some("30 2 * * *".to_owned());
            assert_eq!(check_network(&who, &later, Some(&now)), Ok(()));
            later.url = "https://elsewhere.example/".parse().unwrap();
            if more.get("url").is_none() {
                assert!(check_network(&who, &later, Some(&now)).is_err(), "{more}");
            }
            later = now.clone();
            later.options.insert("rows".to_owned(), json!(5));
            assert!(check_network(&who, &later, Some(&now)).is_err(), "{more}");
        }
    }
}
