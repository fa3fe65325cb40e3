// Copies a block of params.b columns: slices, concatenation, and values that need memory of their own.
// a: columns of the source; c: its first element; d: columns of the target; e: its first element.
#include shared/params.wgsl
@group(0) @binding(1) var<storage, read_write> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

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
    let row = i / params.b;
    let column = i % params.b;
    out[params.e + row * params.d + column] = x[params.c + row * params.a + column];
}
