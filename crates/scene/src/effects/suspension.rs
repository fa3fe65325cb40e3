//! The rope of a pendulum, from where it is fixed to what hangs on it.
//!
//! Twins: `rope` in `crates/world/src/render/extras.rs`, and `training/thin.py`.

use kinora_contract::plan::{CameraState, Subframe};

use crate::stroke::Stroke;

/// Where a rope is fixed, in the world: above what is usually seen.
const ANCHOR: [f32; 2] = [0.0, -1.12];
const RADIUS: f32 = 0.016;
/// Where it ends, in radii of what hangs on it from its middle: things are drawn over it.
const KNOT: f32 = 0.85;

/// A rope by its colour, 0..1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rope {
    colour: [f32; 3],
}

impl Rope {
    /// As it looks at a time and in a style, each by its word.
    pub fn of(time: &str, style: &str) -> Self {
        let colour = match (style, time) {
            ("animated", _) => [0.10, 0.08, 0.10],
            (_, "night") => [0.22, 0.19, 0.16],
            (_, "sunset") => [0.34, 0.23, 0.14],
            _ => [0.31, 0.23, 0.15],
        };
        Self { colour }
    }

    /// Draws it behind subject 1 into the pixels `[H · W]` of a place, so many wide, as the camera sees it.
    pub fn draw(self, pixels: &mut [[f32; 4]], width: usize, state: &Subframe) {
        let (subject, camera): (_, &CameraState) = (&state.subjects[0], &state.camera);
        if !subject.is_present() {
            return;
        }
        let (x, y) = camera.back(subject.x, subject.y);
        let (up_x, up_y) = (ANCHOR[0] - x, ANCHOR[1] - y);
        let length = (up_x * up_x + up_y * up_y).sqrt().max(1e-3);
        let knot = KNOT * subject.r / camera.zoom / length;
        let stroke = Stroke {
            ends: [ANCHOR, [x + up_x * knot, y + up_y * knot]],
            radius: RADIUS,
            cover: 1.0,
        };
        stroke.draw(pixels, width, camera, |_| self.colour);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kinora_contract::plan::Subject;

    #[test]
    fn it_leads_from_above_to_what_hangs() {
        let mut state = Subframe::EMPTY;
        let mut pixels = vec![[1.0, 1.0, 1.0, 0.0]; 64 * 64];
        Rope::of("day", "animated").draw(&mut pixels, 64, &state);
        assert!(pixels.iter().all(|it| it[0] == 1.0), "nobody hangs there");
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
        Rope::of("day", "animated").draw(&mut pixels, 64, &state);
        let dark = |row: usize, col: usize| pixels[row * 64 + col][0] < 0.5;
        // The knot is at y = 0.2 - 0.85 * 0.25, in row 31; what stands in front is not changed.
        assert!((0..30).all(|row| dark(row, 31) || dark(row, 32)));
        assert!((34..64).all(|row| !dark(row, 31) && !dark(row, 32)));
        assert!(pixels.iter().all(|it| it[3] == 0.0));
    }
}
