//! Lineage: from one clip to the next, by remix or extension.

pub mod actions;
pub mod clip_file;
pub mod origin;
pub mod sources;
pub mod view;
