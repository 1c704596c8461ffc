//! What the people who run the server need: health, metrics, a line of log per request, and headers that
//! protect their readers.

pub(crate) mod health;
pub(crate) mod metrics;
pub(crate) mod protect;
pub(crate) mod watch;
