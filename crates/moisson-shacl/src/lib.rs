//! moisson-shacl.
