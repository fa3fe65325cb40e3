use kinora_contract::plan::Subject;

use super::*;
use crate::compositor::image::PaddedImage;

const SIDE: usize = 16;
const EXTENT: f32 = 1.25;
const RED: [f32; 4] = [1.0, 0.0, 0.0, 1.0];
const GREEN: [f32; 4] = [0.0, 1.0, 0.0, 1.0];
const BLUE: [f32; 4] = [0.0, 0.0, 1.0, 1.0];

/// A subject whose own frame is `pixels` wide on a screen of 16 × 16.
fn subject(x: f32, y: f32, pixels: f32) -> Subject {
    Subject {
        x,
        y,
        r: pixels / SIDE as f32 / EXTENT,
        cos: 1.0,
        sin: 0.0,
        visible: 1.0,
        depth: 0.0,
        mouth: 0.0,
    }
}

fn flat(colour: [f32; 4], size: usize) -> PaddedImage {
    PaddedImage::new(size, vec![colour; size * size])
}

/// Lays pictures over a black screen; red, green and blue of every pixel in 0..1.
fn laid<const N: usize>(layers: [(Subject, PaddedImage); N], front: f32) -> Vec<[f32; 3]> {
    let mut state = Subframe::EMPTY;
    let mut pictures = [const { None }; SUBJECTS];
    for (s, (subject, picture)) in layers.into_iter().enumerate() {
        state.subjects[s] = subject;
        pictures[s] = Some(picture);
    }
    let canvas = Canvas::painted(
        &pictures,
        (&state, &[Pose::PLAIN; SUBJECTS]),
        EXTENT,
        (SIDE, SIDE),
    );
    let black = Background::new(SIDE, vec![[-1.0, -1.0, -1.0, front]; SIDE * SIDE]);
    let screen = composite_over(&black, &canvas);
    let pixels = screen.as_chunks::<3>().0;
    pixels.iter().map(|p| p.map(|v| (v + 1.0) / 2.0)).collect()
}

fn close(a: [f32; 3], b: [f32; 3]) -> bool {
    a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5)
}

/// An 8 × 8 picture without any symmetry.
fn uneven() -> Vec<[f32; 4]> {
    let shade = |i: usize| (i * 37 % 64) as f32 / 64.0;
    (0..64)
        .map(|i| [shade(i), shade(i + 5), shade(i * i), 1.0])
        .collect()
}

#[test]
fn a_layer_as_large_as_its_pixels_gives_these_pixels() {
    let pixels = uneven();
    let screen = laid(
        [(subject(0.0, 0.0, 8.0), PaddedImage::new(8, pixels.clone()))],
        0.0,
    );
    for (row, col) in (0..SIDE).flat_map(|r| (0..SIDE).map(move |c| (r, c))) {
        let inside = (4..12).contains(&row) && (4..12).contains(&col);
        let want = if inside {
            let [r, g, b, _] = pixels[(row - 4) * 8 + col - 4];
            [r, g, b]
        } else {
            [0.0; 3]
        };
        let got = screen[row * SIDE + col];
        assert!(close(got, want), "({row}, {col}): {got:?}, not {want:?}");
    }
}

#[test]
fn a_quarter_turn_takes_the_right_side_down() {
    let pixels = uneven();
    let mut turned = subject(0.0, 0.0, 8.0);
    // The direction of its own right side on the screen, at a length that a planner might write.
    (turned.cos, turned.sin) = (0.0, 0.6);
    let screen = laid([(turned, PaddedImage::new(8, pixels.clone()))], 0.0);
    for (row, col) in (0..8).flat_map(|r| (0..8).map(move |c| (r, c))) {
        let [r, g, b, _] = pixels[row * 8 + col];
        let got = screen[(4 + col) * SIDE + 4 + 7 - row];
        assert!(close(got, [r, g, b]), "({row}, {col}): {got:?}");
    }
}

#[test]
fn what_is_nearer_hides_and_of_equals_the_first_is_on_top() {
    let at_depths = |depths: [f32; 3]| {
        let layer = |depth: f32, colour| {
            let mut subject = subject(0.0, 0.0, 8.0);
            subject.depth = depth;
            (subject, flat(colour, 8))
        };
        let [a, b, c] = depths;
        laid([layer(a, RED), layer(b, GREEN), layer(c, BLUE)], 0.0)[8 * SIDE + 8]
    };
    assert!(close(at_depths([0.0, 0.0, 0.0]), [1.0, 0.0, 0.0]));
    assert!(close(at_depths([0.004, 0.0, -0.005]), [1.0, 0.0, 0.0]));
    assert!(close(at_depths([0.5, 0.1, 0.3]), [0.0, 1.0, 0.0]));
    assert!(close(at_depths([0.1, 0.0, -0.3]), [0.0, 0.0, 1.0]));
}

#[test]
fn half_covered_subjects_let_what_is_behind_through() {
    let glass = [0.5, 0.0, 0.0, 0.5];
    let layers = [
        (subject(0.0, 0.0, 8.0), flat(glass, 8)),
        (subject(0.0, 0.0, 8.0), flat(GREEN, 8)),
    ];
    assert!(close(laid(layers, 0.0)[8 * SIDE + 8], [0.5, 0.5, 0.0]));
}

#[test]
fn what_stands_in_front_hides_the_subjects() {
    let covered_by = |front: f32| {
        let layer = (subject(0.0, 0.0, 8.0), flat(RED, 8));
        laid([layer], front)[8 * SIDE + 8]
    };
    assert!(close(covered_by(1.0), [0.0; 3]));
    assert!(close(covered_by(0.25), [0.75, 0.0, 0.0]));
}

#[test]
fn a_frame_is_the_place_the_subjects_and_the_lens_in_this_order() {
    let config = LayerConfig {
        size: 4,
        extent: 1.3,
        mean_channels: 1,
        detail_channels: [1; 3],
        mouth_channels: 1,
        sharpness: 1.0,
    };
    let mut weights = Weights::new();
    // Whatever the latents, the place is flat, and the subject is as red as can be.
    for (name, shape, value) in [
        ("decoder.basis", vec![3072, 48], 0.0),
        ("decoder.mean", vec![3072], 0.5),
        ("decoder.front_basis", vec![1024, 48], 0.0),
        ("decoder.front_mean", vec![1024], 0.25),
        ("decoder.std", vec![48], 1.0),
        ("layers.basis", vec![64, 1], 0.0),
        ("layers.detail", vec![64, 1], 0.0),
        ("layers.mouth", vec![64, 1], 0.0),
        ("layers.std", vec![4], 1.0),
    ] {
        let values = vec![value; shape.iter().product()];
        weights.insert_f32(name, &shape, values).unwrap();
    }
    let red = RED.repeat(16);
    weights.insert_f32("layers.mean", &[64], red).unwrap();
    let compositor = Compositor::new(&config, &weights).unwrap();

    let mut state = Subframe::EMPTY;
    state.subjects[0] = subject(0.0, 0.0, 1e6);
    state.camera.pan_x = 0.25;
    let mut plan = Plan::empty(2);
    for frame in 0..3 {
        assert!(plan.set_frame(frame, &state));
    }
    let grid = Grid::of_clip(32, 32, 5);
    let shot = Shot::new(
        grid,
        plan.plate(1.0),
        Effects::default(),
        Lens::Cinematic,
        12.0,
    );
    let video = vec![1.0; 192];
    let of = |pictures: &ReferenceImages, index: usize, subframes: Range<usize>| {
        let layers = compositor.layers(&[1.0; 12], &plan, index, pictures);
        let background = compositor.background(&video, grid, index, pictures);
        let latent = LatentFrame {
            index,
            before: 0,
            background: &background,
            layers: &layers,
            references: pictures,
        };
        compositor.frames(latent, &plan, &shot, subframes)
    };
    let nothing = ReferenceImages::default();
    let (first, next) = (of(&nothing, 0, 0..1), of(&nothing, 1, 1..4));
    let frame = 32 * 32 * 3;
    assert_eq!((first.len(), next.len()), (frame, 3 * frame));
    let pixel = |frames: &[f32], at: usize| [frames[at], frames[at + 1], frames[at + 2]];
    let middle = (16 * 32 + 16) * 3;
    // Three quarters of the red are seen before a quarter of the place.
    let with_subject = [0.875, -0.625, -0.625];
    assert_eq!(pixel(&first, middle), with_subject);
    assert_eq!(pixel(&next, middle), with_subject);
    // Nobody is there in the last frame.
    assert_eq!(pixel(&next, 2 * frame + middle), [0.5; 3]);
    assert_eq!(pixel(&next, 2 * frame), [-1.0; 3]);
    let corner = pixel(&next, 2 * frame + (3 * 32) * 3)[0];
    assert!((-0.4..0.2).contains(&corner), "{corner}");

    // What is given is seen as it is, with nothing in front of it.
    let half = [0.0, 0.5, 0.0, 0.5];
    let mut given = ReferenceImages::default();
    given.cutouts[0] = Some(compositor.cutout(vec![half; 16]));
    let place = Background::new(32, vec![[0.25, 0.5, -0.75, 0.0]; 32 * 32]);
    assert_eq!(
        pixel(&of(&given, 1, 1..4), middle),
        [-0.0625, 0.6875, -0.0625]
    );
    given.background = Some(compositor.reference_background(place, grid));
    assert_eq!(pixel(&of(&given, 1, 1..4), middle), [-0.375, 0.75, -0.875]);
    assert_eq!(pixel(&of(&given, 0, 0..1), middle), [-0.375, 0.75, -0.875]);
}

#[test]
fn a_small_subject_keeps_its_light_wherever_it_is() {
    // A chequered picture of 32 pixels on 6 of the screen: a sample per pixel would see one colour or the other.
    let chequer = (0..32 * 32).map(|i| {
        if (i / 32 + i) % 2 == 0 {
            RED
        } else {
            [0.0, 0.0, 0.0, 1.0]
        }
    });
    let picture = PaddedImage::new(32, chequer);
    let mut total = Vec::new();
    for step in 0..8 {
        let layer = (subject(step as f32 * 0.03, 0.0, 6.0), picture.clone());
        let red = laid([layer], 0.0).iter().map(|[r, ..]| r).sum::<f32>();
        total.push(red);
    }
    assert!(
        total.iter().all(|red| (red - 18.0).abs() < 1.0),
        "{total:?}"
    );
}

#[test]
fn who_is_absent_beside_the_picture_or_nowhere_changes_nothing() {
    let nowhere = Subject {
        x: f32::NAN,
        y: f32::INFINITY,
        ..subject(0.0, 0.0, 8.0)
    };
    for subject in [
        Subject::ABSENT,
        subject(-9.0, 0.0, 8.0),
        subject(0.0, 9.0, 8.0),
        nowhere,
    ] {
        let screen = laid([(subject, flat(RED, 8))], 0.0);
        assert!(screen.iter().all(|p| *p == [0.0; 3]), "{subject:?}");
    }
    let huge = laid([(subject(0.0, 0.0, 1e9), flat(RED, 8))], 0.0);
    assert!(huge.iter().all(|p| close(*p, [1.0, 0.0, 0.0])));
}
