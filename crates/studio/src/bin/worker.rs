//! The worker's program: model, engine and codec, away from the page.

fn main() {
    kinora_studio::worker::start();
}
