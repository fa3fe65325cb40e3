//! Grid meshes of curved surfaces.

use crate::geometry::vector::V3;

/// Surface part, which selects the paint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The face and the rest of the head's skin.
    Face,
    /// An ear.
    Ear,
    /// The neck.
    Neck,
    /// Hair.
    Hair,
    /// The shirt.
    Shirt,
    /// The frame of glasses.
    Frame,
    /// A dark lens.
    Lens,
}

/// Transform that a surface follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// The head.
    Head,
    /// The body.
    Body,
    /// A blend from the head at the top row to the body at the bottom row.
    Between,
}

/// A grid mesh.
#[derive(Clone)]
pub struct Mesh {
    /// Surface part.
    pub part: Part,
    /// Transform that it follows.
    pub follows: Follows,
    /// Points per row.
    pub columns: usize,
    /// Number of rows.
    pub rows: usize,
    /// Whether the last column connects to the first.
    pub closed: bool,
    /// Points by row, in the frame of the head.
    pub points: Vec<V3>,
    /// Unit normals, outwards.
    pub normals: Vec<V3>,
}

impl Mesh {
    /// Samples the surface `at(u, v)` with u along a row and v down the rows, both 0 ..= 1 (u < 1 for closed surfaces).
    pub fn new(
        part: Part,
        (columns, rows): (usize, usize),
        closed: bool,
        at: impl Fn(f32, f32) -> V3,
    ) -> Self {
        let across = if closed { columns } else { columns - 1 } as f32;
        let mut points = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                points.push(at(column as f32 / across, row as f32 / (rows - 1) as f32));
            }
        }
        let mut mesh = Self {
            part,
            follows: Follows::Head,
            columns,
            rows,
            closed,
            normals: vec![V3::default(); points.len()],
            points,
        };
        mesh.shade();
        mesh
    }

    /// Replaces the transform that the mesh follows.
    pub fn following(mut self, follows: Follows) -> Self {
        self.follows = follows;
        self
    }

    /// An ellipsoid.
    pub fn ball(part: Part, middle: V3, radii: V3, size: (usize, usize)) -> Self {
        Self::new(part, size, true, |u, v| {
            let (turn, tilt) = (u * core::f32::consts::TAU, v * core::f32::consts::PI);
            let ring = libm::sinf(tilt);
            let unit = V3(
                ring * libm::cosf(turn),
                libm::cosf(tilt),
                ring * libm::sinf(turn),
            );
            middle + unit.times(radii)
        })
    }

    /// A tube along a line of points.
    pub fn tube(part: Part, line: &[V3], radius: f32, closed: bool) -> Self {
        const SIDES: usize = 4;
        let count = line.len();
        let at = |index: usize| line[index % count];
        let direction = |index: usize| {
            let (before, after) = if closed {
                (at(index + count - 1), at(index + 1))
            } else {
                (at(index.max(1) - 1), at((index + 1).min(count - 1)))
            };
            (after - before).normal()
        };
        Self::new(part, (SIDES, count + usize::from(closed)), true, |u, v| {
            let index = (v * (count - usize::from(!closed)) as f32 + 0.5) as usize;
            let along = direction(index % count);
            let side = along.cross(V3(0.31, 0.87, 0.38)).normal();
            let up = along.cross(side);
            let turn = u * core::f32::consts::TAU;
            at(index) + (side * libm::cosf(turn) + up * libm::sinf(turn)) * radius
        })
    }

    /// Computes the normals from the points.
    pub fn shade(&mut self) {
        let mut outward = 0.0;
        let middle = self.points.iter().fold(V3::default(), |sum, p| sum + *p)
            * (1.0 / self.points.len() as f32);
        for row in 0..self.rows {
            for column in 0..self.columns {
                let at = row * self.columns + column;
                let normal = self.cross_at(row, column);
                outward += normal.dot(self.points[at] - middle);
                self.normals[at] = normal;
            }
        }
        // At a pole all points of a row coincide.
        for (pole, next) in [(0, 1), (self.rows - 1, self.rows - 2)] {
            if self
                .row(pole)
                .iter()
                .all(|p| *p == self.points[pole * self.columns])
            {
                let around = next * self.columns..(next + 1) * self.columns;
                let sum = self.normals[around]
                    .iter()
                    .fold(V3::default(), |sum, n| sum + *n);
                self.normals[pole * self.columns..(pole + 1) * self.columns].fill(sum.normal());
            }
        }
        if outward < 0.0 {
            self.normals
                .iter_mut()
                .for_each(|normal| *normal = *normal * -1.0);
        }
    }

    fn row(&self, row: usize) -> &[V3] {
        &self.points[row * self.columns..(row + 1) * self.columns]
    }

    fn cross_at(&self, row: usize, column: usize) -> V3 {
        let line = self.row(row);
        let (left, right) = if self.closed {
            (
                (column + self.columns - 1) % self.columns,
                (column + 1) % self.columns,
            )
        } else {
            (column.max(1) - 1, (column + 1).min(self.columns - 1))
        };
        let (up, down) = (row.max(1) - 1, (row + 1).min(self.rows - 1));
        let along = line[right] - line[left];
        let across = self.row(down)[column] - self.row(up)[column];
        along.cross(across).normal()
    }
}
