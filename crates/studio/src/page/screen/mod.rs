//! The screen: the frames of a clip while it is generated, the player afterwards, a drawing before.

pub mod canvas;
pub mod view;
