// Product without workgroup memory: each thread accumulates 8×8 results in registers and reads four k at a time.
// For software adapters, where barriers cost more than repeated loads.
// Needs N, SEGMENTS, SEGMENT_K, source(row, segment), load_a(source, k), load_b(column, segment, k).
@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let column_tiles = (N + 7u) / 8u;
    let tile = params.first_tile + id.x;
    let row = tile / column_tiles * 8u;
    let column = tile % column_tiles * 8u;
    if (row >= params.rows || id.x >= params.tiles) {
        return;
    }
    let last_row = params.rows - 1u;
#repeat I 8
    let row_$I = min(row + $Iu, last_row);
    let column_$I = min(column + $Iu, N - 1u);
    var low_$I = vec4<f32>();
    var high_$I = vec4<f32>();
#end
    for (var segment = 0u; segment < SEGMENTS; segment++) {
#repeat I 8
        let source_$I = source(row_$I, segment);
#end
        for (var k = 0u; k < SEGMENT_K; k += 4u) {
#repeat I 8
            let b_$I = load_b(column_$I, segment, k);
#end
#repeat I 8
            let a_$I = load_a(source_$I, k);
            low_$I += vec4<f32>(dot(a_$I, b_0), dot(a_$I, b_1), dot(a_$I, b_2), dot(a_$I, b_3));
            high_$I += vec4<f32>(dot(a_$I, b_4), dot(a_$I, b_5), dot(a_$I, b_6), dot(a_$I, b_7));
#end
        }
    }
#repeat I 8
    if (row + $Iu < params.rows) {
        store(row + $Iu, column, low_$I);
        if (column + 4u < N) {
            store(row + $Iu, column + 4u, high_$I);
        }
    }
#end
}
