// ((norm(x) · weight + bias) · (1 + scale) + shift) over each row of WIDTH numbers, LANES threads to a row.
// Two passes over the row for the statistics, so that a large mean does not eat the variance.
#include shared/params.wgsl
@group(0) @binding(1) var<storage, read_write> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
#if WEIGHT
@group(0) @binding(3) var<storage, read_write> weight: array<f32>;
#endif
#if BIAS
@group(0) @binding(4) var<storage, read_write> bias: array<f32>;
#endif
#if SCALE
@group(0) @binding(5) var<storage, read_write> scale: array<f32>;
#endif
#if SHIFT
@group(0) @binding(6) var<storage, read_write> shift: array<f32>;
#endif

#if SHARED
var<workgroup> partial: array<f32, LANES>;

// The sum over the threads of the workgroup.
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
    if (row >= params.count) {
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
    let factor = inverseSqrt(total(squares, lane) / f32(WIDTH) + params.f);
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
