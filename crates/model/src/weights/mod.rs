//! Weight files → the engine's weights.
//!
//! A format is a file here and a branch of [`parse_weights`], which every family calls.

mod safetensors;

use kinora_engine::Weights;
use thiserror::Error;

pub use self::safetensors::floats;

/// First bytes of a GGUF file.
const GGUF: &[u8] = b"GGUF";

/// Reasons to refuse a weight file.
#[derive(Debug, Error)]
pub enum WeightsError {
    /// Not a safetensors file.
    #[error("the weights are not a safetensors file: {0}")]
    Format(#[from] ::safetensors::SafeTensorError),
    /// A known format that no family reads.
    #[error("the weights are a {0} file, which Kinora does not read; convert them to safetensors")]
    Unsupported(&'static str),
    /// A tensor of a type or shape that no network here uses.
    #[error("the weight {name} cannot be used: {reason}")]
    Tensor {
        /// Its name.
        name: String,
        /// What is wrong.
        reason: String,
    },
}

/// Parses a weight file; its first bytes tell the format.
pub fn parse_weights(bytes: &[u8]) -> Result<Weights, WeightsError> {
    if bytes.starts_with(GGUF) {
        return Err(WeightsError::Unsupported("GGUF"));
    }
    safetensors::parse(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_that_is_not_read_is_named() {
        let error = parse_weights(b"GGUF\x03\0\0\0").unwrap_err().to_string();
        assert!(error.contains("a GGUF file"), "{error}");
        assert!(matches!(parse_weights(b"?"), Err(WeightsError::Format(_))));
    }
}
