//! The page: the composer, the screen that shows a clip while it is generated, and the history.

mod app;
mod browser;
mod composer;
mod generation;
mod history;
mod lineage;
mod messages;
mod notices;
mod player;
mod reading;
mod reference_images;
mod screen;
mod share;
mod state;

/// Mounts the page.
pub fn start() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        browser::show_broken();
    }));
    leptos::mount::mount_to_body(app::App);
}
