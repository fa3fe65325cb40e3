//! Parity of everything that makes frames: background, layers, compositor and refiners.

use kinora_contract::Style;
use kinora_contract::plan::{Plan, SUBFRAMES, SUBJECTS, latent_frames, subframe_of};
use kinora_engine::{Cancel, Executor};
use kinora_scene::dynamics::motion::Pose;
use kinora_scene::effects::{Lens, LiquidStream, PourSource, Precipitation, SuspensionRope};
use kinora_scene::vocabulary::{Object, Time, Weather};
use serde::Deserialize;

use super::{Golden, TOLERANCE, expect, on_each_executor, write};
use crate::compositor::canvas::Canvas;
use crate::compositor::composite_over;
use crate::grid::Grid;
use crate::latents::background::{Background, BackgroundCodec, LATENT_CHANNELS, PATCH};
use crate::latents::layers::{LayerConfig, LayerDecoder, mouth};
use crate::networks::refiner::{RefinerConfig, refiner_graph};

#[test]
fn the_background_is_reprojected_as_in_training() {
    let golden = Golden::open("place_toy", "");
    let decoder = BackgroundCodec::new(&golden.weights).unwrap();
    let shape = golden.shape("in.z");
    let (latent_frames, h, w) = (shape[1], shape[2], shape[3]);
    let plan = Plan::from_rows(latent_frames, golden.values("in.plan")).unwrap();
    let plate = plan.plate(w as f32 / h as f32);
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
        let plate = decoder.decode(&patchify(z, h, w), grid, j);
        let subframes = if j == 0 { 0..1 } else { 0..SUBFRAMES };
        places.extend(subframes.map(|i| Background::of_subframe(&plate, i, w * PATCH)));
    }
    let seen = |(frame, place): (usize, &Background)| {
        let camera = plan.frame(frame).unwrap().camera;
        place.reprojected(&plate, &camera).pixels().concat()
    };
    let seen: Vec<f32> = places.iter().enumerate().flat_map(seen).collect();
    expect_close(&golden, "out.ground", &seen);
    for (weather, name) in [(Weather::Rain, "rain"), (Weather::Snow, "snow")] {
        let falling = Precipitation::of(weather, Time::Night, Style::Animated).unwrap();
        let size = (grid.pixel_width(), grid.pixel_height());
        let mut frames = vec![0.0; places.len() * size.0 * size.1 * 3];
        for (at, frame) in frames.chunks_exact_mut(size.0 * size.1 * 3).enumerate() {
            let camera = plan.frame(at).unwrap().camera;
            falling.draw(frame, size, &plate, &camera, at as f32 / 12.0);
        }
        expect_close(&golden, &format!("out.{name}"), &frames);
    }
    let lens = Lens::of_style(golden.config::<Styled>().style);
    let light = lens.transmittance(grid.pixel_width(), grid.pixel_height());
    expect_close(&golden, "out.light", &light);
}

#[test]
fn effects_match_the_frozen_golden() {
    let golden = Golden::open("thin_toy", "");
    let plan = Plan::from_rows(6, golden.values("in.plan")).unwrap();
    let [height, width] = golden.config::<Sized>().size;
    let water = LiquidStream::of(
        &plan,
        21,
        12.0,
        PourSource::of(Object::Bottle, Time::Sunset),
    )
    .unwrap();
    let rope = SuspensionRope::of(Time::Sunset, Style::Realistic);
    let (mut poured, mut hung) = (Vec::new(), Vec::new());
    for at in 12..21 {
        let state = plan.frame(at).unwrap();
        let mut frame = vec![0.0; height * width * 3];
        water.draw(&mut frame, width, &state.camera, at as f32 / 12.0);
        poured.extend(frame);
        let mut place = vec![[0.0; 4]; height * width];
        rope.draw(&mut place, width, &state);
        hung.extend(place.iter().flat_map(|&[r, g, b, _]| [r, g, b]));
    }
    expect_close(&golden, "out.water", &poured);
    expect_close(&golden, "out.rope", &hung);
}

#[derive(Deserialize)]
struct Sized {
    size: [usize; 2],
}

#[derive(Deserialize)]
struct Styled {
    style: Style,
}

#[test]
fn layers_are_composited_as_in_training() {
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
        let picture = |s: usize| layers[j][s].as_ref().map(|it| decoder.image(it, i));
        let pictures = std::array::from_fn(picture);
        let state = plan.frame(frame).unwrap();
        let canvas = Canvas::painted(
            &pictures,
            (&state, &[Pose::PLAIN; SUBJECTS]),
            config.extent,
            (width, height),
        );
        let on_flat = |value: f32| {
            let pixels = front.iter().map(|front| [value, value, value, *front]);
            composite_over(&Background::new(width, pixels.collect()), &canvas)
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
fn the_refiners_match_training() {
    for golden in ["place_refiner_toy", "layer_refiner_toy"] {
        let golden = Golden::open(golden, "refine.");
        let config = golden.config::<RefinerConfig>();
        let [height, width] = [2, 3].map(|axis| golden.shape("in.pictures")[axis]);
        // [sub-frame, row, col, rgba] → [row, col, sub-frame, rgba].
        let by_pixel = |values: Vec<f32>| -> Vec<f32> {
            let pixels = height * width;
            let starts = (0..pixels).flat_map(|at| (0..4).map(move |i| (i * pixels + at) * 4));
            starts.flat_map(|at| values[at..at + 4].to_vec()).collect()
        };
        let images = by_pixel(golden.values("in.pictures"));
        let want = by_pixel(golden.values("out.refined"));
        let graph = refiner_graph("refine", &config, [height, width]).unwrap();
        on_each_executor(&graph, &golden.weights, async |executor, handle| {
            let cond = golden.values("in.told");
            write(
                executor,
                handle,
                &[("images", images.clone()), ("cond", cond)],
            )
            .await;
            executor.run(handle, &Cancel::new()).await.unwrap();
            expect(executor, handle, "refined", &want).await;
        });
    }
}

/// Compares host results with an output of a golden.
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
