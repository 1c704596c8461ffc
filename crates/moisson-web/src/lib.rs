//! moisson-web.
