//! Scenes in words: captions, edit instructions, and the parser that reads a prompt back.

pub mod captions;
pub(crate) mod phrases;
pub mod prompt_parser;
pub mod remix_pairs;
