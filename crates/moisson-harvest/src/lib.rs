//! moisson-harvest.
