//! Compares the world on this platform with its fingerprints. Compiled for wasm32 it is the proof that a tab makes the
//! same bytes: `tests/wasm.mjs` runs it there.

use kinora_world::fingerprint;

const GOLDEN: &str = include_str!("../tests/fingerprints.txt");

fn main() {
    for line in GOLDEN.lines() {
        let (seed, hash) = line.split_once(' ').expect("lines are `seed hash`");
        let seed = seed.parse().expect("seeds are numbers");
        assert_eq!(fingerprint(seed), hash, "seed {seed}");
    }
    println!("{} seeds agree", GOLDEN.lines().count());
}
