//! Weight files → the engine's weights.

pub mod safetensors;

pub use self::safetensors::{WeightsError, floats, parse_weights};
