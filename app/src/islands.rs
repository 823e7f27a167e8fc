//! Everything that runs in the browser. A form comes first; an island only spares the reload.

pub mod vote;
