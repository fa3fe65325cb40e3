//! The page's program: the interface.

fn main() {
    kinora_studio::page::start();
}
