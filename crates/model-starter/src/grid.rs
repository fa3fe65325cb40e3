//! The token grid of a clip.

use kinora_contract::plan::SUBJECTS;

/// Size of a clip in tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Grid {
    /// Latent frames.
    pub latent_frames: usize,
    /// Token rows.
    pub rows: usize,
    /// Token columns.
    pub cols: usize,
}

impl Grid {
    /// Pixels along a token's side: 2 latents of 16 pixels.
    pub const TOKEN_PIXELS: usize = 32;

    /// Returns the grid of a clip; sizes are multiples of 32 and frames are 4n + 1.
    pub fn of_clip(width: usize, height: usize, frames: usize) -> Self {
        Self {
            latent_frames: frames.div_ceil(4),
            rows: height / Self::TOKEN_PIXELS,
            cols: width / Self::TOKEN_PIXELS,
        }
    }

    /// Width in pixels.
    pub fn pixel_width(&self) -> usize {
        self.cols * Self::TOKEN_PIXELS
    }

    /// Height in pixels.
    pub fn pixel_height(&self) -> usize {
        self.rows * Self::TOKEN_PIXELS
    }

    /// Video tokens of one latent frame.
    pub fn tokens_per_frame(&self) -> usize {
        self.rows * self.cols
    }

    /// Video tokens of the clip.
    pub fn video_tokens(&self) -> usize {
        self.latent_frames * self.tokens_per_frame()
    }

    /// Layer tokens: a reference per subject, then one per latent frame and subject.
    pub fn layer_tokens(&self) -> usize {
        (self.latent_frames + 1) * SUBJECTS
    }

    /// Video, sound and layer tokens.
    pub fn tokens(&self) -> usize {
        self.video_tokens() + self.latent_frames + self.layer_tokens()
    }
}
