// Gathers rows of a table [ROWS, WIDTH] by ids stored as f32. An id outside the table gives zeros.
#constants WIDTH ROWS
struct EmbedParams {
    // Elements of out.
    count: u32,
}

@group(0) @binding(0) var<uniform> params: EmbedParams;
@group(0) @binding(1) var<storage, ACCESS> ids: array<f32>;
@group(0) @binding(2) var<storage, ACCESS> table: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

#include shared/elements.wgsl

fn compute(i: u32) {
    let id = ids[i / WIDTH];
    let known = id >= 0.0 && id < f32(ROWS);
    let row = select(0u, u32(max(id, 0.0)), known);
    out[i] = select(0.0, table[row * WIDTH + i % WIDTH], known);
}
