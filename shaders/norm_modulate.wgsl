// ((norm(x) · weight + bias) · (1 + scale) + shift) over each row of WIDTH numbers, LANES threads per row.
// The statistics take two passes over the row, so that a large mean does not cancel the variance.
#flags SHARED LAYER WEIGHT BIAS SCALE SCALE_ROW SHIFT SHIFT_ROW
#constants WIDTH THREADS LANES
struct NormModulateParams {
    // Rows of x.
    rows: u32,
    // Added to the variance, or to the mean square.
    eps: f32,
}

@group(0) @binding(0) var<uniform> params: NormModulateParams;
@group(0) @binding(1) var<storage, ACCESS> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
#if WEIGHT
@group(0) @binding(3) var<storage, ACCESS> weight: array<f32>;
#endif
#if BIAS
@group(0) @binding(4) var<storage, ACCESS> bias: array<f32>;
#endif
#if SCALE
@group(0) @binding(5) var<storage, ACCESS> scale: array<f32>;
#endif
#if SHIFT
@group(0) @binding(6) var<storage, ACCESS> shift: array<f32>;
#endif

#if SHARED
var<workgroup> partial: array<f32, LANES>;

// Sum over the threads of the workgroup.
fn total(value: f32, lane: u32) -> f32 {
    partial[lane] = value;
    workgroupBarrier();
    for (var step = LANES / 2u; step > 0u; step /= 2u) {
        if (lane < step) {
            partial[lane] += partial[lane + step];
        }
        workgroupBarrier();
    }
    let sum = partial[0];
    workgroupBarrier();
    return sum;
}
#else
fn total(value: f32, lane: u32) -> f32 {
    return value;
}
#endif

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let index = group.y * groups.x + group.x;
#if SHARED
    let row = index;
    let lane = thread;
#else
    let row = index * THREADS + thread;
    let lane = 0u;
#endif
    if (row >= params.rows) {
        return;
    }
    let start = row * WIDTH;
    var mean = 0.0;
#if LAYER
    var sum = 0.0;
    for (var i = lane; i < WIDTH; i += LANES) {
        sum += x[start + i];
    }
    mean = total(sum, lane) / f32(WIDTH);
#endif
    var squares = 0.0;
    for (var i = lane; i < WIDTH; i += LANES) {
        let centred = x[start + i] - mean;
        squares += centred * centred;
    }
    let factor = inverseSqrt(total(squares, lane) / f32(WIDTH) + params.eps);
    for (var i = lane; i < WIDTH; i += LANES) {
        var y = (x[start + i] - mean) * factor;
#if WEIGHT
        y *= weight[i];
#endif
#if BIAS
        y += bias[i];
#endif
#if SCALE_ROW
        y *= 1.0 + scale[i];
#elif SCALE
        y *= 1.0 + scale[start + i];
#endif
#if SHIFT_ROW
        y += shift[i];
#elif SHIFT
        y += shift[start + i];
#endif
        out[start + i] = y;
    }
}
