//! moisson-tests.
