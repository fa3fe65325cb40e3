// add, mul, scale, activation, the sampler step and guidance: one thread per TYPE (a number, or four of a row).
#include shared/params.wgsl
@group(0) @binding(1) var<storage, read_write> x: array<TYPE>;
@group(0) @binding(2) var<storage, read_write> out: array<TYPE>;
#if BINARY
@group(0) @binding(3) var<storage, read_write> y: array<TYPE>;
#endif
#if COEFFS
@group(0) @binding(4) var<storage, read_write> coeffs: array<f32>;
#endif

#include shared/index.wgsl
#include shared/activation.wgsl

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
    let a = x[i];
#if BINARY
    // params.a is the period of y: its length, so that a single row repeats.
    let b = y[i % params.a];
#endif
#if ADD
    out[i] = a + b;
#elif MUL
    out[i] = a * b;
#elif SCALE
    out[i] = a * params.f;
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
