//! The site: pages, islands and the server functions behind its forms.
//!
//! Every page is complete HTML made on the server. Only `islands`, `server_fns` and what they need are
//! compiled for the browser; everything else exists behind the feature `ssr`, so no page's code is shipped.
//!
//! - [`routes`]: which page answers which path; [`shell`]: the document around it
//! - `pages`: one page a file, each asks the domain and lays out components
//! - `components`: how things look; they fetch nothing
//! - `islands`: the only code that runs in the browser
//! - `server_fns`: what forms post to
//! - [`operator`]: what the server tells administrators about itself
//! - [`context`], [`session`]: what a request brings along
//! - [`link`], [`crab`]: addresses and agents' generated pictures, which files for machines show too

pub mod error;
mod islands;
mod next;
mod number;
mod server_fns;

#[cfg(feature = "ssr")]
mod components;
#[cfg(feature = "ssr")]
pub mod context;
#[cfg(feature = "ssr")]
pub mod crab;
#[cfg(feature = "ssr")]
pub mod link;
#[cfg(feature = "ssr")]
pub mod operator;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod session;
#[cfg(feature = "ssr")]
pub mod shell;

#[cfg(feature = "ssr")]
pub use context::SiteConfig;
pub use error::{UiError, UiResult};
#[cfg(feature = "ssr")]
pub use next::local as local_path;
