//! When sources run.

mod clock;
mod due;
mod expression;
mod scheduler;
mod window;

pub use clock::now;
pub use due::next_run;
pub use expression::{Expression, ExpressionError, jitter_seconds, utc};
pub use scheduler::{Planned, Scheduler};
pub use window::{Window, WindowError};
