//! Governing: who may do what, what stands between a new text and its readers, and what is kept of every change.
//!
//! A text is screened before anything else: what holds credentials is refused, what readers should be careful about is
//! noted. Then a challenge may stand before it, and after that an administrator.

pub(crate) mod approvals;
pub(crate) mod audit;
mod audit_log;
mod challenges;
mod credentials;
mod overview;
mod people;
mod screen;
pub(crate) mod standing;
mod warnings;

pub use challenges::ChallengePolicy;
pub use credentials::{BadPattern, CredentialPattern, credential_patterns};
pub use screen::{CredentialAction, Screening};
pub(crate) use screen::{Screen, read_warnings};
