//! Analytic soft shadows on the ground: wide and faint under a high subject, tight and dark at contact.

use kinora_contract::plan::CameraState;
use kinora_scene::constants::GROUND_Y;
use kinora_scene::smoothstep;
use kinora_scene::vocabulary::Style;

use super::canvas::Canvas;
use super::uniforms::{Drawing, Uniforms};
use crate::geometry::vector::V3;
use crate::motion::track::Track;

/// An ellipse on the ground.
struct Spot {
    x: f32,
    y: f32,
    across: f32,
    down: f32,
    /// Darkness at the centre, and hardness of the edge: 0 soft, 1 hard.
    strength: f32,
    edge: f32,
}

/// Draws the shadow of a subject.
pub fn draw(canvas: &mut Canvas, uniforms: &Uniforms, track: &Track, drawing: Drawing) {
    let view = uniforms.cameras[drawing.frame];
    let spots = match track.joints.get(drawing.shown) {
        Some(joints) => {
            let build = track.build.as_ref();
            let width = build.map_or(0.1, |build| build.trunk_radius);
            let low = joints.ankles[0].1.min(joints.ankles[1].1);
            let gap = (low - build.map_or(0.05, |build| build.leg_radius)).max(0.0);
            let mut spots = cast(joints.pelvis.0, width * 1.25, width * 1.6, gap);
            for (ankle, toe) in joints.ankles.iter().zip(&joints.toes) {
                let near = smoothstep(0.14, 0.0, ankle.1 - width * 0.5);
                let mut foot = tight((ankle.0 + toe.0) * 0.5, width * 0.85, near);
                foot.y -= 0.20 * ankle.2;
                spots.push(foot);
            }
            spots
        }
        None => {
            let (pose, radius) = (track.poses[drawing.shown], track.radius);
            let gap = (pose.y - track.profile.depth(pose.cos, pose.sin) * radius).max(0.0);
            let [left, right] = track.profile.span(pose.cos, pose.sin);
            let x = pose.x + (left + right) * 0.5 * radius;
            let half = (right - left) * 0.5 * radius;
            let mut spots = cast(x, half, radius, gap);
            spots.push(tight(
                x + 0.16 * gap,
                half,
                smoothstep(0.7, 0.0, gap / radius),
            ));
            spots
        }
    };
    for spot in spots {
        blot(canvas, uniforms, &spot, view);
    }
}

/// Wide shadow of a body of half width `half` and depth `radius`, `gap` above the ground.
fn cast(x: f32, half: f32, radius: f32, gap: f32) -> Vec<Spot> {
    let spread = 1.0 + 0.45 * gap;
    vec![Spot {
        x: x + 0.16 * gap,
        y: GROUND_Y + 0.015,
        across: (half * 1.25 + 0.03) * spread,
        down: radius * 0.38 * spread,
        strength: 0.52 / (1.0 + gap / radius * 0.75),
        edge: 0.0,
    }]
}

/// Contact shadow.
fn tight(x: f32, half: f32, near: f32) -> Spot {
    Spot {
        x,
        y: GROUND_Y + 0.015,
        across: half * 0.80 + 0.03,
        down: (half * 0.24).max(0.02),
        strength: near * 0.42,
        edge: 0.2,
    }
}

fn blot(canvas: &mut Canvas, uniforms: &Uniforms, spot: &Spot, view: CameraState) {
    let (x, y) = view.project(spot.x, spot.y);
    let (across, down) = (spot.across * view.zoom, spot.down * view.zoom);
    let drawn = uniforms.style == Style::Animated;
    if drawn && spot.edge > 0.0 {
        return;
    }
    let tint = if drawn {
        V3(0.40, 0.34, 0.55)
    } else {
        V3(0.05, 0.06, 0.10)
    };
    let area = canvas.area(x, y, across, down);
    for row in area.rows {
        for column in area.columns.clone() {
            let (px, py) = canvas.screen(column, row);
            let (u, v) = ((px - x) / across, (py - y) / down);
            let level = (u * u + v * v).sqrt();
            let dark = if drawn {
                smoothstep(1.0, 0.85, level * 1.2) * spot.strength * 1.2
            } else {
                smoothstep(1.0, spot.edge, level) * spot.strength
            };
            let pixel = &mut canvas.pixels[row * canvas.width + column];
            *pixel = pixel.mix(pixel.times(tint), (dark * uniforms.light.shadow).min(0.85));
        }
    }
}
