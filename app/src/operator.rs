//! What the server tells administrators about itself: whether its parts work, and by which settings it runs. The server
//! provides it beside the domain.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// A part of the instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub name: &'static str,
    /// Whether it works.
    pub state: PartState,
    /// More of it, in a few words.
    pub detail: String,
}

/// Whether a part of the instance works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartState {
    /// It answers.
    Up,
    /// It does not answer.
    Down,
    /// There is none.
    Off,
}

/// A setting as it is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// What it belongs to.
    pub section: String,
    /// The name of its variable.
    pub name: String,
    /// Its value; of a secret only whether it is set.
    pub value: String,
    /// What it is for.
    pub about: String,
    /// Whether somebody set it.
    pub is_set: bool,
}

/// Answers from the server's side.
pub trait Inspect: Send + Sync {
    /// Every setting.
    fn settings(&self) -> Vec<Setting>;

    /// Every part, asked now.
    fn parts(&self) -> Pin<Box<dyn Future<Output = Vec<Part>> + Send + '_>>;
}

/// The server, as pages for administrators ask it.
#[derive(Clone)]
pub struct Operator(pub Arc<dyn Inspect>);
