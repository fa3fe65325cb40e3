//! The rope that suspends a pendulum from its fixed anchor.

use kinora_contract::plan::Subframe;

use super::capsule::Capsule;
use crate::vocabulary::{Style, Time};

/// Half the width of the rope in world units.
const RADIUS: f32 = 0.016;

/// Rope of a pendulum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SuspensionRope {
    colour: [f32; 3],
}

impl SuspensionRope {
    /// Anchor in world space, above the visible frame of a camera at rest.
    pub const ANCHOR: [f32; 2] = [0.0, -1.12];
    /// Distance of the knot from the centre of the load, in radii of the load, which is drawn over the rope.
    pub const KNOT: f32 = 0.85;

    /// Builds the rope of a scene; its colour follows the light.
    pub fn of(time: Time, style: Style) -> Self {
        let colour = match (style, time) {
            (Style::Animated, _) => [0.10, 0.08, 0.10],
            (_, Time::Night) => [0.22, 0.19, 0.16],
            (_, Time::Sunset) => [0.34, 0.23, 0.14],
            (_, Time::Day) => [0.31, 0.23, 0.15],
        };
        Self { colour }
    }

    /// Returns the RGB colour, 0 ..= 1.
    pub fn colour(self) -> [f32; 3] {
        self.colour
    }

    /// Builds the capsule from the anchor to the knot, `knot` world units from the load's centre.
    pub fn capsule(load: [f32; 2], knot: f32) -> Capsule {
        let [x, y] = load;
        let (up_x, up_y) = (Self::ANCHOR[0] - x, Self::ANCHOR[1] - y);
        let length = (up_x * up_x + up_y * up_y).sqrt().max(1e-3);
        let knot = knot / length;
        Capsule {
            ends: [Self::ANCHOR, [x + up_x * knot, y + up_y * knot]],
            radius: RADIUS,
            opacity: 1.0,
        }
    }

    /// Blends the rope behind subject 1 into background pixels `[height * width]` in −1 ..= 1, seen by the camera of
    /// `state`. The fourth channel stays.
    pub fn draw(self, pixels: &mut [[f32; 4]], width: usize, state: &Subframe) {
        let (subject, camera) = (&state.subjects[0], &state.camera);
        if !subject.is_present() {
            return;
        }
        let (x, y) = camera.back(subject.x, subject.y);
        let capsule = Self::capsule([x, y], Self::KNOT * subject.r / camera.zoom);
        capsule.draw(pixels, width, camera, |_| self.colour);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kinora_contract::plan::Subject;

    #[test]
    fn spans_from_the_top_of_the_frame_to_the_load() {
        let mut state = Subframe::EMPTY;
        let mut pixels = vec![[1.0, 1.0, 1.0, 0.0]; 64 * 64];
        let rope = SuspensionRope::of(Time::Day, Style::Animated);
        rope.draw(&mut pixels, 64, &state);
        assert!(pixels.iter().all(|it| it[0] == 1.0), "no load, no rope");
        state.subjects[0] = Subject {
            x: 0.0,
            y: 0.2,
            r: 0.25,
            cos: 1.0,
            sin: 0.0,
            visible: 1.0,
            depth: 0.0,
            mouth: 0.0,
        };
        rope.draw(&mut pixels, 64, &state);
        let dark = |row: usize, col: usize| pixels[row * 64 + col][0] < 0.5;
        // The knot is at y = 0.2 - 0.85 * 0.25, in row 31. The cover channel stays.
        assert!((0..30).all(|row| dark(row, 31) || dark(row, 32)));
        assert!((34..64).all(|row| !dark(row, 31) && !dark(row, 32)));
        assert!(pixels.iter().all(|it| it[3] == 0.0));
    }
}
