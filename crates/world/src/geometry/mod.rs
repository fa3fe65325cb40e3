//! Geometry primitives: vectors, signed distances, and 2-D outlines for the physics.

pub mod outline;
pub(crate) mod sdf;
pub mod vector;
