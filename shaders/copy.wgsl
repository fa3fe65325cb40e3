// Copies a block of rows between tensors of different widths: slices, concatenation, and values that need their own memory.
struct CopyParams {
    // Elements of the block.
    count: u32,
    // Columns of the block.
    columns: u32,
    // Columns of x.
    source_columns: u32,
    // Index in x of the block's first element.
    source_start: u32,
    // Columns of out.
    target_columns: u32,
    // Index in out of the block's first element.
    target_start: u32,
}

@group(0) @binding(0) var<uniform> params: CopyParams;
@group(0) @binding(1) var<storage, ACCESS> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

#include shared/elements.wgsl

fn compute(i: u32) {
    let row = i / params.columns;
    let column = i % params.columns;
    out[params.target_start + row * params.target_columns + column] =
        x[params.source_start + row * params.source_columns + column];
}
