// add, mul, scale, activation, the sampler step and guidance: one thread per TYPE (a number, or four of a row).
#flags FOUR BINARY COEFFS ADD MUL SCALE EULER GUIDE
struct ElementwiseParams {
    // Elements of x and out, in units of TYPE.
    count: u32,
    // Elements of y, in units of TYPE: a single row repeats.
    period: u32,
    // Factor of scale.
    factor: f32,
}

#if FOUR
alias TYPE = vec4<f32>;
#else
alias TYPE = f32;
#endif

@group(0) @binding(0) var<uniform> params: ElementwiseParams;
@group(0) @binding(1) var<storage, ACCESS> x: array<TYPE>;
@group(0) @binding(2) var<storage, read_write> out: array<TYPE>;
#if BINARY
@group(0) @binding(3) var<storage, ACCESS> y: array<TYPE>;
#endif
#if COEFFS
@group(0) @binding(4) var<storage, ACCESS> coeffs: array<f32>;
#endif

#include shared/elements.wgsl
#include shared/activation.wgsl

fn compute(i: u32) {
    let a = x[i];
#if BINARY
    let b = y[i % params.period];
#endif
#if ADD
    out[i] = a + b;
#elif MUL
    out[i] = a * b;
#elif SCALE
    out[i] = a * params.factor;
#elif EULER
    out[i] = coeffs[0] * a + coeffs[1] * b;
#elif GUIDE
    out[i] = b + coeffs[0] * (a - b);
#elif FOUR
    out[i] = activate(a);
#else
    out[i] = activate(vec4<f32>(a)).x;
#endif
}
