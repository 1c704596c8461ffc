//! moisson-store.
