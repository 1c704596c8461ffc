//! `moisson token`: made beside the store, so also while it is served.

use anyhow::{Context, bail};
use jiff::{SignedDuration, Timestamp};
use moisson_web::admin::Stamp;
use serde_json::{Value, json};

use super::{Done, source::user};
use crate::{
    admin::{NewToken, Token, Tokens, remote},
    cli::{CreateToken, Format, TokenCommand},
    config::Config,
    schedule, terminal,
};

pub(super) fn run(config: &Config, command: &TokenCommand) -> anyhow::Result<Done> {
    let tokens = Tokens::in_folder(&config.data);
    let stamp = Stamp { by: format!("command line ({})", user()), at: schedule::now() };
    match command {
        TokenCommand::Create(args) => create(config, &tokens, args, &stamp)?,
        TokenCommand::List(args) => list(&tokens.list()?, args.format, stamp.at)?,
        TokenCommand::Revoke(args) => {
            tokens.revoke(&args.name, &stamp)?;
            terminal::line(&format!("the token `{}` opens nothing any more", args.name));
        }
    }
    Ok(Done::Well)
}

fn create(config: &Config, tokens: &Tokens, args: &CreateToken, stamp: &Stamp) -> anyhow::Result<()> {
    let lasts = duration(&args.expires)?;
    let most = config.admin.max_token_days;
    if lasts > SignedDuration::from_hours(24 * i64::from(most)) {
        bail!(
            "a token may be valid for {most} days at most (`[admin] max_token_days`); `--expires {}` is longer",
            args.expires
        );
    }
    let expires = stamp.at.checked_add(lasts).context("the token would be valid beyond the end of time")?;
    let new = NewToken {
        name: args.name.clone(),
        scopes: args.scope.iter().copied().collect(),
        sources: (!args.source.is_empty()).then(|| args.source.iter().cloned().collect()),
        expires,
    };
    let token = tokens.create(new, stamp)?;
    if args.format == Format::Json {
        return terminal::json(&json!({ "name": args.name, "token": token, "expires": expires }));
    }
    terminal::note(&format!(
        "the token `{}`, valid until {expires}; it is shown this once only. Put it into {}",
        args.name,
        remote::TOKEN
    ));
    terminal::line(&token);
    Ok(())
}

/// `90d`, `12h`.
fn duration(text: &str) -> anyhow::Result<SignedDuration> {
    let hours = text.strip_suffix('h').map(|number| (number, 1));
    let days = text.strip_suffix('d').map(|number| (number, 24));
    let parsed =
        hours.or(days).and_then(|(number, hours)| Some(i64::from(number.parse::<u16>().ok()?) * hours));
    match parsed {
        Some(hours) if hours > 0 => Ok(SignedDuration::from_hours(hours)),
        _ => bail!("`{text}` is no time; write it like `90d` or `12h`"),
    }
}

fn list(tokens: &[Token], format: Format, now: Timestamp) -> anyhow::Result<()> {
    let shown: Vec<Value> = tokens.iter().map(|token| shown(token, now)).collect();
    if format == Format::Json {
        return terminal::json(&json!({ "tokens": shown }));
    }
    if shown.is_empty() {
        terminal::line("there is no token; `moisson token create` makes one");
    }
    for token in tokens {
        let scopes: Vec<_> = token.scopes.iter().map(|scope| scope.name()).collect();
        let sources =
            token.sources.as_ref().map(|names| names.iter().cloned().collect::<Vec<_>>().join(", "));
        let used =
            token.last_used.map_or_else(|| "never used".to_owned(), |used| format!("last used {used}"));
        terminal::line(&format!(
            "{:<24} {:<8} until {:<30} {} on {}; {used}; made by {}",
            token.name,
            state(token, now),
            token.expires.to_string(),
            scopes.join(", "),
            sources.as_deref().unwrap_or("all sources"),
            token.created.by,
        ));
    }
    Ok(())
}

fn state(token: &Token, now: Timestamp) -> &'static str {
    match &token.revoked {
        Some(_) => "revoked",
        None if token.is_valid(now) => "valid",
        None => "expired",
    }
}

/// Without the hash, which helps nobody.
fn shown(token: &Token, now: Timestamp) -> Value {
    json!({
        "name": token.name, "state": state(token, now), "scopes": token.scopes, "sources": token.sources,
        "created": token.created, "expires": token.expires, "revoked": token.revoked, "last_used": token.last_used,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_days_or_hours() {
        assert_eq!(duration("90d").unwrap(), SignedDuration::from_hours(90 * 24));
        assert_eq!(duration("12h").unwrap(), SignedDuration::from_hours(12));
        for bad in ["", "90", "0d", "-1d", "1w", "99999999d", "d"] {
            assert!(duration(bad).unwrap_err().to_string().contains("90d"), "{bad}");
        }
    }
}
