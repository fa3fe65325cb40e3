//! The networks as engine graphs: planner, video model, refiner. The text encoder is in [`crate::text::encoder`].

pub mod dit;
pub mod planner;
pub mod refiner;
