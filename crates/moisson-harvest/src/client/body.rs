//! Reading a body as it comes: not too long, not too slowly, and to its end.

use std::{error::Error, time::Duration};

use bytes::Bytes;
use tokio::time::{Instant, timeout};

use super::{access::SourceAccess, connect, decode, error::Fault, wait::Headers};
use crate::limits::{Limits, ms};

/// Above this, decoding is done beside the network's thread.
const DECODED_IN_PLACE: usize = 64 * 1024;

/// The whole body, decoded.
pub(super) async fn read(
    response: reqwest::Response,
    headers: &Headers,
    access: &SourceAccess,
) -> Result<Bytes, Fault> {
    let limits = &access.limits;
    let body = receive(response, headers, access).await?;
    access.counters.received(body.len() as u64);
    let encoding: Vec<_> = values(headers, "content-encoding").collect();
    let encoding = encoding.join(",");
    let body = if body.len() > DECODED_IN_PLACE {
        let limits = limits.clone();
        tokio::task::spawn_blocking(move || decode::decode(body, &encoding, &limits))
            .await
            .map_err(|error| Fault::Setup(error.to_string()))??
    } else {
        decode::decode(body, &encoding, limits)?
    };
    access.counters.decoded(body.len() as u64);
    Ok(body)
}

/// The start of an error's body, for reading by people and for rate limits. Never fails.
pub(super) async fn read_start(mut response: reqwest::Response, headers: &Headers, limits: &Limits) -> Bytes {
    const ENOUGH: usize = 16 * 1024;
    let mut body = Vec::new();
    let patience = ms(limits.idle_timeout_ms.min(limits.slow_start_ms));
    while let Ok(Ok(Some(piece))) = timeout(patience, response.chunk()).await {
        body.extend_from_slice(&piece);
        if body.len() >= ENOUGH {
            body.truncate(ENOUGH);
            break;
        }
    }
    let body = Bytes::from(body);
    let encoding = values(headers, "content-encoding").next().unwrap_or_default();
    decode::decode(body.clone(), encoding, limits).unwrap_or(body)
}

async fn receive(
    mut response: reqwest::Response,
    headers: &Headers,
    access: &SourceAccess,
) -> Result<Bytes, Fault> {
    let limits = &access.limits;
    let announced: Option<u64> =
        values(headers, "content-length").next().and_then(|value| value.parse().ok());
    let too_large =
        || Fault::TooLarge { what: "the body is", limit: "max_body_bytes", value: limits.max_body_bytes };
    if announced.is_some_and(|length| length > limits.max_body_bytes) {
        return Err(too_large());
    }
    let started = Instant::now();
    let deadline = started + ms(limits.body_timeout_ms);
    let mut body = Vec::new();
    loop {
        let patience = ms(limits.idle_timeout_ms).min(deadline.saturating_duration_since(Instant::now()));
        let piece = match timeout(patience, response.chunk()).await {
            Ok(Ok(Some(piece))) => piece,
            Ok(Ok(None)) => break,
            Ok(Err(error)) => return Err(cut_short(&error, body.len(), announced)),
            Err(_) => return Err(too_late(deadline, limits)),
        };
        body.extend_from_slice(&piece);
        if body.len() as u64 > limits.max_body_bytes {
            return Err(too_large());
        }
        check_speed(body.len() as u64, started.elapsed(), limits)?;
    }
    match announced {
        Some(length) if length != body.len() as u64 => {
            Err(Fault::Incomplete(format!("{length} bytes were announced, {} came", body.len())))
        }
        _ => Ok(body.into()),
    }
}

fn cut_short(error: &reqwest::Error, received: usize, announced: Option<u64>) -> Fault {
    let announced = announced.map_or(String::new(), |length| format!(" of {length}"));
    let reason = connect::deepest(error.source()).unwrap_or_else(|| "the connection was lost".to_owned());
    Fault::Incomplete(format!("{received}{announced} bytes came, then: {reason}"))
}

fn too_late(deadline: Instant, limits: &Limits) -> Fault {
    if Instant::now() >= deadline {
        return Fault::Timeout { what: "whole body", limit: "body_timeout_ms", ms: limits.body_timeout_ms };
    }
    Fault::Timeout { what: "more of the body", limit: "idle_timeout_ms", ms: limits.idle_timeout_ms }
}

fn check_speed(bytes: u64, time: Duration, limits: &Limits) -> Result<(), Fault> {
    let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let least = limits.min_bytes_per_second.saturating_mul(millis) / 1000;
    if millis <= limits.slow_start_ms || bytes >= least {
        return Ok(());
    }
    Err(Fault::TooSlow { bytes, ms: millis, limit: limits.min_bytes_per_second })
}

/// The values of a header, each of its lines.
pub(super) fn values<'a>(headers: &'a Headers, name: &str) -> impl Iterator<Item = &'a str> {
    headers.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
}
