// linear: out = residual + gate · (factor · activation(x wᵀ + bias)); x [M, K], w [N, K] in f32 or int8 blocks.
#flags KVEC Q8 PACKED BIAS MUL GATE RESIDUAL
#constants N K
@group(0) @binding(1) var<storage, ACCESS> x: array<KTYPE>;
@group(0) @binding(2) var<storage, read> w: array<WTYPE>;
#if Q8
@group(0) @binding(3) var<storage, read> scales: array<u32>;
#endif
@group(0) @binding(4) var<storage, read_write> out: array<NTYPE>;
#if BIAS
@group(0) @binding(5) var<storage, ACCESS> bias: array<NTYPE>;
#endif
#if MUL
@group(0) @binding(6) var<storage, ACCESS> factor: array<NTYPE>;
#endif
#if GATE
@group(0) @binding(7) var<storage, ACCESS> gate: array<NTYPE>;
#endif
#if RESIDUAL
@group(0) @binding(8) var<storage, ACCESS> residual: array<NTYPE>;
#endif

// Four int8 values to a word, or f32 as in x.
#if Q8
alias WTYPE = u32;
#else
alias WTYPE = KTYPE;
#endif

const SEGMENTS: u32 = 1u;
const SEGMENT_K: u32 = K;

#include shared/product.wgsl

fn source(row: u32, segment: u32) -> u32 {
    return row * K;
}

fn load_a(start: u32, k: u32) -> vec4<f32> {
#if KVEC
    return x[(start + k) / 4u];
#else
    return edge4(k) * vec4<f32>(x[start + k], x[start + min(k + 1u, K - 1u)], x[start + min(k + 2u, K - 1u)], x[start + min(k + 3u, K - 1u)]);
#endif
}

fn load_b(column: u32, segment: u32, k: u32) -> vec4<f32> {
    let at = column * K + k;
#if Q8
    let quants = vec4<i32>(vec4<u32>(w[at / 4u]) << vec4<u32>(24u, 16u, 8u, 0u)) >> vec4<u32>(24u);
    let block = at / 32u;
    return vec4<f32>(quants) * unpack2x16float(scales[block / 2u])[block & 1u];
#elif PACKED
    return w[k / 4u * N + column];
#elif KVEC
    return w[at / 4u];
#else
    return edge4(k) * vec4<f32>(w[at], w[column * K + min(k + 1u, K - 1u)], w[column * K + min(k + 2u, K - 1u)], w[column * K + min(k + 3u, K - 1u)]);
#endif
}

#if KVEC
#else
// 1 for the elements inside the row, 0 beyond its end.
fn edge4(k: u32) -> vec4<f32> {
    return select(vec4<f32>(0.0), vec4<f32>(1.0), vec4<u32>(k, k + 1u, k + 2u, k + 3u) < vec4<u32>(K));
}
#endif
