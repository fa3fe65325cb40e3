//! Prompt reader: an English or French sentence → a typed [`SceneReading`] in which every word is accounted for.
//!
//! Stages: [`token`] splits the text, [`Language::detect`] chooses the grammar, [`tagging`] gives each word the sense that fits its
//! neighbours, [`interpret`] assembles noun phrases and clauses into fields, [`instruction`] applies an edit to an earlier reading.
//! The words are data: [`Lexicon`]. No networks, no I/O; the same bytes natively and in wasm.

mod instruction;
mod interpret;
mod language;
mod lexicon;
mod noun_phrase;
mod resolve;
mod revision;
mod scene_reading;
mod spelling;
mod tagging;
mod token;
pub mod vocabulary;
mod word_use;

pub use instruction::{changes, revise};
pub use interpret::read;
pub use language::Language;
pub use lexicon::{Attribute, FILES, Lexicon, LexiconError, List, Thing};
pub use resolve::{Compromise, Resolution, Settings, resolve};
pub use revision::read_after;
pub use scene_reading::{Denied, Field, SceneReading, Stated, Subject};
pub use word_use::{Outcome, Reason, WordUse};
