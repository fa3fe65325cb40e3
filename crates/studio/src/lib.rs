//! The studio: a page that turns a sentence into a clip, and the worker that computes it.
//!
//! Three programs share this library. The page ([`page`]) is the interface and never links the engine. The worker
//! ([`worker`]) owns the model, the executors and the codec; they exchange [`protocol`] messages and share the browser's private
//! file system ([`opfs`], [`history_store`]). The reader ([`reader`]) turns prompts into scenes; the page talks to it in
//! [`reader_protocol`] messages.

pub mod history_store;
pub mod opfs;
#[cfg(feature = "page")]
pub mod page;
pub mod platform;
pub mod protocol;
#[cfg(feature = "reader")]
pub mod reader;
pub mod reader_protocol;
#[cfg(feature = "worker")]
pub mod worker;
