//! The reader's program: prompts → readings.

fn main() {
    kinora_studio::reader::start();
}
