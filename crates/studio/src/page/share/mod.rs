//! Sharing: publishes a clip on the relay that serves this page, edits it and deletes it.

mod copy_field;
mod device_key;
pub mod dialog;
mod edit;
mod manage;
pub mod open;
mod publish;
mod published;
pub mod relay_client;
mod state;
mod upload;

pub use state::Sharing;
