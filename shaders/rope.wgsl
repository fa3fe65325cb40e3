// Rotates adjacent pairs of each head of x [M, heads · 2 · HALF] by tables [M, HALF]. One thread per pair.
#include shared/params.wgsl
@group(0) @binding(1) var<storage, read_write> x: array<vec2<f32>>;
@group(0) @binding(2) var<storage, read_write> cosines: array<f32>;
@group(0) @binding(3) var<storage, read_write> sines: array<f32>;
@group(0) @binding(4) var<storage, read_write> out: array<vec2<f32>>;

#include shared/index.wgsl

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let i = element(group, groups, thread);
    if (i >= params.count) {
        return;
    }
    let at = i / PAIRS * HALF + i % PAIRS % HALF;
    let c = cosines[at];
    let s = sines[at];
    let pair = x[i];
    out[i] = vec2<f32>(pair.x * c - pair.y * s, pair.x * s + pair.y * c);
}
