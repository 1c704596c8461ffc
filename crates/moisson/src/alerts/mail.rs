//! Events by mail ([SMTP](https://www.rfc-editor.org/rfc/rfc5321)), over TLS unless the configuration says otherwise.

use std::time::{Duration, SystemTime};

use anyhow::Context;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message as Mail, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};

use super::{Event, Message};
use crate::config::{AlertConfig, Config, MailConfig, MailTls};

/// A server that does not answer is given up after this.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a certificate begins in PEM.
const CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// Sends one event.
///
/// # Errors
/// When the credentials are not in the environment, or the server cannot be reached, offers no TLS or does not take the
/// mail.
pub(super) async fn send(
    (alert, to): (&AlertConfig, &MailConfig),
    config: &Config,
    event: &Event,
    language: &str,
) -> anyhow::Result<()> {
    let mail = mail(to, config, event, language)?;
    let transport = transport(alert, to)?;
    let sending = tokio::time::timeout(PATIENCE * 4, transport.send(mail));
    let server = &to.server;
    sending
        .await
        .with_context(|| format!("the mail server `{server}` took too long"))?
        .with_context(|| format!("the mail server `{server}` did not take the mail"))?;
    Ok(())
}

fn transport(alert: &AlertConfig, to: &MailConfig) -> anyhow::Result<AsyncSmtpTransport<Tokio1Executor>> {
    let (tls, usual) = match to.tls {
        MailTls::None => (Tls::None, 25),
        MailTls::Starttls => (Tls::Required(certified(alert, to)?), 587),
        MailTls::Tls => (Tls::Wrapper(certified(alert, to)?), 465),
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&to.server)
        .port(to.port.unwrap_or(usual))
        .timeout(Some(PATIENCE))
        .tls(tls);
    if let Some(variable) = &to.credentials_env {
        let secret = std::env::var(variable).with_context(|| {
            format!(
                "alert `{}`: the environment variable `{variable}` with its credentials is not set",
                alert.name
            )
        })?;
        let (user, password) = secret
            .trim()
            .split_once(':')
            .with_context(|| format!("alert `{}`: `{variable}` should hold `user:password`", alert.name))?;
        builder = builder.credentials(Credentials::new(user.to_owned(), password.to_owned()));
    }
    Ok(builder.build())
}

/// Whose certificates the server may show.
fn certified(alert: &AlertConfig, to: &MailConfig) -> anyhow::Result<TlsParameters> {
    let mut parameters = TlsParameters::builder(to.server.clone());
    if let Some(file) = &to.ca_file {
        let shown = file.display();
        let wrong = || format!("alert `{}`: `ca_file` = `{shown}` cannot be used", alert.name);
        let pem = std::fs::read(file).with_context(wrong)?;
        // Without this, a file of something else would be an empty list.
        anyhow::ensure!(
            pem.windows(CERTIFICATE.len()).any(|window| window == CERTIFICATE),
            "alert `{}`: `ca_file` = `{shown}` holds no certificate in PEM; it should begin with `-----BEGIN CERTIFICATE-----`",
            alert.name
        );
        parameters = parameters.add_root_certificate(Certificate::from_pem(&pem).with_context(wrong)?);
    }
    Ok(parameters.build_rustls()?)
}

/// The mail. An address is parsed, and a subject has no line ends, so nothing can add a header.
fn mail(to: &MailConfig, config: &Config, event: &Event, language: &str) -> anyhow::Result<Mail> {
    let message = Message::of(event, config, language);
    let mailbox = |address: &String| {
        address.parse::<Mailbox>().with_context(|| format!("`{address}` is no mail address"))
    };
    let host = config.portal.base.host_str().unwrap_or("moisson.invalid");
    let id: String =
        event.id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '.' }).collect();
    let title: String = config.portal.title.get(language).chars().filter(|c| !c.is_control()).collect();
    let raw = |name: &'static str, value: &str| {
        HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
    };
    let mut builder = Mail::builder()
        .from(mailbox(&to.from)?)
        .subject(format!("[{title}] {}", message.subject))
        .date(SystemTime::from(event.at))
        .message_id(Some(format!("<{id}@{host}>")))
        .header(ContentType::TEXT_PLAIN)
        .raw_header(raw("Content-Language", language))
        // RFC 3834: no out-of-office answers to this.
        .raw_header(raw("Auto-Submitted", "auto-generated"))
        .raw_header(raw("X-Moisson-Event", event.kind.name()));
    for address in &to.to {
        builder = builder.to(mailbox(address)?);
    }
    Ok(builder.body(message.text)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{alerts::EventKind, config::EXAMPLE, pipeline::RunReport};

    #[test]
    fn a_hostile_source_adds_no_header() {
        let text = EXAMPLE.replacen(
            "name = \"metropole\"",
            "name = \"metropole\"\ntitle = \"Ville\\r\\nBcc: all@example.org\\r\\n\\r\\nx\"",
            1,
        );
        let config = Config::parse(&text, std::path::Path::new("moisson.toml")).unwrap();
        let to: MailConfig = toml::from_str(
            "server = \"localhost\"\nfrom = \"Portail <portail@example.org>\"\nto = [\"a@example.org\", \"b@example.org\"]",
        )
        .unwrap();
        let at = jiff::Timestamp::UNIX_EPOCH;
        let mut report = RunReport::new("metropole", "ckan", "R1", at);
        report.reason = Some("no\r\n.\r\nQUIT\r\nBcc: c@example.org".to_owned());
        let event = Event::of_run(EventKind::Failure, &report, at);
        let mail = String::from_utf8(mail(&to, &config, &event, "fr").unwrap().formatted()).unwrap();
        let (head, body) = mail.split_once("\r\n\r\n").unwrap();
        assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
        assert!(head.contains("Message-ID: <metropole.R1.failure@catalogue.example.org>"), "{head}");
        assert!(head.contains("Auto-Submitted: auto-generated") && head.contains("b@example.org"), "{head}");
        assert!(!body.lines().any(|line| line == "." || line.starts_with("QUIT")), "{body}");
    }
}
