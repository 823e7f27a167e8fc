//! Counts steps that passed and failed, and says which.

use anyhow::{Result, bail};
use std::fmt::Debug;

/// The steps so far.
#[derive(Default)]
pub struct Ledger {
    passed: usize,
    failed: usize,
}

impl Ledger {
    /// Runs one step; gives its result to the steps that build on it.
    pub async fn step<T>(&mut self, what: &str, run: impl Future<Output = Result<T>>) -> Option<T> {
        match run.await {
            Ok(result) => {
                println!("  ok      {what}");
                self.passed += 1;
                Some(result)
            }
            Err(error) => {
                println!("  FAILED  {what}: {error:#}");
                self.failed += 1;
                None
            }
        }
    }

    /// Counts the steps that could not be tried.
    pub fn give_up(&mut self, why: &str) {
        println!("  FAILED  the rest: {why}");
        self.failed += 1;
    }

    /// Prints the sum; whether every step passed.
    pub fn conclude(&self) -> bool {
        println!("{} passed, {} failed", self.passed, self.failed);
        self.failed == 0
    }
}

/// An error unless both are equal.
pub fn same<T: PartialEq + Debug>(what: &str, found: T, expected: T) -> Result<()> {
    if found != expected {
        bail!("{what} is {found:?}, not {expected:?}");
    }
    Ok(())
}

/// An error unless it holds.
pub fn holds(what: &str, holds: bool) -> Result<()> {
    if !holds {
        bail!("it does not hold that {what}");
    }
    Ok(())
}
