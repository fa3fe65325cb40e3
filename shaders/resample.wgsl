// Pixel shuffle, pixel unshuffle and nearest upsampling of [T, H, W, C]; patchify is an unshuffle by 2.
// One thread per output number. FRAMES… are those of the tensor with more pixels.
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
#if UNSHUFFLE
    // i counts in the packed tensor [T / TIME, H / R, W / R, TIME · R · R · C].
    let packed = TIME * R * R * CHANNELS;
    let within = i % packed;
    let row = i / packed;
    let sub = within / (R * R * CHANNELS);
    let inner = within % (R * R * CHANNELS);
#if CHANNEL_FIRST
    let cell = inner % (R * R);
    let channel = inner / (R * R);
#else
    let cell = inner / CHANNELS;
    let channel = inner % CHANNELS;
#endif
    let column = row % (WIDTH / R) * R + cell % R;
    let line = row / (WIDTH / R) % (HEIGHT / R) * R + cell / R;
    let frame = row / ((WIDTH / R) * (HEIGHT / R)) * TIME + sub;
    out[i] = x[((frame * HEIGHT + line) * WIDTH + column) * CHANNELS + channel];
#else
    let channel = i % CHANNELS;
    let column = i / CHANNELS % WIDTH;
    let line = i / (CHANNELS * WIDTH) % HEIGHT;
    let frame = i / (CHANNELS * WIDTH * HEIGHT);
    let row = ((frame / TIME) * (HEIGHT / R) + line / R) * (WIDTH / R) + column / R;
#if NEAREST
    out[i] = x[row * CHANNELS + channel];
#else
    let cell = line % R * R + column % R;
#if CHANNEL_FIRST
    let inner = channel * R * R + cell;
#else
    let inner = cell * CHANNELS + channel;
#endif
    out[i] = x[(row * TIME + frame % TIME) * R * R * CHANNELS + inner];
#endif
#endif
}
