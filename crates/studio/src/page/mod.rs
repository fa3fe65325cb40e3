//! The page: a prompt, a screen that shows the clip taking shape, and the clips made so far.

mod app;
mod client;
mod clips;
mod composer;
mod drop;
mod form;
mod from;
mod link;
mod options;
mod origin;
mod pictures;
mod player;
mod run;
mod screen;
mod sentences;
mod share;
mod sources;
mod state;
mod web;

/// Mounts the page.
pub fn start() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        web::show_broken();
    }));
    leptos::mount::mount_to_body(app::App);
}
