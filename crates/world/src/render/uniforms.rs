//! State shared by all frames of a clip: style, light, camera path, effects.

use kinora_contract::plan::CameraState;
use kinora_scene::effects::{Precipitation, SuspensionRope};
use kinora_scene::vocabulary::Style;

use super::film::grade;
use super::lighting::{Air, Light};
use super::portrait;
use crate::geometry::vector::V3;
use crate::heads::Figurehead;
use crate::spec::SceneSpec;

/// Width of outlines in the animated style, in half image heights.
pub const OUTLINE_WIDTH: f32 = 0.022;
/// Drawings per second of the animated style.
const DRAWINGS_PER_SECOND: u32 = 12;

/// State shared by all frames of a clip.
pub struct Uniforms {
    pub style: Style,
    pub light: Light,
    pub air: Air,
    /// One per pixel frame.
    pub cameras: Vec<CameraState>,
    /// Camera of the background plate, which shows all that `cameras` show.
    pub plate: CameraState,
    pub rope: SuspensionRope,
    pub precipitation: Option<Precipitation>,
    /// The person of a portrait.
    pub figurehead: Option<Figurehead>,
}

/// Frame indices of one drawing.
#[derive(Clone, Copy)]
pub struct Drawing {
    /// Pixel frame, which selects the camera.
    pub frame: usize,
    /// Frame of the poses that are drawn.
    pub shown: usize,
    /// Frame of the poses that the next pixel frame draws.
    pub next: usize,
}

impl Uniforms {
    /// Collects the state of a scene seen by `cameras`, one per pixel frame, at `aspect` (width over height).
    pub fn new(spec: &SceneSpec, cameras: Vec<CameraState>, aspect: f32) -> Self {
        let air = Air::of(spec);
        let light = air.light(spec.style);
        Self {
            style: spec.style,
            light: match spec.portrait {
                Some(_) => portrait::light(spec, light),
                None => light,
            },
            air,
            plate: CameraState::around(cameras.iter().copied(), aspect),
            cameras,
            rope: SuspensionRope::of(spec.time, spec.style),
            precipitation: Precipitation::of(spec.weather, spec.time, spec.style),
            figurehead: spec
                .portrait
                .map(|portrait| Figurehead::of(portrait.head())),
        }
    }

    /// Applies the colour grade of the style.
    pub fn grade(&self, colour: V3) -> V3 {
        grade(colour, self.style)
    }
}

impl Drawing {
    /// Indices of a pixel frame in a clip of `frames`. The animated style holds each drawing for several frames.
    pub fn of(frame: usize, frames: usize, frames_per_second: u32, style: Style) -> Self {
        let after = (frame + 1).min(frames - 1);
        Self {
            frame,
            shown: first_of_drawing(frame, frames_per_second, style),
            next: first_of_drawing(after, frames_per_second, style),
        }
    }
}

/// First frame of the drawing that a frame belongs to.
fn first_of_drawing(frame: usize, frames_per_second: u32, style: Style) -> usize {
    if style != Style::Animated {
        return frame;
    }
    let (rate, fps) = (DRAWINGS_PER_SECOND as usize, frames_per_second as usize);
    let drawing = frame * rate / fps;
    (drawing * fps).div_ceil(rate).min(frame)
}
