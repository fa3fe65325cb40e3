//! Raster sizes: of a clip, and of the layers of its subjects.

use kinora_scene::constants::FRAMES_PER_SECOND;

/// Pixels along a side of a subject's layer.
pub const LAYER_SIZE: usize = 64;
/// Half the side of a subject's layer, in radii of the subject.
pub const LAYER_EXTENT: f32 = 1.3;

/// Size, length and rate of a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Pixel frames; 4n + 1 where a plan or sound tokens are wanted.
    pub frames: usize,
    /// Pixel frames per second, 8 ..= 24.
    pub frames_per_second: u32,
}

impl Shape {
    /// 128 × 128 pixels, 33 frames, 12 frames per second.
    pub const DEFAULT: Self = Self {
        width: 128,
        height: 128,
        frames: 33,
        frames_per_second: FRAMES_PER_SECOND,
    };

    /// Returns width over height.
    pub fn aspect(&self) -> f32 {
        self.width as f32 / self.height as f32
    }
}
