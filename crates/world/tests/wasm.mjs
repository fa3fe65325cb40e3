// Runs the compiled `fingerprint` example: node crates/world/tests/wasm.mjs target/wasm/wasm32-unknown-unknown/debug/examples/fingerprint.wasm
// A fingerprint that differs panics, a panic traps, and the trap makes this script fail.
import { readFile } from "node:fs/promises";

const { instance } = await WebAssembly.instantiate(await readFile(process.argv[2]), {});
instance.exports.main(0, 0);
console.log("wasm agrees with the fingerprints");
