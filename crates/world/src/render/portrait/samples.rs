//! Four samples per pixel of what is nearest: filled by triangles, read by pixel.

use crate::heads::mesh::Part;
use crate::vector::V3;

/// A corner of a triangle.
pub struct Corner {
    /// Place among the samples.
    pub at: (f32, f32),
    /// Nearness, greater is nearer.
    pub depth: f32,
    /// Where it lies in the frame of the head.
    pub local: V3,
    /// Normal in the world, z towards the viewer.
    pub normal: V3,
}

/// What a sample shows.
#[derive(Clone, Copy)]
pub struct Sample {
    /// The surface.
    pub part: Part,
    /// Nearness.
    pub depth: f32,
    /// Where it lies in the frame of the head.
    pub local: V3,
    /// Normal in the world, not of unit length.
    pub normal: V3,
}

/// The samples of a frame, twice as many in each direction as pixels.
pub struct Samples {
    width: usize,
    height: usize,
    cells: Vec<Option<Sample>>,
    /// First and last row of samples that hold something.
    used: (usize, usize),
}

impl Samples {
    /// No samples for a frame of this size in pixels.
    pub fn new(width: usize, height: usize) -> Self {
        Self {
            width: width * 2,
            height: height * 2,
            cells: vec![None; width * height * 4],
            used: (usize::MAX, 0),
        }
    }

    /// Rows of pixels that hold something.
    pub fn rows(&self) -> core::ops::Range<usize> {
        if self.used.0 > self.used.1 {
            return 0..0;
        }
        self.used.0 / 2..self.used.1 / 2 + 1
    }

    /// The four samples of a pixel.
    pub fn of_pixel(&self, column: usize, row: usize) -> [Option<&Sample>; 4] {
        let at = row * 2 * self.width + column * 2;
        [at, at + 1, at + self.width, at + self.width + 1].map(|at| self.cells[at].as_ref())
    }

    /// The share of a pixel's samples from which `reach` samples away something lies deeper by more than `step`, or nothing.
    pub fn edges(&self, column: usize, row: usize, reach: isize, step: f32) -> f32 {
        let mut count = 0.0;
        for sub in 0..4 {
            let (x, y) = (column * 2 + sub % 2, row * 2 + sub / 2);
            let Some(own) = &self.cells[y * self.width + x] else {
                continue;
            };
            let drops = |dx: isize, dy: isize| {
                let (x, y) = (x as isize + dx, y as isize + dy);
                // The border of the frame is no edge.
                if x < 0 || y < 0 || x >= self.width as isize || y >= self.height as isize {
                    return false;
                }
                let other = &self.cells[y as usize * self.width + x as usize];
                other
                    .as_ref()
                    .is_none_or(|other| own.depth - other.depth > step)
            };
            let near = reach * 7 / 10;
            let ring = [
                (reach, 0),
                (-reach, 0),
                (0, reach),
                (0, -reach),
                (near, near),
                (-near, near),
                (near, -near),
                (-near, -near),
            ];
            count += f32::from(ring.iter().any(|(dx, dy)| drops(*dx, *dy)));
        }
        count * 0.25
    }

    /// Fills a triangle, whichever way it faces.
    pub fn triangle(&mut self, part: Part, [a, b, c]: [&Corner; 3]) {
        let area = cross(a.at, b.at, c.at);
        let (low_x, high_x) = span(a.at.0, b.at.0, c.at.0, self.width);
        let (low_y, high_y) = span(a.at.1, b.at.1, c.at.1, self.height);
        if area.abs() < 1e-6 || low_x >= high_x || low_y >= high_y {
            return;
        }
        let scale = 1.0 / area;
        for y in low_y..high_y {
            for x in low_x..high_x {
                let p = (x as f32 + 0.5, y as f32 + 0.5);
                let (u, v) = (cross(b.at, c.at, p) * scale, cross(c.at, a.at, p) * scale);
                let w = 1.0 - u - v;
                if u < 0.0 || v < 0.0 || w < 0.0 {
                    continue;
                }
                let depth = a.depth * u + b.depth * v + c.depth * w;
                let cell = &mut self.cells[y * self.width + x];
                if cell.as_ref().is_some_and(|old| old.depth >= depth) {
                    continue;
                }
                *cell = Some(Sample {
                    part,
                    depth,
                    local: a.local * u + b.local * v + c.local * w,
                    normal: a.normal * u + b.normal * v + c.normal * w,
                });
                self.used = (self.used.0.min(y), self.used.1.max(y));
            }
        }
    }
}

/// Twice the area of a triangle, signed.
fn cross(a: (f32, f32), b: (f32, f32), c: (f32, f32)) -> f32 {
    (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)
}

/// Samples whose middle can lie between the least and the greatest of three numbers.
fn span(a: f32, b: f32, c: f32, limit: usize) -> (usize, usize) {
    let (low, high) = (a.min(b).min(c), a.max(b).max(c));
    let first = (low - 0.5).max(0.0) as usize;
    let last = ((high + 0.5).max(0.0) as usize).min(limit);
    (first.min(limit), last)
}
