// Fused epilogue of a product: bias, activation, two factors and residual, then the store of four columns of a row.
#flags NVEC BIAS MUL GATE GATE_ROW RESIDUAL
#include shared/activation.wgsl

fn store(row: u32, column: u32, sum: vec4<f32>) {
#if NVEC
    let at = (row * N + column) / 4u;
    var y = sum;
#if BIAS
    y += bias[column / 4u];
#endif
    y = activate(y);
#if MUL
    y *= factor[at];
#endif
#if GATE_ROW
    y *= gate[column / 4u];
#elif GATE
    y *= gate[at];
#endif
#if RESIDUAL
    y += residual[at];
#endif
    out[at] = y;
#else
    for (var i = 0u; i < 4u && column + i < N; i++) {
        let at = row * N + column + i;
        var y = vec4<f32>(sum[i]);
#if BIAS
        y += bias[column + i];
#endif
        y = activate(y);
#if MUL
        y *= factor[at];
#endif
#if GATE_ROW
        y *= gate[column + i];
#elif GATE
        y *= gate[at];
#endif
#if RESIDUAL
        y += residual[at];
#endif
        out[at] = y.x;
    }
#endif
}
