//! The worker's program: model, engine and codec.

fn main() {
    kinora_studio::worker::start();
}
