//! The composer: the prompt, the options and the buttons.

pub mod form;
pub mod limits;
pub mod open_files;
mod options;
pub mod problem;
pub mod recipe_link;
pub mod view;
