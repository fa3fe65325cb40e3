//! The page's program: the interface, nothing else.

fn main() {
    kinora_studio::page::start();
}
