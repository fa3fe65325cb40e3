// One thread per element, spread over two axes because one axis holds 65,535 workgroups at most.
fn element(group: vec3<u32>, groups: vec3<u32>, thread: u32) -> u32 {
    return (group.y * groups.x + group.x) * 64u + thread;
}
