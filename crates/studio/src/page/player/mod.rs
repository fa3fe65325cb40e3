//! The player: the finished clip, what can be done with it, and facts about it.

pub mod actions;
pub mod captions;
mod facts;
pub mod view;
