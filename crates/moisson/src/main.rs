//! moisson.
fn main() {}
