// Convolution as an implicit GEMM: rows are the voxels of [T, H, W], columns the output channels, segments the taps.
// Causal in time (zeros or `previous` precede the first frame), zero padding in space, stride 1.
#flags KVEC PACKED PREVIOUS BIAS RESIDUAL
#constants N KT KH KW CHANNELS HEIGHT WIDTH
@group(0) @binding(1) var<storage, ACCESS> x: array<KTYPE>;
@group(0) @binding(2) var<storage, read> w: array<KTYPE>;
#if PREVIOUS
@group(0) @binding(3) var<storage, ACCESS> previous: array<KTYPE>;
#endif
@group(0) @binding(4) var<storage, read_write> out: array<NTYPE>;
#if BIAS
@group(0) @binding(5) var<storage, ACCESS> bias: array<NTYPE>;
#endif
#if RESIDUAL
@group(0) @binding(8) var<storage, ACCESS> residual: array<NTYPE>;
#endif

const SEGMENTS: u32 = KT * KH * KW;
const SEGMENT_K: u32 = CHANNELS;

#include shared/product.wgsl without MUL GATE GATE_ROW

// First element that a tap of a voxel reads. kind: 0 outside the frame, 1 in x, 2 in the previous frames.
struct Source {
    start: u32,
    kind: u32,
}

// No branches here and in load_a: the cores unroll both in their inner loop, and SwiftShader takes 25 s to compile that
// with branches, 0.3 s without. `||` is a branch, `|` is not.
fn source(row: u32, tap: u32) -> Source {
    let column = i32(row % WIDTH) + i32(tap % KW) - i32(KW / 2u);
    let pixel_row = i32(row / WIDTH % HEIGHT) + i32(tap / KW % KH) - i32(KH / 2u);
    let frame = row / (WIDTH * HEIGHT) + tap / (KW * KH);
    let outside = (column < 0) | (column >= i32(WIDTH)) | (pixel_row < 0) | (pixel_row >= i32(HEIGHT));
    let pixel = u32(pixel_row) * WIDTH + u32(column);
    let current = frame >= KT - 1u;
    let voxel = select(frame, frame - (KT - 1u), current) * HEIGHT * WIDTH + pixel;
    return Source(select(voxel * CHANNELS, 0u, outside), select(select(2u, 1u, current), 0u, outside));
}

fn load_a(tap: Source, k: u32) -> vec4<f32> {
#if KVEC
    let at = (tap.start + k) / 4u;
    let here = x[at];
#else
    let last = tap.start + CHANNELS - 1u;
    let at = vec4<u32>(tap.start + k) + vec4<u32>(0u, 1u, 2u, 3u);
    let near = min(at, vec4<u32>(last));
    let here = edge4(k) * vec4<f32>(x[near.x], x[near.y], x[near.z], x[near.w]);
#endif
    let inside = select(vec4<f32>(), here, tap.kind == 1u);
#if PREVIOUS
#if KVEC
    let before = previous[at];
#else
    let before = edge4(k) * vec4<f32>(previous[near.x], previous[near.y], previous[near.z], previous[near.w]);
#endif
    return select(inside, before, tap.kind == 2u);
#else
    return inside;
#endif
}

fn load_b(column: u32, tap: u32, k: u32) -> vec4<f32> {
#if PACKED
    return w[(tap * CHANNELS + k) / 4u * N + column];
#elif KVEC
    return w[((column * SEGMENTS + tap) * CHANNELS + k) / 4u];
#else
    let start = (column * SEGMENTS + tap) * CHANNELS;
    let last = start + CHANNELS - 1u;
    let at = start + k;
    return edge4(k) * vec4<f32>(w[at], w[min(at + 1u, last)], w[min(at + 2u, last)], w[min(at + 3u, last)]);
#endif
}

#if KVEC
#else
// 1 for the channels inside the tap, 0 beyond its end.
fn edge4(k: u32) -> vec4<f32> {
    return select(vec4<f32>(0.0), vec4<f32>(1.0), vec4<u32>(k, k + 1u, k + 2u, k + 3u) < vec4<u32>(CHANNELS));
}
#endif
