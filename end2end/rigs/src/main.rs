//! Load and fault rigs.
fn main() {}
