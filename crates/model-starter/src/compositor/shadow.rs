//! Contact shadows of pictures: the video model draws those of what it draws itself.

use kinora_contract::plan::{CameraState, GROUND_Y, Subject};

use crate::latents::background::Background;

/// Darkness right below a subject that stands on the ground.
const DARKEST: f32 = 0.5;
/// Height above the ground, in radii, over which the shadow fades to half.
const FADING: f32 = 0.9;
/// Height of the ellipse over its width: the camera looks along the ground.
const FLATNESS: f32 = 0.17;

/// Darkens the ground below a subject whose picture has this half width and half height in radii.
pub(super) fn contact_shadow(
    background: &mut Background,
    camera: &CameraState,
    subject: &Subject,
    half: [f32; 2],
) {
    if !(subject.is_present() && subject.is_visible()) {
        return;
    }
    let (width, height) = background.size();
    let pixel = 2.0 / height as f32;
    let ground = camera.project(0.0, GROUND_Y - 0.25 * subject.depth).1;
    let reach = |long: usize, across: usize| {
        let (cos, sin) = (libm::fabsf(subject.cos), libm::fabsf(subject.sin));
        cos * half[long] + sin * half[across]
    };
    let (half_width, half_height) = (reach(0, 1) * subject.r, reach(1, 0) * subject.r);
    let above = ((ground - subject.y - half_height) / subject.r).max(0.0);
    let strength = DARKEST * libm::exp2f(-above / FADING);
    // Farther from the ground, larger and softer.
    let half_width = half_width * (0.9 + 0.25 * above);
    let half_depth = half_width * FLATNESS;
    if !(half_width > 0.0 && strength > 0.01) {
        return;
    }
    let range = |centre: f32, half: f32, pixels: usize| {
        let at = |edge: f32| edge / pixel + pixels as f32 / 2.0;
        // Casts saturate: an ellipse outside of the frame is empty.
        let (from, to) = (at(centre - half) as usize, at(centre + half) + 1.0);
        from..(to as usize).min(pixels)
    };
    let columns = range(subject.x, half_width, width);
    for row in range(ground, half_depth, height) {
        let dy = ((row as f32 + 0.5 - height as f32 / 2.0) * pixel - ground) / half_depth;
        for col in columns.clone() {
            let dx = ((col as f32 + 0.5 - width as f32 / 2.0) * pixel - subject.x) / half_width;
            let inside = (1.0 - dx * dx - dy * dy).max(0.0);
            let kept = 1.0 - strength * inside;
            let colours = background.pixels_mut()[row * width + col]
                .iter_mut()
                .take(3);
            // Colours are in −1..1.
            colours.for_each(|value| *value = (*value + 1.0) * kept - 1.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn darkest(height: f32) -> f32 {
        let mut background = Background::new(32, vec![[1.0, 1.0, 1.0, 0.0]; 32 * 32]);
        let subject = Subject {
            x: 0.0,
            y: GROUND_Y - 0.3 - height,
            r: 0.3,
            cos: 1.0,
            visible: 1.0,
            ..Subject::ABSENT
        };
        contact_shadow(&mut background, &CameraState::AT_REST, &subject, [1.0, 1.0]);
        let red = background.pixels().iter().map(|it| it[0]);
        red.fold(1.0, f32::min)
    }

    #[test]
    fn a_shadow_fades_with_the_height() {
        assert!(darkest(0.0) < 0.2);
        assert!(darkest(0.3) > darkest(0.0) + 0.2);
        assert!(darkest(3.0) > 0.9);
    }
}
