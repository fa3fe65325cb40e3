// Tiled product: slabs of 16 along K pass through workgroup memory, K-major, so that both sides are read as vec4; each
// thread accumulates ROWS×4 results in registers. Needs the same functions as direct.wgsl.
// TILE_M and TILE_N are multiples of 4, and TILE_M / ROWS * TILE_N / 4 = THREADS.
#constants TILE_M TILE_N ROWS THREADS
const SLAB: u32 = 16u;
const A_ROWS: u32 = TILE_M / 4u;
const B_ROWS: u32 = TILE_N / 4u;
const A_BLOCKS: u32 = A_ROWS * 4u;
const B_BLOCKS: u32 = B_ROWS * 4u;

var<workgroup> slab_a: array<vec4<f32>, SLAB * A_ROWS>;
var<workgroup> slab_b: array<vec4<f32>, SLAB * B_ROWS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let first_row = (params.first_tile + group.y) * TILE_M;
    let first_column = group.x * TILE_N;
    let my_column = thread % B_ROWS;
    let my_row = thread / B_ROWS * (ROWS / 4u);
#repeat I ROWS
    var sum_$I = vec4<f32>();
#end
    for (var segment = 0u; segment < SEGMENTS; segment++) {
        for (var slab = 0u; slab < SEGMENT_K; slab += SLAB) {
            for (var block = thread; block < A_BLOCKS + B_BLOCKS; block += THREADS) {
                load_block(block, first_row, first_column, segment, slab);
            }
            workgroupBarrier();
            for (var k = 0u; k < SLAB; k++) {
                let b = slab_b[k * B_ROWS + my_column];
#repeat J ROWS/4
                let a_$J = slab_a[k * A_ROWS + my_row + $Ju];
#end
#repeat I ROWS
                sum_$I += a_#I/4#[#I%4#] * b;
#end
            }
            workgroupBarrier();
        }
    }
    let row = first_row + my_row * 4u;
    let column = first_column + my_column * 4u;
    if (column >= N) {
        return;
    }
#repeat I ROWS
    if (row + $Iu < params.rows) {
        store(row + $Iu, column, sum_$I);
    }
#end
}

// Loads four rows (or columns) by four k and stores them transposed.
fn load_block(block: u32, first_row: u32, first_column: u32, segment: u32, slab: u32) {
    let is_a = block < A_BLOCKS;
    let local = select(block - A_BLOCKS, block, is_a);
    let k = slab + local % 4u * 4u;
    let quad = local / 4u;
    var rows = mat4x4<f32>();
    if (k < SEGMENT_K) {
        if (is_a) {
            let last_row = params.rows - 1u;
#repeat I 4
            rows[$I] = load_a(source(min(first_row + quad * 4u + $Iu, last_row), segment), k);
#end
        } else {
#repeat I 4
            rows[$I] = load_b(min(first_column + quad * 4u + $Iu, N - 1u), segment, k);
#end
        }
    }
    let transposed = transpose(rows);
    let at = local % 4u * 4u;
    if (is_a) {
#repeat I 4
        slab_a[(at + $Iu) * A_ROWS + quad] = transposed[$I];
#end
    } else {
#repeat I 4
        slab_b[(at + $Iu) * B_ROWS + quad] = transposed[$I];
#end
    }
}
