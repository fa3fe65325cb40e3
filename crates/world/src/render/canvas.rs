//! Frame buffer: the background, a premultiplied layer over it, and optional ground truth per pixel.

use kinora_contract::plan::CameraState;

use crate::geometry::vector::V3;
use crate::render::backgrounds::Backdrop;
use crate::render::ground_truth::{Surfel, Truth};

/// Frame buffer.
pub struct Canvas {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Display colours by row.
    pub pixels: Vec<V3>,
    /// Layer: premultiplied colour, and coverage.
    layer: Vec<(V3, f32)>,
    /// Rows of the layer that are not empty.
    used: core::ops::Range<usize>,
    /// Ground truth, filled while drawing.
    pub truth: Option<Truth>,
    /// The subject's frame, if the buffer does not show the screen.
    own: Option<OwnFrame>,
}

/// Square around a subject that follows its position, size and rotation.
#[derive(Clone, Copy, Debug)]
pub struct OwnFrame {
    /// Centre x in screen units.
    pub x: f32,
    /// Centre y.
    pub y: f32,
    /// Half the side in screen units.
    pub half: f32,
    /// Cosine of the rotation on the screen.
    pub cos: f32,
    /// Sine of the rotation on the screen.
    pub sin: f32,
}

/// Rectangle of pixels; ends are exclusive.
pub struct Area {
    /// Height in pixels.
    pub rows: core::ops::Range<usize>,
    /// Width in pixels.
    pub columns: core::ops::Range<usize>,
}

impl Canvas {
    /// Creates an empty frame buffer.
    pub fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            pixels: vec![V3::default(); width * height],
            layer: vec![(V3::default(), 0.0); width * height],
            used: 0..0,
            truth: None,
            own: None,
        }
    }

    /// Creates an empty square buffer of `size` pixels in a subject's frame.
    pub fn of_subject(size: usize, own: OwnFrame) -> Self {
        Self {
            own: Some(own),
            ..Self::new(size, size)
        }
    }

    /// Returns the size of a pixel in screen units.
    pub fn scale(&self) -> f32 {
        2.0 / self.height as f32 * self.own.map_or(1.0, |own| own.half)
    }

    /// Computes the screen position of a pixel's centre.
    pub fn screen(&self, column: usize, row: usize) -> (f32, f32) {
        let scale = self.scale();
        let x = (column as f32 + 0.5 - self.width as f32 * 0.5) * scale;
        let y = (row as f32 + 0.5 - self.height as f32 * 0.5) * scale;
        match self.own {
            None => (x, y),
            Some(own) => (
                own.x + x * own.cos - y * own.sin,
                own.y + x * own.sin + y * own.cos,
            ),
        }
    }

    /// Converts a screen point to pixels from the upper left corner.
    pub fn place(&self, x: f32, y: f32) -> (f32, f32) {
        let (x, y) = match self.own {
            None => (x, y),
            Some(own) => {
                let (dx, dy) = (x - own.x, y - own.y);
                (dx * own.cos + dy * own.sin, dy * own.cos - dx * own.sin)
            }
        };
        let pixels = 1.0 / self.scale();
        (
            x * pixels + self.width as f32 * 0.5,
            y * pixels + self.height as f32 * 0.5,
        )
    }

    /// Returns the pixels within a distance of a screen point; all pixels in a subject's frame.
    pub fn area(&self, x: f32, y: f32, across: f32, down: f32) -> Area {
        if self.own.is_some() {
            return Area {
                rows: 0..self.height,
                columns: 0..self.width,
            };
        }
        let half = self.height as f32 * 0.5;
        let (cx, cy) = (x * half + self.width as f32 * 0.5, y * half + half);
        let range = |middle: f32, reach: f32, limit: usize| {
            let low = ((middle - reach * half - 1.0).max(0.0) as usize).min(limit);
            low..((middle + reach * half + 2.0).max(0.0) as usize).clamp(low, limit)
        };
        Area {
            rows: range(cy, down, self.height),
            columns: range(cx, across, self.width),
        }
    }

    /// Fills the frame with the background seen by a camera.
    pub fn fill(&mut self, backdrop: &Backdrop, view: CameraState) {
        let half = self.height as f32 * 0.5;
        let (middle, centre) = (backdrop.width as f32 * 0.5, backdrop.height as f32 * 0.5);
        let columns: Vec<f32> = (0..self.width)
            .map(|column| (self.screen(column, 0).0 - view.pan_x) / view.zoom * half + middle)
            .collect();
        for (row, line) in self.pixels.chunks_exact_mut(self.width).enumerate() {
            let y = (row as f32 + 0.5 - half) / half;
            let y = (y - view.pan_y) / view.zoom * half + centre;
            for (pixel, x) in line.iter_mut().zip(&columns) {
                *pixel = backdrop.sample(*x, y);
            }
        }
    }

    /// Composites an opaque colour over the layer.
    pub fn put(
        &mut self,
        column: usize,
        row: usize,
        colour: V3,
        cover: f32,
        surfel: impl FnOnce() -> Surfel,
    ) {
        self.put_clear(column, row, colour, (cover, 1.0), surfel);
    }

    /// Composites a colour over the layer. `filled` is the share of the pixel, `solid` the opacity. Ground truth is written where
    /// at least half of the pixel is filled, even by a transparent surface.
    pub fn put_clear(
        &mut self,
        column: usize,
        row: usize,
        colour: V3,
        (filled, solid): (f32, f32),
        surfel: impl FnOnce() -> Surfel,
    ) {
        let cover = filled * solid;
        if cover <= 0.0 {
            return;
        }
        let at = row * self.width + column;
        let (under, before) = self.layer[at];
        self.layer[at] = (
            under * (1.0 - cover) + colour * cover,
            before * (1.0 - cover) + cover,
        );
        self.used = if self.used.is_empty() {
            row..row + 1
        } else {
            self.used.start.min(row)..self.used.end.max(row + 1)
        };
        if let Some(truth) = self.truth.as_mut().filter(|_| filled >= 0.5) {
            truth.set(at, surfel());
        }
    }

    /// Returns the layer: premultiplied colour, and coverage.
    pub fn layer(&self) -> &[(V3, f32)] {
        &self.layer
    }

    /// Clears the layer.
    pub fn wipe(&mut self) {
        self.layer.fill((V3::default(), 0.0));
        self.used = 0..0;
    }

    /// Composites the layer over the picture and clears it.
    pub fn merge(&mut self) {
        let range = self.used.start * self.width..self.used.end * self.width;
        for (pixel, cell) in self.pixels[range.clone()]
            .iter_mut()
            .zip(&mut self.layer[range])
        {
            let (colour, cover) = *cell;
            *pixel = *pixel * (1.0 - cover) + colour;
            *cell = (V3::default(), 0.0);
        }
        self.used = 0..0;
    }

    /// Reflects the layer in a glossy ground below pixel row `line`.
    pub fn mirror(&mut self, line: f32, gloss: f32) {
        if gloss <= 0.0 {
            return;
        }
        let first = (line.max(0.0) as usize).min(self.height);
        for row in first..self.height {
            let above = 2.0 * line - row as f32 - 0.5;
            if above < self.used.start as f32 {
                break;
            }
            let source = above as usize;
            if source >= self.used.end || source >= self.height {
                continue;
            }
            let far = (row as f32 - line) / self.height as f32;
            let strength = gloss * (1.0 - 3.2 * far).max(0.0);
            for column in 0..self.width {
                let (colour, cover) = self.layer[source * self.width + column];
                let pixel = &mut self.pixels[row * self.width + column];
                *pixel = *pixel * (1.0 - cover * strength) + colour * strength;
            }
        }
    }
}
