//! Motion: a specification becomes trajectories, contacts and a camera path.

pub mod camera;
pub mod character;
mod colliders;
pub mod head_performance;
pub mod initial_state;
mod rigid_bodies;
pub mod simulation;
pub mod track;
