//! The history: the clips stored in this browser.

pub mod list;
pub mod view;
