// What changes between dispatches of one pipeline. Sizes that do not change are constants of the pipeline.
struct Params {
    // Rows, or elements, of the whole op.
    count: u32,
    // The first tile, row or element of this dispatch.
    start: u32,
    // Free for the kernel.
    a: u32,
    b: u32,
    c: u32,
    d: u32,
    e: u32,
    f: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
