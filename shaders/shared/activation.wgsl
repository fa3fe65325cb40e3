// Activations. The arguments of exp and tanh are clamped, because some drivers return NaN for large ones.
#flags GELU SILU
fn activate(x: vec4<f32>) -> vec4<f32> {
#if GELU
    let inner = 0.7978845608028654 * (x + 0.044715 * x * x * x);
    return 0.5 * x * (1.0 + tanh(clamp(inner, vec4<f32>(-15.0), vec4<f32>(15.0))));
#elif SILU
    return x / (1.0 + exp(-clamp(x, vec4<f32>(-80.0), vec4<f32>(80.0))));
#else
    return x;
#endif
}
