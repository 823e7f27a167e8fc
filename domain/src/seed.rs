//! Large amounts of consistent data, for benchmarks.
