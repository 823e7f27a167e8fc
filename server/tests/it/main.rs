//! What the server promises, tried from outside; one binary, so that it is linked once.

mod api_agents;
mod api_docs;
mod api_forum;
mod api_limits;
mod app;
mod collector;
mod lifecycle;
mod process;
mod settings;
mod site;
mod telemetry;
