//! Parity of all that makes frames: the place, the layers over it, and their nets.

use kinora_contract::plan::{Plan, SUBFRAMES, SUBJECTS, latent_frames, subframe_of};
use kinora_engine::{Cancel, Executor};
use serde::Deserialize;

use super::{Golden, TOLERANCE, expect, on_each_executor, write};
use crate::canvas::Canvas;
use crate::decoder::{Chunk, RefinerConfig, decoder_graph};
use crate::dit::Grid;
use crate::layers::{LayerConfig, LayerDecoder, layer_refiner_graph, mouth};
use crate::lens::Lens;
use crate::overlay::lay_over;
use crate::place::{LATENT_CHANNELS, Place, PlaceDecoder};

#[test]
fn decoder_matches_training_chunk_by_chunk() {
    let golden = Golden::open("decoder_toy", "");
    let config = golden.config::<RefinerConfig>();
    let shape = golden.shape("in.base");
    let (frames, height, width) = (shape[0], shape[1], shape[2]);
    let base = golden.values("in.base");
    let want = channels_last(&golden.values("out.frames"), height, width);
    assert_eq!(want.len(), base.len());
    let grid = Grid::of_clip(width, height, frames);
    let first = decoder_graph(&config, grid, Chunk::First).unwrap();
    let next = decoder_graph(&config, grid, Chunk::Next).unwrap();
    let pixels = height * width * 3;
    on_each_executor(&first, &golden.weights, async |executor, handle| {
        write(executor, handle, &[("base", base[..pixels].to_vec())]).await;
        executor.run(handle, &Cancel::new()).await.unwrap();
        expect(executor, handle, "frames", &want[..pixels]).await;
        let mut previous = executor.read(handle, "last").await.unwrap();
        let handle = executor.load(&next, &golden.weights).await.unwrap();
        for from in (1..frames).step_by(4) {
            let chunk = from * pixels..(from + 4) * pixels;
            let base = base[chunk.clone()].to_vec();
            write(executor, handle, &[("base", base), ("previous", previous)]).await;
            executor.run(handle, &Cancel::new()).await.unwrap();
            expect(executor, handle, "frames", &want[chunk]).await;
            previous = executor.read(handle, "last").await.unwrap();
        }
    });
}

#[test]
fn a_camera_sees_the_place_as_in_training() {
    let golden = Golden::open("place_toy", "");
    let decoder = PlaceDecoder::new(&golden.weights).unwrap();
    let shape = golden.shape("in.z");
    let (latent_frames, h, w) = (shape[1], shape[2], shape[3]);
    let plan = Plan::from_rows(latent_frames, golden.values("in.plan")).unwrap();
    let stage = plan.stage(w as f32 / h as f32);
    let grid = Grid {
        latent_frames,
        rows: h / 2,
        cols: w / 2,
    };
    let mut places = Vec::new();
    for (j, z) in golden
        .values("in.z")
        .chunks_exact(h * w * LATENT_CHANNELS)
        .enumerate()
    {
        let tokens = patchify(z, h, w);
        match j {
            0 => places.push(decoder.first(&tokens, grid, true)),
            _ => places.extend(decoder.subframes(&tokens, grid, 0..SUBFRAMES, true)),
        }
    }
    let seen = |(frame, place): (usize, &Place)| {
        let camera = plan.frame(frame).unwrap().camera;
        place.seen(&stage, &camera).pixels().concat()
    };
    let seen: Vec<f32> = places.iter().enumerate().flat_map(seen).collect();
    expect_close(&golden, "out.ground", &seen);
    let lens = Lens::of_style(&golden.config::<Styled>().style);
    let light = lens.light(grid.pixel_width(), grid.pixel_height());
    expect_close(&golden, "out.light", &light);
}

#[derive(Deserialize)]
struct Styled {
    style: String,
}

#[test]
fn layers_are_laid_over_as_in_training() {
    let golden = Golden::open("layers_toy", "");
    let config = golden.config::<LayerConfig>();
    let decoder = LayerDecoder::new(&config, &golden.weights).unwrap();
    let shape = golden.shape("in.front");
    let (frames, height, width) = (shape[0], shape[1], shape[2]);
    let plan = Plan::from_rows(latent_frames(frames), golden.values("in.plan")).unwrap();
    let (tokens, front) = (golden.values("in.tokens"), golden.values("in.front"));
    let tokens = tokens.chunks_exact(SUBJECTS * config.dim()).enumerate();
    let layers: Vec<_> = tokens
        .map(|(j, tokens)| decoder.decode(tokens, [true; SUBJECTS], mouth(&plan, j)))
        .collect();
    let (mut clear, mut over) = (Vec::new(), Vec::new());
    for (frame, front) in front.chunks_exact(height * width).enumerate() {
        let (j, i) = subframe_of(frame);
        let picture = |s: usize| layers[j][s].as_ref().map(|it| decoder.picture(it, i));
        let pictures = std::array::from_fn(picture);
        let state = plan.frame(frame).unwrap();
        let canvas = Canvas::painted(&pictures, &state, config.extent, (width, height));
        let on_flat = |value: f32| {
            let pixels = front.iter().map(|front| [value, value, value, *front]);
            lay_over(&Place::new(width, pixels.collect()), &canvas)
        };
        let alone = on_flat(0.0);
        clear.extend(
            on_flat(1.0)
                .iter()
                .zip(&alone)
                .map(|(both, over)| both - over),
        );
        over.extend(alone);
    }
    expect_close(&golden, "out.clear", &clear);
    expect_close(&golden, "out.over", &over);
}

#[test]
fn the_layers_net_matches_training() {
    let golden = Golden::open("layer_refiner_toy", "layer_refine.");
    let config = golden.config::<RefinerConfig>();
    let size = golden.shape("in.pictures")[2];
    // [sub-frame, row, col, rgba] → [row, col, sub-frame, rgba].
    let by_pixel = |values: Vec<f32>| -> Vec<f32> {
        let per_frame = size * size * 4;
        let pixels = (0..size * size).flat_map(|at| (0..4).map(move |i| i * per_frame + at * 4));
        pixels.flat_map(|at| values[at..at + 4].to_vec()).collect()
    };
    let layer = by_pixel(golden.values("in.pictures"));
    let want = by_pixel(golden.values("out.refined"));
    let graph = layer_refiner_graph(size, &config).unwrap();
    on_each_executor(&graph, &golden.weights, async |executor, handle| {
        write(executor, handle, &[("layer", layer.clone())]).await;
        write(executor, handle, &[("mouth", golden.values("in.mouth"))]).await;
        executor.run(handle, &Cancel::new()).await.unwrap();
        expect(executor, handle, "refined", &want).await;
    });
}

/// What the host computes must be what the golden file has.
fn expect_close(golden: &Golden, name: &str, got: &[f32]) {
    let want = golden.values(name);
    assert_eq!(got.len(), want.len(), "{name}");
    let off = |(at, (got, want)): (usize, (&f32, &f32))| {
        assert!(
            (got - want).abs() <= TOLERANCE,
            "{name} {at}: {got}, not {want}"
        );
    };
    got.iter().zip(&want).enumerate().for_each(off);
}

/// [F, 3, H, W] → [F, H, W, 3].
fn channels_last(values: &[f32], height: usize, width: usize) -> Vec<f32> {
    let plane = height * width;
    let frame = |frame: &[f32]| -> Vec<f32> {
        (0..plane)
            .flat_map(|i| [frame[i], frame[plane + i], frame[2 * plane + i]])
            .collect()
    };
    values.chunks_exact(3 * plane).flat_map(frame).collect()
}

/// One latent frame [h, w, 48] as tokens [h/2 · w/2, 192].
fn patchify(z: &[f32], h: usize, w: usize) -> Vec<f32> {
    let mut tokens = Vec::with_capacity(z.len());
    for (row, col) in (0..h / 2).flat_map(|r| (0..w / 2).map(move |c| (r, c))) {
        for (dy, dx) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let at = ((2 * row + dy) * w + 2 * col + dx) * LATENT_CHANNELS;
            tokens.extend_from_slice(&z[at..at + LATENT_CHANNELS]);
        }
    }
    tokens
}
