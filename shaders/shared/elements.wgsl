// Entry point of kernels with one thread per element: calls `compute(i)` for every i below `params.count`.
// The workgroups span two axes, because WebGPU guarantees only 65,535 of them along one.
@compute @workgroup_size(64)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let i = (group.y * groups.x + group.x) * 64u + thread;
    if (i >= params.count) {
        return;
    }
    compute(i);
}
