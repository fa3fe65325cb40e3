//! The text side: prompt → tokens → text rows and slot probabilities → a scene reading, with open fields completed.

pub mod completion;
pub mod encoder;
pub(crate) mod prompt;
pub mod slots;
pub mod tokenizer;
