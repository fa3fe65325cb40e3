//! Sampling: the flow-matching schedule, seeded noise, and the tiles in which a long clip is drawn.

pub mod flow_match;
pub mod noise;
pub mod temporal_tiling;
