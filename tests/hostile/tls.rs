//! A portal on https, whose certificate may have expired. `tls/README.md` says where the certificates are from.

use std::sync::Arc;

use moisson_tests::{
    loopback::{Answer, Stream, Wrap},
    tls::server_config,
};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use tokio_rustls::TlsAcceptor;

const AUTHORITY: &[u8] = include_bytes!("tls/authority.pem");
const VALID: &[u8] = include_bytes!("tls/valid.pem");
const EXPIRED: &[u8] = include_bytes!("tls/expired.pem");
const KEY: &[u8] = include_bytes!("tls/key.pem");

/// The authority that vouches for both certificates, in DER.
pub(crate) fn authority() -> Vec<u8> {
    CertificateDer::from_pem_slice(AUTHORITY).expect("a certificate").to_vec()
}

/// TLS whose certificate has expired when `has_expired` says so.
pub(crate) fn of<T: Send + Sync + 'static>(of: Arc<T>, has_expired: fn(&T) -> bool) -> Wrap {
    let [valid, expired] = [VALID, EXPIRED].map(acceptor);
    Arc::new(move |stream| {
        let acceptor = if has_expired(&of) { expired.clone() } else { valid.clone() };
        Box::pin(async move { Ok(Box::new(acceptor.accept(stream).await?) as Box<dyn Stream>) })
    })
}

fn acceptor(certificate: &[u8]) -> TlsAcceptor {
    TlsAcceptor::from(server_config(certificate, KEY))
}

/// The answer with its links to the portal itself on https.
pub(crate) fn with_secure_links(mut answer: Answer, host: &str) -> Answer {
    if let Ok(text) = std::str::from_utf8(&answer.body) {
        answer.body = text.replace(&format!("http://{host}"), &format!("https://{host}")).into();
    }
    answer
}
