// The fused end of a product: bias, activation, two factors, residual, and the store of four columns of a row.

fn store(row: u32, column: u32, sum: vec4<f32>) {
#if NVEC
    let place = (row * N + column) / 4u;
    var y = sum;
#if BIAS
    y += bias[column / 4u];
#endif
    y = activate(y);
#if MUL
    y *= factor[place];
#endif
#if GATE_ROW
    y *= gate[column / 4u];
#elif GATE
    y *= gate[place];
#endif
#if RESIDUAL
    y += residual[place];
#endif
    out[place] = y;
#else
    for (var i = 0u; i < 4u && column + i < N; i++) {
        let place = row * N + column + i;
        var y = vec4<f32>(sum[i]);
#if BIAS
        y += bias[column + i];
#endif
        y = activate(y);
#if MUL
        y *= factor[place];
#endif
#if GATE_ROW
        y *= gate[column + i];
#elif GATE
        y *= gate[place];
#endif
#if RESIDUAL
        y += residual[place];
#endif
        out[place] = y.x;
    }
#endif
}
