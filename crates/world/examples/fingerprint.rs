//! Compares the world on this platform with its fingerprints. Compiled for wasm32 it proves that a browser tab computes the
//! same bytes: `tests/wasm.mjs` runs it there.

use kinora_world::{fingerprint, portrait_fingerprint};

const GOLDEN: &str = include_str!("../tests/fingerprints.txt");

fn main() {
    for line in GOLDEN.lines() {
        let (name, hash) = line.rsplit_once(' ').expect("lines are `seed hash`");
        let portrait = name.strip_prefix("portrait ");
        let seed = portrait.unwrap_or(name).parse().expect("seeds are numbers");
        let now = match portrait {
            Some(_) => portrait_fingerprint(seed),
            None => fingerprint(seed),
        };
        assert_eq!(now, hash, "{name}");
    }
    println!("{} seeds agree", GOLDEN.lines().count());
}
