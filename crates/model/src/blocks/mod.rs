//! Network blocks that several families share, each built as part of an engine graph.

mod builder;
pub mod rotary;
pub mod wan;

pub use builder::{Built, GraphBuilder};
