use super::*;

/// Numbers without a pattern, in −0.5..0.5.
fn scattered(count: usize, salt: usize) -> Vec<f32> {
    let number = |i: usize| ((i * 7919 + salt * 104_729) % 1009) as f32 / 1009.0 - 0.5;
    (0..count).map(number).collect()
}

/// A picture without any symmetry.
fn uneven(width: usize, height: usize) -> Background {
    let values = scattered(width * height * 4, 3);
    Background::new(width, values.as_chunks::<4>().0.to_vec())
}

/// The definition, pixel by pixel: four neighbours and their shares.
fn naive(place: &Background, plate: &CameraState, camera: &CameraState) -> Vec<[f32; 4]> {
    let (width, height) = place.size();
    let half = height as f32 / 2.0;
    let mut pixels = Vec::new();
    for (row, col) in (0..height).flat_map(|r| (0..width).map(move |c| (r, c))) {
        let x = (col as f32 + 0.5 - width as f32 / 2.0) / half;
        let y = (row as f32 + 0.5 - half) / half;
        let (x, y) = camera.back(x, y);
        let (x, y) = plate.project(x, y);
        let x = (x * half + width as f32 / 2.0 - 0.5).clamp(0.0, width as f32 - 1.0);
        let y = (y * half + half - 0.5).clamp(0.0, height as f32 - 1.0);
        let mut sum = [0.0; 4];
        for (r, c) in (0..height).flat_map(|r| (0..width).map(move |c| (r, c))) {
            let share = |a: f32, b: usize| (1.0 - (a - b as f32).abs()).max(0.0);
            let share = share(x, c) * share(y, r);
            for (sum, value) in sum.iter_mut().zip(place.pixels[r * width + c]) {
                *sum += share * value;
            }
        }
        pixels.push(sum);
    }
    pixels
}

#[test]
fn a_camera_sees_its_part_of_the_stage() {
    let cameras = [(0.3, -0.2, 1.0), (-0.4, 0.1, 1.3), (0.05, 0.6, 1.15)];
    let cameras = cameras.map(|(pan_x, pan_y, zoom)| CameraState { pan_x, pan_y, zoom });
    let place = uneven(24, 16);
    let plate = CameraState::around(cameras, 1.5);
    // The last one looks beyond the plate, where its border goes on.
    let beyond = CameraState {
        pan_x: 2.0,
        ..cameras[0]
    };
    for camera in cameras.iter().chain([&beyond]) {
        let got = place.reprojected(&plate, camera);
        let want = naive(&place, &plate, camera);
        assert_eq!(got.pixels.len(), want.len());
        for (got, want) in got.pixels.iter().zip(want) {
            assert!(got.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-4));
        }
    }
}

#[test]
fn who_sees_what_the_stage_shows_sees_the_picture() {
    let place = uneven(24, 16);
    assert_eq!(
        place.reprojected(&CameraState::AT_REST, &CameraState::AT_REST),
        place
    );
    let camera = CameraState {
        pan_x: 0.3,
        pan_y: 0.1,
        zoom: 1.2,
    };
    let moved = place.reprojected(&CameraState::around([camera], 1.5), &camera);
    for (got, want) in moved.pixels.iter().zip(&place.pixels) {
        assert!(got.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-4));
    }
}

#[test]
fn a_pan_by_whole_pixels_moves_them() {
    let place = uneven(24, 16);
    let panned = CameraState {
        pan_x: 3.0 / 8.0,
        pan_y: -2.0 / 8.0,
        zoom: 1.0,
    };
    let got = place.reprojected(&CameraState::AT_REST, &panned);
    for (row, col) in (0..14).flat_map(|r| (3..24).map(move |c| (r, c))) {
        let (got, want) = (
            got.pixels[row * 24 + col],
            place.pixels[(row + 2) * 24 + col - 3],
        );
        assert!(got.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-5));
    }
}

#[test]
fn cameras_that_a_planner_should_not_make_do_no_harm() {
    for zoom in [0.0, f32::NAN, f32::INFINITY, -1.0] {
        let camera = CameraState {
            zoom,
            ..CameraState::AT_REST
        };
        let seen = uneven(24, 16).reprojected(&CameraState::AT_REST, &camera);
        assert!(seen.pixels.iter().flatten().all(|value| value.is_finite()));
    }
}

#[test]
fn a_latent_frame_decodes_as_the_formulas_say() {
    let grid = Grid {
        latent_frames: 1,
        rows: 1,
        cols: 2,
    };
    let weights: Vec<(&str, Vec<usize>, Vec<f32>)> = [
        ("decoder.basis", vec![PATCH_PIXELS * 3, 48]),
        ("decoder.mean", vec![PATCH_PIXELS * 3]),
        ("decoder.front_basis", vec![PATCH_PIXELS, 48]),
        ("decoder.front_mean", vec![PATCH_PIXELS]),
        ("decoder.std", vec![48]),
    ]
    .into_iter()
    .enumerate()
    .map(|(salt, (name, shape))| {
        let data = scattered(shape.iter().product(), salt);
        (name, shape, data)
    })
    .collect();
    let mut stored = Weights::new();
    for (name, shape, data) in &weights {
        stored.insert_f32(*name, shape, data.clone()).unwrap();
    }
    let decoder = BackgroundCodec::new(&stored).unwrap();
    let tokens = scattered(2 * 192, 9);
    let [basis, mean, front_basis, front_mean, std] =
        std::array::from_fn(|i| weights[i].2.as_slice());
    // Row 20, column 37 is in the second token's lower left patch.
    let latent = &tokens[192 + 2 * 48..][..48];
    let value = |basis: &[f32], mean: &[f32], at: usize| -> f32 {
        let row = &basis[at * 48..][..48];
        let products = row.iter().zip(latent).zip(std).map(|((b, z), s)| b * z * s);
        products.sum::<f32>() + mean[at]
    };
    let wanted = |i: usize| -> [f32; 4] {
        let at = (i * 16 + 4) * 16 + 5;
        let colour = |v| value(basis, mean, at * 3 + v);
        let front = value(front_basis, front_mean, at);
        [colour(0), colour(1), colour(2), front]
    };
    let close = |got: [f32; 4], mut want: [f32; 4]| {
        want[3] = want[3].clamp(0.0, 1.0);
        assert!(got.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-5));
    };
    let of = |index: usize, subframe: usize| {
        let plate = decoder.decode(&tokens, grid, index);
        Background::of_subframe(&plate, subframe, 64)
    };
    assert_eq!(of(1, 2).size(), (64, 32));
    close(of(1, 2).pixels[20 * 64 + 37], wanted(2));
    let mean_of = |at: usize| mean[at];
    let all = [0, 1, 2, 3].map(wanted);
    let mean = std::array::from_fn(|v| all.iter().map(|it| it[v]).sum::<f32>() / 4.0);
    close(of(0, 3).pixels[20 * 64 + 37], mean);

    // A picture's token by the definition, for the same patch: one row of the code per value, weighted where it is front.
    let place = uneven(64, 32);
    let got = &decoder.encode(&place, grid)[192 + 2 * 48..][..48];
    for (channel, got) in got.iter().enumerate() {
        let mut want = 0.0;
        for at in 0..PATCH_PIXELS {
            let pixel = place.pixels[(16 + at / 16 % 16) * 64 + 32 + at % 16];
            for v in 0..3 {
                want += (pixel[v] - mean_of(at * 3 + v)) * basis[(at * 3 + v) * 48 + channel];
            }
            want -= 4.0 * front_mean[at] * front_basis[at * 48 + channel];
        }
        let want = want / std[channel];
        assert!(
            (got - want).abs() < 1e-3 * want.abs().max(1.0),
            "{got}, not {want}"
        );
    }
}
