// Rows of a table by ids that are whole numbers in f32; an id outside the table gives zeros.
#include shared/params.wgsl
@group(0) @binding(1) var<storage, read_write> ids: array<f32>;
@group(0) @binding(2) var<storage, read_write> table: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

#include shared/index.wgsl

@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let i = element(group, groups, thread);
    if (i >= params.count) {
        return;
    }
    let id = ids[i / WIDTH];
    let known = id >= 0.0 && id < f32(ROWS);
    let row = select(0u, u32(max(id, 0.0)), known);
    out[i] = select(0.0, table[row * WIDTH + i % WIDTH], known);
}
