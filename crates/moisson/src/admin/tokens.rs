//! Tokens: who may administer through the API. 256 random bits, shown once when they are made; kept is only their SHA-256,
//! which is enough for something that nobody can guess.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, bail};
use jiff::{SignedDuration, Timestamp};
use moisson_harvest::SourceName;
use moisson_web::admin::{AuditEntry, Caller, Scope, Stamp, Unidentified};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::token_file::{self, Stored, TokenFile};

/// What every token begins with, so that scanners for secrets find one that got lost.
pub(crate) const PREFIX: &str = "moisson_";
/// Random bytes of a token.
const BYTES: usize = 32;
/// Tokens at most; those that ended long ago are forgotten.
const MOST_TOKENS: usize = 1_000;
/// So long after their end tokens are still listed.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 90);
/// That a token was used is written down so often at most.
const USE_NOTED: SignedDuration = SignedDuration::from_mins(5);

/// What is kept of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// What it is called.
    pub name: String,
    /// SHA-256 of the token.
    #[serde(with = "hex::serde")]
    hash: [u8; 32],
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
    /// The sources that it may do it to; none if to all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sources: Option<BTreeSet<String>>,
    /// Who made it.
    pub created: Stamp,
    /// Until when it is valid.
    pub expires: Timestamp,
    /// Who took it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Stamp>,
    /// When it was last used, to some minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used: Option<Timestamp>,
}

impl Token {
    /// Whether it opens anything.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && now < self.expires
    }

    /// When it ended, or will.
    fn end(&self) -> Timestamp {
        self.revoked.as_ref().map_or(self.expires, |revoked| revoked.at.min(self.expires))
    }
}

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What it is called: like the name of a source.
    pub name: String,
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
    /// The sources that it may do it to; none for all.
    pub sources: Option<BTreeSet<String>>,
    /// Until when it is valid.
    pub expires: Timestamp,
}

/// The file as it was read, and how it looked then.
type Read = (token_file::Stamp, Arc<Stored>);

/// The tokens of one data folder. Clones read the same file.
#[derive(Debug, Clone)]
pub struct Tokens {
    file: TokenFile,
    read: Arc<Mutex<Option<Read>>>,
}

impl Tokens {
    /// The tokens beside the store in `folder`.
    pub fn in_folder(folder: &Path) -> Self {
        Self { file: TokenFile::in_folder(folder), read: Arc::default() }
    }

    /// All tokens, in the order in which they were made.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn list(&self) -> anyhow::Result<Vec<Token>> {
        Ok(self.file.read()?.tokens)
    }

    /// Makes a token, and gives it: it is not kept and can never be read again.
    ///
    /// # Errors
    /// When there is a valid one of that name, the name is none, or the file cannot be written.
    pub fn create(&self, new: NewToken, stamp: &Stamp) -> anyhow::Result<String> {
        let NewToken { name, scopes, sources, expires } = new;
        if SourceName::new(name.as_str()).is_err() {
            bail!(
                "`{name}` is not a name for a token; use 1 to 64 of the letters a-z, digits and `-`, such as `region-ci`"
            );
        }
        if expires <= stamp.at {
            bail!("the token would have expired at {expires}; choose a later time");
        }
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).context("the system gives no random numbers")?;
        let token = format!("{PREFIX}{}", hex::encode(bytes));
        let kept = Token {
            name: name.clone(),
            hash: Sha256::digest(token.as_bytes()).into(),
            scopes,
            sources,
            created: stamp.clone(),
            expires,
            revoked: None,
            last_used: None,
        };
        self.file.change(|stored| {
            let now = stamp.at;
            stored.tokens.retain(|token| token.end().duration_until(now) < REMEMBERED);
            if let Some(other) = stored.tokens.iter().find(|token| token.name == name && token.is_valid(now)) {
                bail!("there is a token `{name}`, valid until {}; revoke it first, or choose another name", other.expires);
            }
            if stored.tokens.len() >= MOST_TOKENS {
                bail!("there are {MOST_TOKENS} tokens, the most that can be; those that ended are forgotten after 90 days");
            }
            stored.happened(event(stamp, "token.create", &kept));
            stored.tokens.push(kept);
            Ok(())
        })?;
        Ok(token)
    }

    /// Takes a token back, at once and for good.
    ///
    /// # Errors
    /// When there is no valid one of that name, or the file cannot be written.
    pub fn revoke(&self, name: &str, stamp: &Stamp) -> anyhow::Result<()> {
        self.file.change(|stored| {
            let valid = stored.tokens.iter_mut().find(|token| token.name == name && token.is_valid(stamp.at));
            let Some(token) = valid else {
                bail!("there is no valid token `{name}`; `moisson token list` shows those that there are");
            };
            token.revoked = Some(stamp.clone());
            let event = event(stamp, "token.revoke", token);
            stored.happened(event);
            Ok(())
        })
    }

    /// Whose token this is.
    ///
    /// # Errors
    /// When it opens nothing.
    pub fn identify(&self, token: &str, now: Timestamp) -> Result<Caller, Unidentified> {
        let stored = self.current().map_err(|error| Unidentified::Unreadable(format!("{error:#}")))?;
        let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        // All of them are compared, all bytes of each: the time says nothing.
        let mut found = u64::MAX;
        for (position, known) in (0_u64..).zip(&stored.tokens) {
            let same: Choice = known.hash.ct_eq(&hash);
            found = u64::conditional_select(&found, &position, same);
        }
        let found = usize::try_from(found).ok().and_then(|position| stored.tokens.get(position));
        let known = found.ok_or(Unidentified::Unknown)?;
        let name = known.name.clone();
        if known.revoked.is_some() {
            return Err(Unidentified::Revoked { name });
        }
        if now >= known.expires {
            return Err(Unidentified::Expired { name });
        }
        if known.last_used.is_none_or(|used| used.duration_until(now) >= USE_NOTED) {
            self.used(&hash, now);
        }
        Ok(Caller {
            name,
            scopes: known.scopes.clone(),
            sources: known.sources.clone(),
            expires: known.expires,
        })
    }

    /// What happened to tokens after the event of that number.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) fn events_after(&self, number: u64) -> anyhow::Result<Vec<AuditEntry>> {
        let stored = self.current()?;
        Ok(stored.events.iter().filter(|event| event.number > number).cloned().collect())
    }

    /// The file as it is, read again if it has changed.
    fn current(&self) -> anyhow::Result<Arc<Stored>> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = self.file.stamp()?;
        if let Some((known, stored)) = read.as_ref()
            && *known == stamp
        {
            return Ok(Arc::clone(stored));
        }
        let stored = Arc::new(self.file.read()?);
        *read = Some((stamp, Arc::clone(&stored)));
        Ok(stored)
    }

    fn used(&self, hash: &[u8; 32], now: Timestamp) {
        let noted = self.file.change(|stored| {
            if let Some(token) = stored.tokens.iter_mut().find(|token| token.hash == *hash) {
                token.last_used = token.last_used.max(Some(now));
            }
            Ok(())
        });
        if let Err(error) = noted {
            tracing::warn!("that a token was used could not be written down: {error:#}");
        }
    }
}

fn event(stamp: &Stamp, action: &str, token: &Token) -> AuditEntry {
    let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.name()).collect();
    let sources =
        token.sources.as_ref().map(|sources| sources.iter().cloned().collect::<Vec<_>>().join(", "));
    let sources = sources.map(|sources| format!(", for {sources}")).unwrap_or_default();
    AuditEntry {
        number: 0,
        at: stamp.at,
        by: stamp.by.clone(),
        action: action.to_owned(),
        source: None,
        run: None,
        before: None,
        after: None,
        outcome: format!(
            "done; token `{}` ({}{sources}), until {}",
            token.name,
            scopes.join(", "),
            token.expires
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn at(day: i64) -> Stamp {
        Stamp { by: "test".to_owned(), at: Timestamp::from_second(1_795_000_000 + day * 86_400).unwrap() }
    }

    fn new(name: &str, days: i64) -> NewToken {
        NewToken { name: name.to_owned(), scopes: [Scope::Runs].into(), sources: None, expires: at(days).at }
    }

    #[test]
    fn a_token_is_shown_once_and_only_its_hash_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::in_folder(&folder.path().join("data"));
        let token = tokens.create(new("ci", 90), &at(0)).unwrap();
        assert!(token.len() == 72 && token.starts_with("moisson_"), "{token}");
        let path = folder.path().join("data/tokens.json");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains(token.trim_start_matches("moisson_")), "{text}");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let other = tokens.create(new("other", 90), &at(0)).unwrap();
        assert_ne!(token, other);
        assert_eq!(tokens.identify(&token, at(1).at).unwrap().name, "ci");
        assert_eq!(tokens.identify(&other, at(1).at).unwrap().name, "other");
    }

    #[test]
    fn a_token_ends_when_it_expires_or_is_revoked_and_no_other_opens() {
        let folder = tempfile::tempdir().unwrap();
        let (server, person) = (Tokens::in_folder(folder.path()), Tokens::in_folder(folder.path()));
        let token = person.create(new("ci", 90), &at(0)).unwrap();
        let mut wrong = token.clone();
        wrong.pop();
        for wrong in [wrong.as_str(), "", "moisson_", &token.to_uppercase(), &format!("{token} ")] {
            assert_eq!(server.identify(wrong, at(1).at), Err(Unidentified::Unknown), "{wrong:?}");
        }
        assert!(server.identify(&token, at(1).at).is_ok());
        assert_eq!(server.list().unwrap()[0].last_used, Some(at(1).at));
        assert_eq!(server.identify(&token, at(90).at), Err(Unidentified::Expired { name: "ci".to_owned() }));
        assert!(person.create(new("ci", 200), &at(2)).unwrap_err().to_string().contains("revoke it first"));
        person.revoke("ci", &at(3)).unwrap();
        // The server, which had read the file, sees it at once.
        assert_eq!(server.identify(&token, at(3).at), Err(Unidentified::Revoked { name: "ci".to_owned() }));
        assert!(person.revoke("ci", &at(3)).is_err());
        let next = person.create(new("ci", 200), &at(4)).unwrap();
        assert!(server.identify(&next, at(5).at).is_ok());
        let events: Vec<_> =
            server.events_after(0).unwrap().into_iter().map(|e| (e.number, e.action)).collect();
        let expected = [(1, "token.create"), (2, "token.revoke"), (3, "token.create")];
        assert_eq!(events, expected.map(|(number, action)| (number, action.to_owned())));
        assert_eq!(server.events_after(2).unwrap().len(), 1);
    }

    #[test]
    fn what_is_no_name_or_over_already_is_no_token() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::in_folder(folder.path());
        assert!(tokens.create(new("A b", 90), &at(0)).unwrap_err().to_string().contains("region-ci"));
        assert!(tokens.create(new("a", 0), &at(0)).is_err());
        assert!(tokens.list().unwrap().is_empty());
        std::fs::write(folder.path().join("tokens.json"), "{").unwrap();
        assert!(matches!(tokens.identify("x", at(0).at), Err(Unidentified::Unreadable(_))));
    }

    #[test]
    fn many_at_once_lose_no_token() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for number in 0..8 {
                let tokens = Tokens::in_folder(folder.path());
                scope.spawn(move || tokens.create(new(&format!("t{number}"), 90), &at(0)).unwrap());
            }
        });
        assert_eq!(Tokens::in_folder(folder.path()).list().unwrap().len(), 8);
    }
}
