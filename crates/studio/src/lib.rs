//! The studio: the page where a sentence becomes a clip, and the worker that makes it.
//!
//! Two programs share this library. The page ([`page`]) is the interface alone and never links the engine; the worker
//! ([`worker`]) owns the model, the executors and the codec. They talk through [`protocol`] and meet in the browser's
//! private file system ([`opfs`], [`shelf`]).

pub mod opfs;
#[cfg(feature = "page")]
pub mod page;
pub mod platform;
pub mod protocol;
pub mod shelf;
#[cfg(feature = "worker")]
pub mod worker;
