//! Who may do what: signatures of device keys. Pure functions; the clock and the memory of nonces are the caller's.
//!
//! A device key is made by the browser and never leaves it. There are no accounts: the key that published a clip is
//! its maker, and only that key may change or delete it. Grants for cameos will live here too.

mod request;

pub use request::{ConsentError, verify_request};
