//! Assembles all surfaces of a bust.

use super::mesh::Mesh;
use super::paint::outlines;
use super::skull::{Layout, act, mesh, moved};
use super::{Cut, Expression, Head, accessories, hair};
use crate::geometry::vector::V3;

/// The surfaces of a bust.
pub struct Figurehead {
    /// The person.
    pub head: Head,
    /// Positions of the features.
    pub layout: Layout,
    /// The face at rest.
    rest: Mesh,
    /// All other surfaces, independent of the expression.
    pub others: Vec<Mesh>,
}

impl Figurehead {
    /// Builds the surfaces of a head.
    pub fn of(head: Head) -> Self {
        let mut others = vec![accessories::neck(&head), accessories::shirt(&head)];
        // Long hair falls over the ears.
        if !matches!(head.traits.cut, Cut::Bob | Cut::Long | Cut::Wavy) {
            others.extend(accessories::ears(&head));
        }
        others.extend(hair::meshes(&head));
        others.extend(accessories::glasses(&head));
        Self {
            layout: Layout::of(&head.genes),
            rest: mesh(&head),
            head,
            others,
        }
    }

    /// Builds the face with an expression.
    pub fn face(&self, expression: &Expression) -> Mesh {
        act(&self.rest, &self.layout, expression)
    }

    /// Lists facial key points in the plane of the face, by name.
    pub fn key_points(&self, expression: &Expression) -> Vec<(&'static str, [f32; 2])> {
        let Layout {
            eye_x,
            eye_y,
            nose_y,
            ..
        } = self.layout;
        let (half, shape) = outlines(&self.head.genes, &self.layout, expression);
        vec![
            ("left_eye", [-eye_x, eye_y]),
            ("right_eye", [eye_x, eye_y]),
            ("nose", [0.0, nose_y]),
            ("mouth_left", [-half, shape.corner]),
            ("mouth_right", [half, shape.corner]),
            ("upper_lip", [0.0, shape.upper]),
            ("lower_lip", [0.0, shape.lower]),
            ("chin", [0.0, -0.97 - 0.15 * expression.mouth.open]),
        ]
    }

    /// Displacement of a point of the face between two expressions.
    pub fn moved(&self, at: V3, from: &Expression, to: &Expression) -> V3 {
        moved(at, &self.layout, to) - moved(at, &self.layout, from)
    }
}
