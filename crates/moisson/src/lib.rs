//! moisson.
