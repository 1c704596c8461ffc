//! The one place where the program reads the clock.

use jiff::Timestamp;

/// Now.
#[expect(
    clippy::disallowed_methods,
    reason = "this is where the time comes from; everything else is given it"
)]
pub fn now() -> Timestamp {
    Timestamp::now()
}
