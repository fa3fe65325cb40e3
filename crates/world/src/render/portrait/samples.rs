//! Depth-buffered triangle rasteriser with four samples per pixel.

use crate::geometry::vector::V3;
use crate::heads::mesh::Part;

/// Vertex of a triangle.
#[derive(Clone, Copy)]
pub struct Corner {
    /// Position in samples.
    pub at: (f32, f32),
    /// Depth; greater is nearer.
    pub depth: f32,
    /// Position in the frame of the head.
    pub local: V3,
    /// Normal, z towards the viewer.
    pub normal: V3,
}

/// An interpolated sample.
#[derive(Clone, Copy)]
pub struct Sample {
    /// Surface part.
    pub part: Part,
    /// Depth; greater is nearer.
    pub depth: f32,
    /// Position in the frame of the head.
    pub local: V3,
    /// Normal, not of unit length.
    pub normal: V3,
}

/// The nearest triangle at a sample, with barycentric coordinates.
#[derive(Clone, Copy)]
struct Cell {
    depth: f32,
    /// Barycentric coordinates of the first two vertices.
    u: f32,
    v: f32,
    triangle: u32,
}

/// Empty sample, farther than everything.
const EMPTY: Cell = Cell {
    depth: f32::MIN,
    u: 0.0,
    v: 0.0,
    triangle: u32::MAX,
};

/// Sample buffer, two per pixel in each direction.
pub struct Samples {
    width: usize,
    height: usize,
    cells: Vec<Cell>,
    corners: Vec<Corner>,
    triangles: Vec<([u32; 3], Part)>,
    /// First and last non-empty row of samples.
    used: (usize, usize),
}

impl Samples {
    /// Creates an empty buffer for a frame of this size in pixels.
    pub fn new(width: usize, height: usize) -> Self {
        Self {
            width: width * 2,
            height: height * 2,
            cells: vec![EMPTY; width * height * 4],
            corners: Vec::new(),
            triangles: Vec::new(),
            used: (usize::MAX, 0),
        }
    }

    /// Adds vertices; returns the index of the first.
    pub fn add_corners(&mut self, corners: impl Iterator<Item = Corner>) -> usize {
        let first = self.corners.len();
        self.corners.extend(corners);
        first
    }

    /// Returns a vertex.
    pub fn corner(&self, number: usize) -> &Corner {
        &self.corners[number]
    }

    /// Returns the non-empty rows of pixels.
    pub fn rows(&self) -> core::ops::Range<usize> {
        if self.used.0 > self.used.1 {
            return 0..0;
        }
        self.used.0 / 2..self.used.1 / 2 + 1
    }

    /// Interpolates the four samples of a pixel.
    pub fn of_pixel(&self, column: usize, row: usize) -> [Option<Sample>; 4] {
        let at = row * 2 * self.width + column * 2;
        [at, at + 1, at + self.width, at + self.width + 1].map(|at| self.sample(&self.cells[at]))
    }

    fn sample(&self, cell: &Cell) -> Option<Sample> {
        let (numbers, part) = *self.triangles.get(cell.triangle as usize)?;
        let [a, b, c] = numbers.map(|number| &self.corners[number as usize]);
        let (u, v) = (cell.u, cell.v);
        let w = 1.0 - u - v;
        Some(Sample {
            part,
            depth: cell.depth,
            local: a.local * u + b.local * v + c.local * w,
            normal: a.normal * u + b.normal * v + c.normal * w,
        })
    }

    /// Share of a pixel's samples with a depth discontinuity of more than `step`, or a silhouette, within `reach` samples.
    pub fn edges(&self, column: usize, row: usize, reach: isize, step: f32) -> f32 {
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
        let mut count = 0.0;
        for sub in 0..4 {
            let (x, y) = (column * 2 + sub % 2, row * 2 + sub / 2);
            let own = &self.cells[y * self.width + x];
            if own.triangle == EMPTY.triangle {
                continue;
            }
            let drops = |dx: isize, dy: isize| {
                let (x, y) = (x as isize + dx, y as isize + dy);
                // The border of the frame is not an edge.
                let inside =
                    (0..self.width as isize).contains(&x) && (0..self.height as isize).contains(&y);
                inside && own.depth - self.cells[y as usize * self.width + x as usize].depth > step
            };
            count += f32::from(ring.iter().any(|(dx, dy)| drops(*dx, *dy)));
        }
        count * 0.25
    }

    /// Fills a triangle, regardless of orientation.
    pub fn triangle(&mut self, part: Part, numbers: [usize; 3]) {
        let [a, b, c] = numbers.map(|number| self.corners[number]);
        let (low_x, high_x) = span(a.at.0, b.at.0, c.at.0, self.width);
        let (low_y, high_y) = span(a.at.1, b.at.1, c.at.1, self.height);
        if low_x >= high_x || low_y >= high_y {
            return;
        }
        let (ab, ac) = (
            (b.at.0 - a.at.0, b.at.1 - a.at.1),
            (c.at.0 - a.at.0, c.at.1 - a.at.1),
        );
        let area = ab.0 * ac.1 - ab.1 * ac.0;
        if area.abs() < 1e-6 {
            return;
        }
        let scale = 1.0 / area;
        // Gradients of the barycentric coordinates of the second and third vertex.
        let (v_x, v_y) = (ac.1 * scale, -ac.0 * scale);
        let (w_x, w_y) = (-ab.1 * scale, ab.0 * scale);
        let triangle = self.triangles.len() as u32;
        let mut seen = false;
        for y in low_y..high_y {
            let dy = y as f32 + 0.5 - a.at.1;
            let line = &mut self.cells[y * self.width..][low_x..high_x];
            for (x, cell) in line.iter_mut().enumerate() {
                let dx = (low_x + x) as f32 + 0.5 - a.at.0;
                let (v, w) = (v_x * dx + v_y * dy, w_x * dx + w_y * dy);
                let u = 1.0 - v - w;
                if u < 0.0 || v < 0.0 || w < 0.0 {
                    continue;
                }
                let depth = a.depth * u + b.depth * v + c.depth * w;
                if depth > cell.depth {
                    *cell = Cell {
                        depth,
                        u,
                        v,
                        triangle,
                    };
                    seen = true;
                }
            }
        }
        if seen {
            self.triangles
                .push((numbers.map(|number| number as u32), part));
            self.used = (self.used.0.min(low_y), self.used.1.max(high_y - 1));
        }
    }
}

/// Samples whose centre lies between the minimum and maximum of three numbers.
fn span(a: f32, b: f32, c: f32, limit: usize) -> (usize, usize) {
    let (low, high) = (a.min(b).min(c), a.max(b).max(c));
    // Casts truncate: the first centre at or after `low`, and the end after the last one at or before `high`.
    let first = (low + 0.5).max(0.0) as usize;
    let end = (high + 0.5).max(0.0) as usize;
    (first.min(limit), end.min(limit))
}
