// softmax(scale · q kᵀ + bias) v per head with a running maximum: no score ever reaches global memory.
// A workgroup holds QUERIES rows of one head; SPLITS threads share a row, each over every SPLITS-th key, and merge.
#include shared/params.wgsl
@group(0) @binding(1) var<storage, read_write> q: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> k: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> v: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> out: array<vec4<f32>>;
#if BIAS
@group(0) @binding(5) var<storage, read_write> bias: array<f32>;
#endif

#if MERGE
var<workgroup> tops: array<f32, QUERIES * SPLITS>;
var<workgroup> sums: array<f32, QUERIES * SPLITS>;
var<workgroup> parts: array<vec4<f32>, QUERIES * SPLITS * QUADS>;
#endif

@compute @workgroup_size(QUERIES * SPLITS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let queries = params.count;
    let keys = params.a;
    let head = group.y;
    let split = thread % SPLITS;
    let wanted = params.start + group.x * QUERIES + thread / SPLITS;
    let row = min(wanted, queries - 1u);
    let start = (row * HEADS + head) * QUADS;
#repeat I QUADS
    let q_$I = q[start + $Iu] * params.f;
    var sum_$I = vec4<f32>();
#end
    var top = -3.0e38;
    var weight = 0.0;
    for (var j = split; j < keys; j += SPLITS) {
        let at = (j * HEADS + head) * QUADS;
        var score = 0.0;
#repeat I QUADS
        score += dot(q_$I, k[at + $Iu]);
#end
#if BIAS
        score += bias[(head * queries + row) * keys + j];
#endif
        if (score > top) {
            let shrink = exp(max(top - score, -87.0)) * select(1.0, 0.0, top < -2.9e38);
            weight *= shrink;
#repeat I QUADS
            sum_$I *= shrink;
#end
            top = score;
        }
        let p = exp(max(score - top, -87.0));
        weight += p;
#repeat I QUADS
        sum_$I += p * v[at + $Iu];
#end
    }
#if MERGE
    tops[thread] = top;
    sums[thread] = weight;
#repeat I QUADS
    parts[thread * QUADS + $Iu] = sum_$I;
#end
    workgroupBarrier();
    let first = thread - split;
    var peak = tops[first];
    for (var i = 1u; i < SPLITS; i++) {
        peak = max(peak, tops[first + i]);
    }
    var all = 0.0;
    for (var i = 0u; i < SPLITS; i++) {
        all += sums[first + i] * exp(max(tops[first + i] - peak, -87.0));
    }
    if (wanted >= queries) {
        return;
    }
    for (var quad = split; quad < QUADS; quad += SPLITS) {
        var merged = vec4<f32>();
        for (var i = 0u; i < SPLITS; i++) {
            merged += parts[(first + i) * QUADS + quad] * exp(max(tops[first + i] - peak, -87.0));
        }
        out[start + quad] = merged / all;
    }
#else
    if (wanted >= queries) {
        return;
    }
#repeat I QUADS
    out[start + $Iu] = sum_$I / weight;
#end
#endif
}
