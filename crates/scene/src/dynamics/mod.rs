//! Dynamics that replace a plan's values where mechanics determines them.

pub mod motion;
pub mod restitution;
pub mod rolling;
pub mod staging;
