//! Parts of a bust beside the head: ears, neck, shirt and glasses.

use core::f32::consts::{FRAC_PI_2, TAU};

use kinora_scene::smoothstep;

use super::mesh::{Follows, Mesh, Part};
use super::skull::{Layout, bell, fat, row_at, surface};
use super::{Glasses, Head};
use crate::geometry::vector::V3;

/// Points around a lens of the frame.
const RIM: usize = 18;

/// Both ears.
pub fn ears(head: &Head) -> Vec<Mesh> {
    let genes = &head.genes;
    let y = -0.06 + genes.ear_height;
    let size = genes.ear_size;
    let root = surface(head, row_at(y), 0.10).0;
    let ear = |side: f32| {
        let middle = V3(side * (root + 0.012 + 0.022 * genes.ear_out), y, -0.10);
        let radii = V3(0.060, 0.180 * size, 0.110 * size);
        let mut ear = Mesh::ball(Part::Ear, middle, radii, (10, 8));
        for point in &mut ear.points {
            // The upper edge tilts out and back; the lobe is slim.
            let (up, back) = ((point.1 - y) / radii.1, (middle.2 - point.2) / radii.2);
            point.0 += side * 0.035 * genes.ear_out * (0.35 * up + 0.8 * back.max(0.0));
            point.2 -= 0.04 * up - 0.02 * smoothstep(-0.2, -1.0, up);
        }
        ear.shade();
        ear
    };
    vec![ear(-1.0), ear(1.0)]
}

/// The neck, from under the jaw into the shirt.
pub fn neck(head: &Head) -> Mesh {
    let genes = &head.genes;
    let end = shoulder_y(head) - 0.30;
    let wide = 0.385 * genes.neck_width - 0.045 * (genes.femininity - 0.5) + 0.03 * fat(genes);
    Mesh::new(Part::Neck, (22, 8), true, |u, v| {
        let turn = u * TAU;
        let y = -0.42 + (end + 0.42) * v;
        let flare = 1.0 + 0.30 * smoothstep(0.55, 1.0, v);
        let chin = 0.10 * fat(genes) * bell((v - 0.25) / 0.2) * libm::sinf(turn).max(0.0);
        let middle = -0.10 - 0.10 * v;
        V3(
            wide * flare * libm::cosf(turn),
            y,
            middle + (wide * 0.98 * flare + chin) * libm::sinf(turn),
        )
    })
    .following(Follows::Between)
}

/// Height at which the shirt begins.
pub fn shoulder_y(head: &Head) -> f32 {
    -1.25 - head.genes.neck_length
}

/// The shirt, down to below the frame.
pub fn shirt(head: &Head) -> Mesh {
    let genes = &head.genes;
    let top = shoulder_y(head);
    let wide = 1.66 * genes.shoulder_width * (1.0 - 0.20 * (genes.femininity - 0.5));
    let slope = 0.50 + 0.10 * genes.femininity;
    Mesh::new(Part::Shirt, (32, 18), true, |u, v| {
        let turn = u * TAU;
        // The first rows form the slope of the shoulders, the rest hangs down.
        let s = v * 2.4;
        let over = s.min(1.0);
        let round = libm::sinf(over * FRAC_PI_2);
        let half = 0.40 + (wide - 0.40) * (0.55 * over + 0.45 * round);
        let fall = 1.0 - libm::cosf(over * FRAC_PI_2);
        let y = top - slope * (0.45 * over + 0.55 * fall) - (s - 1.0).max(0.0) * 2.4;
        let depth = 0.38 + 0.28 * round + 0.04 * (s - 1.0).max(0.0);
        let (cos, sin) = (libm::cosf(turn), libm::sinf(turn));
        let chest = 0.10 * smoothstep(0.5, 1.6, s) * sin.max(0.0);
        // The collar dips in front.
        let dip = 0.16 * (1.0 - over) * sin.max(0.0);
        V3(half * cos, y - dip, -0.20 + (depth + chest) * sin)
    })
    .following(Follows::Body)
}

/// Glasses, if the traits have any.
pub fn glasses(head: &Head) -> Vec<Mesh> {
    if head.traits.glasses == Glasses::None {
        return Vec::new();
    }
    let layout = Layout::of(&head.genes);
    let dark = head.traits.glasses == Glasses::Dark;
    let shape = head.genes.frame_shape;
    let (half, tall) = match shape {
        s if s < 0.25 => (0.178, 0.178),
        s if s < 0.50 => (0.200, 0.140),
        s if s < 0.75 => (0.195, 0.155),
        _ => (0.205, 0.135),
    };
    let rim = |turn: f32| {
        let (cos, sin) = (libm::cosf(turn), libm::sinf(turn));
        let box_of = |x: f32| x.signum() * libm::powf(x.abs(), 0.55);
        match shape {
            s if s < 0.25 => [cos, sin],
            s if s < 0.50 => [box_of(cos), box_of(sin)],
            s if s < 0.75 => [cos, sin * if sin < 0.0 { 1.12 } else { 0.9 }],
            // Cat-eye: the outer corners point up.
            _ => [cos, sin + 0.45 * (cos.max(0.0) * cos.max(0.0))],
        }
    };
    let middle = V3(layout.eye_x.max(half + 0.05), layout.eye_y - 0.02, 0.0);
    let face = |x: f32| surface(head, row_at(layout.eye_y), FRAC_PI_2 - x * 1.4).2;
    let bridge_z = face(0.0).max(0.74) + 0.05;
    // A flat front, tilted back slightly at the sides.
    let front = |x: f32, y: f32| V3(x, y, bridge_z + 0.02 - 0.22 * x * x);
    let mut out = Vec::new();
    for side in [-1.0, 1.0] {
        let at = |turn: f32| {
            let [u, v] = rim(turn);
            front(side * (middle.0 + u * half), middle.1 + v * tall)
        };
        let line: Vec<V3> = (0..RIM)
            .map(|step| at(step as f32 / RIM as f32 * TAU))
            .collect();
        out.push(Mesh::tube(Part::Frame, &line, 0.024, true));
        if dark {
            let centre = front(side * middle.0, middle.1);
            out.push(Mesh::new(Part::Lens, (RIM, 4), true, |u, v| {
                centre.mix(at(u * TAU), v) - V3(0.0, 0.0, 0.01)
            }));
        }
        let hinge = at(0.35) + V3(0.0, 0.0, -0.01);
        let ear = V3(
            side * (surface(head, row_at(0.05), 0.1).0 + 0.05),
            0.06 + head.genes.ear_height,
            -0.08,
        );
        out.push(Mesh::tube(
            Part::Frame,
            &[hinge, hinge.mix(ear, 0.5), ear],
            0.022,
            false,
        ));
    }
    let inner = middle.0 - half;
    let bridge: Vec<V3> = (0..5)
        .map(|step| {
            let x = -inner + inner * 0.5 * step as f32;
            front(x, middle.1 + 0.045 - 0.5 * x * x) + V3(0.0, 0.0, 0.03)
        })
        .collect();
    out.push(Mesh::tube(Part::Frame, &bridge, 0.022, false));
    out
}
