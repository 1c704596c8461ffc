//! moisson-harvesters.
