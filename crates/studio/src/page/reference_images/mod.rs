//! Reference images of the next clip.

pub mod prepare;
pub mod view;
