//! How a configured source may be reached: credentials out of the environment, allow-list, politeness, limits.

use anyhow::Context;
use moisson_harvest::{
    SourceAccess,
    client::{Allowed, Credentials, Politeness, RobotsRule, Secret},
};

use crate::config::{Config, CredentialsFrom, SourceConfig};

/// The access of one source.
///
/// # Errors
/// When a variable that should hold a secret is not set, or an entry of the allow-list is not one.
pub(super) fn access(config: &Config, source: &SourceConfig) -> anyhow::Result<SourceAccess> {
    let mut access = SourceAccess::new(&source.source());
    access.limits = config.limits.harvest.clone();
    access.politeness = source.politeness.unwrap_or_else(|| default_politeness(&source.kind));
    access.tls = source.tls;
    access.allow = source
        .allow
        .iter()
        .map(|entry| entry.parse::<Allowed>().map_err(|error| anyhow::anyhow!("{error}")))
        .collect::<anyhow::Result<_>>()?;
    access.credentials = source.credentials.as_ref().map(|from| credentials(source, from)).transpose()?;
    Ok(access)
}

/// Pages are made for people, so their robots.txt counts; an API is made for us.
fn default_politeness(kind: &str) -> Politeness {
    let robots = if kind == "web-page" { RobotsRule::Obey } else { RobotsRule::Ignore };
    Politeness { robots, ..Politeness::default() }
}

fn credentials(source: &SourceConfig, from: &CredentialsFrom) -> anyhow::Result<Credentials> {
    let variable = match from {
        CredentialsFrom::BearerEnv(v)
        | CredentialsFrom::ApikeyEnv(v)
        | CredentialsFrom::AuthorizationEnv(v)
        | CredentialsFrom::BasicEnv(v) => v,
    };
    let secret = std::env::var(variable).with_context(|| {
        format!(
            "source `{}`: the environment variable `{variable}` with its credentials is not set",
            source.name
        )
    })?;
    Ok(match from {
        CredentialsFrom::BearerEnv(_) => Credentials::Bearer(Secret::new(secret)),
        CredentialsFrom::ApikeyEnv(_) => Credentials::ApiKey(Secret::new(secret)),
        CredentialsFrom::AuthorizationEnv(_) => {
            Credentials::Header { name: "Authorization".to_owned(), value: Secret::new(secret) }
        }
        CredentialsFrom::BasicEnv(_) => {
            let (user, password) = secret.split_once(':').with_context(|| {
                format!("source `{}`: `{variable}` should hold `user:password`", source.name)
            })?;
            Credentials::Basic { user: user.to_owned(), password: Secret::new(password) }
        }
    })
}
