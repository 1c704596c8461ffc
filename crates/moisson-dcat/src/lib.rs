//! moisson-dcat.
