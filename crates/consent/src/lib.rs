//! Authorization: verifies the signatures of device keys. Pure functions; the caller supplies the clock and stores nonces.
//!
//! The browser generates a device key and never exports it. There are no accounts: the key that published a clip
//! identifies its maker, and only that key may change or delete the clip. Cameo grants are not implemented yet.

mod request;

pub use request::{ConsentError, verify_request};
