//! Rain and snow in front of everything: a few streaks and flakes, the same at the same instant. They fall in the place, so
//! that a camera moves past them.

use super::Look;
use super::canvas::Canvas;
use crate::rng::Rng;
use crate::spec::{Style, Time, Weather};
use crate::vector::{V3, smoothstep, whole};

/// Draws what falls at an instant, as the camera of a frame sees it.
pub fn draw(canvas: &mut Canvas, look: &Look, frame: usize, time_s: f32) {
    let (air, style, view) = (look.air, look.style, look.views[frame]);
    let closer = view.zoom / look.stage.zoom;
    let (count, speed, drift) = match air.weather {
        Weather::Rain => (46, 2.6, -0.30),
        Weather::Snow => (54, 0.42, 0.10),
        Weather::Clear | Weather::Fog => return,
    };
    let aspect = canvas.width as f32 / canvas.height as f32;
    let dim = match air.time {
        Time::Night => 0.66,
        _ => 1.0,
    };
    let solid = if style == Style::Animated { 1.15 } else { 1.0 };
    let mut rng = Rng::new(77, air.weather as u64);
    for _ in 0..count {
        let (x, y, near) = (
            rng.range(-1.0, 1.0),
            rng.range(0.0, 1.0),
            rng.range(0.5, 1.0),
        );
        let way = y * 2.4 + speed * near * time_s;
        let lap = whole(way / 2.4);
        let down = way - lap * 2.4 - 1.2;
        // Another column on each lap.
        let shift = lap * 0.381_966 + x;
        let across = (shift * 0.5 - whole(shift * 0.5)) * 2.0 - 1.0;
        let x = across * (aspect + 0.2) + drift * near * (down + 0.2);
        let (x, y) = look.stage.back(x, down);
        let (x, y) = view.project(x, y);
        if air.weather == Weather::Rain {
            streak(
                canvas,
                (x, y),
                0.13 * near * closer,
                drift / speed,
                0.36 * near * solid,
                dim,
            );
        } else {
            flake(canvas, (x, y), 0.022 * near * closer, 0.9 * solid, dim);
        }
    }
}

fn streak(canvas: &mut Canvas, (x, y): (f32, f32), length: f32, slope: f32, cover: f32, dim: f32) {
    let half = canvas.scale().max(0.009) * 0.6;
    let area = canvas.area(x, y, length * slope.abs() + half * 2.0, length * 0.5);
    let colour = V3(0.80, 0.86, 0.94) * dim;
    for row in area.rows {
        for column in area.columns.clone() {
            let (px, py) = canvas.screen(column, row);
            let off = (px - x - (py - y) * slope).abs();
            let fade = smoothstep(0.5, 0.2, (py - y).abs() / length);
            let amount = (1.5 - off / half).clamp(0.0, 1.0) * fade * cover;
            let pixel = &mut canvas.pixels[row * canvas.width + column];
            *pixel = pixel.mix(colour, amount.min(1.0));
        }
    }
}

fn flake(canvas: &mut Canvas, (x, y): (f32, f32), radius: f32, cover: f32, dim: f32) {
    let soft = canvas.scale();
    let area = canvas.area(x, y, radius + soft, radius + soft);
    for row in area.rows {
        for column in area.columns.clone() {
            let (px, py) = canvas.screen(column, row);
            let off = ((px - x) * (px - x) + (py - y) * (py - y)).sqrt();
            let amount = ((radius - off) / soft + 0.5).clamp(0.0, 1.0) * cover;
            let pixel = &mut canvas.pixels[row * canvas.width + column];
            *pixel = pixel.mix(V3(0.97, 0.98, 1.0) * dim, amount.min(1.0));
        }
    }
}
