// Rotary position embedding: rotates adjacent pairs of each head of x [M, heads · 2 · HALF] by tables [M, HALF].
// One thread per pair.
#constants PAIRS HALF
struct RopeParams {
    // Pairs in x.
    count: u32,
}

@group(0) @binding(0) var<uniform> params: RopeParams;
@group(0) @binding(1) var<storage, ACCESS> x: array<vec2<f32>>;
@group(0) @binding(2) var<storage, ACCESS> cosines: array<f32>;
@group(0) @binding(3) var<storage, ACCESS> sines: array<f32>;
@group(0) @binding(4) var<storage, read_write> out: array<vec2<f32>>;

#include shared/elements.wgsl

fn compute(i: u32) {
    let at = i / PAIRS * HALF + i % PAIRS % HALF;
    let c = cosines[at];
    let s = sines[at];
    let pair = x[i];
    out[i] = vec2<f32>(pair.x * c - pair.y * s, pair.x * s + pair.y * c);
}
