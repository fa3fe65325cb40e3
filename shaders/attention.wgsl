// softmax(scale · q kᵀ + bias) v per head, as an online softmax: no score ever reaches global memory.
// A workgroup computes QUERIES rows of one head. SPLITS threads share a row, each takes every SPLITS-th key, and MERGE
// combines their partial results.
#flags BIAS MERGE
#constants QUADS HEADS QUERIES SPLITS
struct AttentionParams {
    // Rows of q.
    queries: u32,
    // First query of this dispatch.
    first_query: u32,
    // Rows of k and v.
    keys: u32,
    // Multiplies q · k.
    scale: f32,
}

@group(0) @binding(0) var<uniform> params: AttentionParams;
@group(0) @binding(1) var<storage, ACCESS> q: array<vec4<f32>>;
@group(0) @binding(2) var<storage, ACCESS> k: array<vec4<f32>>;
@group(0) @binding(3) var<storage, ACCESS> v: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> out: array<vec4<f32>>;
#if BIAS
@group(0) @binding(5) var<storage, ACCESS> bias: array<f32>;
#endif

#if MERGE
var<workgroup> maxima: array<f32, QUERIES * SPLITS>;
var<workgroup> totals: array<f32, QUERIES * SPLITS>;
var<workgroup> parts: array<vec4<f32>, QUERIES * SPLITS * QUADS>;
#endif

@compute @workgroup_size(QUERIES * SPLITS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let queries = params.queries;
    let keys = params.keys;
    let head = group.y;
    let split = thread % SPLITS;
    let query = params.first_query + group.x * QUERIES + thread / SPLITS;
    let row = min(query, queries - 1u);
    let start = (row * HEADS + head) * QUADS;
#repeat I QUADS
    let q_$I = q[start + $Iu] * params.scale;
    var acc_$I = vec4<f32>();
#end
    var maximum = -3.0e38;
    var sum = 0.0;
    for (var j = split; j < keys; j += SPLITS) {
        let at = (j * HEADS + head) * QUADS;
        var score = 0.0;
#repeat I QUADS
        score += dot(q_$I, k[at + $Iu]);
#end
#if BIAS
        score += bias[(head * queries + row) * keys + j];
#endif
        if (score > maximum) {
            let rescale = exp(max(maximum - score, -87.0)) * select(1.0, 0.0, maximum < -2.9e38);
            sum *= rescale;
#repeat I QUADS
            acc_$I *= rescale;
#end
            maximum = score;
        }
        let p = exp(max(score - maximum, -87.0));
        sum += p;
#repeat I QUADS
        acc_$I += p * v[at + $Iu];
#end
    }
#if MERGE
    maxima[thread] = maximum;
    totals[thread] = sum;
#repeat I QUADS
    parts[thread * QUADS + $Iu] = acc_$I;
#end
    workgroupBarrier();
    let first = thread - split;
    var overall = maxima[first];
    for (var i = 1u; i < SPLITS; i++) {
        overall = max(overall, maxima[first + i]);
    }
    var denominator = 0.0;
    for (var i = 0u; i < SPLITS; i++) {
        denominator += totals[first + i] * exp(max(maxima[first + i] - overall, -87.0));
    }
    if (query >= queries) {
        return;
    }
    for (var quad = split; quad < QUADS; quad += SPLITS) {
        var merged = vec4<f32>();
        for (var i = 0u; i < SPLITS; i++) {
            merged += parts[(first + i) * QUADS + quad] * exp(max(maxima[first + i] - overall, -87.0));
        }
        out[start + quad] = merged / denominator;
    }
#else
    if (query >= queries) {
        return;
    }
#repeat I QUADS
    out[start + $Iu] = acc_$I / sum;
#end
#endif
}
