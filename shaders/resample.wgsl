// Pixel shuffle, pixel unshuffle and nearest upsampling of [T, H, W, C]; patchify is an unshuffle by 2.
// One thread per output element. HEIGHT, WIDTH and CHANNELS are those of the tensor with more pixels.
#flags UNSHUFFLE NEAREST CHANNEL_FIRST
#constants R TIME HEIGHT WIDTH CHANNELS
struct ResampleParams {
    // Elements of out.
    count: u32,
}

@group(0) @binding(0) var<uniform> params: ResampleParams;
@group(0) @binding(1) var<storage, ACCESS> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

#include shared/elements.wgsl

fn compute(i: u32) {
#if UNSHUFFLE
    // i indexes the packed tensor [T / TIME, H / R, W / R, TIME · R · R · C].
    let packed = TIME * R * R * CHANNELS;
    let within = i % packed;
    let block = i / packed;
    let sub = within / (R * R * CHANNELS);
    let inner = within % (R * R * CHANNELS);
#if CHANNEL_FIRST
    let cell = inner % (R * R);
    let channel = inner / (R * R);
#else
    let cell = inner / CHANNELS;
    let channel = inner % CHANNELS;
#endif
    let column = block % (WIDTH / R) * R + cell % R;
    let row = block / (WIDTH / R) % (HEIGHT / R) * R + cell / R;
    let frame = block / ((WIDTH / R) * (HEIGHT / R)) * TIME + sub;
    out[i] = x[((frame * HEIGHT + row) * WIDTH + column) * CHANNELS + channel];
#else
    let channel = i % CHANNELS;
    let column = i / CHANNELS % WIDTH;
    let row = i / (CHANNELS * WIDTH) % HEIGHT;
    let frame = i / (CHANNELS * WIDTH * HEIGHT);
    let block = ((frame / TIME) * (HEIGHT / R) + row / R) * (WIDTH / R) + column / R;
#if NEAREST
    out[i] = x[block * CHANNELS + channel];
#else
    let cell = row % R * R + column % R;
#if CHANNEL_FIRST
    let inner = channel * R * R + cell;
#else
    let inner = cell * CHANNELS + channel;
#endif
    out[i] = x[(block * TIME + frame % TIME) * R * R * CHANNELS + inner];
#endif
#endif
}
