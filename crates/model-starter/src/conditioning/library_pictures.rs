//! Pictures of the library of things as subjects: placed in the canonical frame, tinted, and lit as the scene is.

use kinora_contract::picture::thing;
use kinora_contract::plan::SUBJECTS;
use kinora_library::{Library, LibraryError, Picture};
use kinora_scene::casting::{Casting, PictureSubject};
use kinora_scene::effects::Illumination;
use kinora_scene::vocabulary::Colour;

use crate::compositor::Compositor;
use crate::compositor::reference::Cutout;

/// Side of a shown picture over that of a layer: the frames have more detail than a token.
const DETAIL: usize = 2;
/// Share of a tint; the rest is the picture's own colour.
const TINTED: f32 = 0.8;

/// A picture as a subject.
pub(crate) struct LibrarySubject {
    /// The image and its token.
    pub cutout: Cutout,
    /// Half the width and half the height over the radius.
    pub half: [f32; 2],
}

/// Loads the pictures of a casting, lit like the scene.
pub(crate) fn load(
    library: &Library,
    casting: &Casting,
    illumination: Illumination,
    compositor: &Compositor,
) -> Result<[Option<LibrarySubject>; SUBJECTS], LibraryError> {
    let mut all = [const { None }; SUBJECTS];
    for (slot, subject) in all.iter_mut().zip(&casting.pictures) {
        let Some(subject) = subject else { continue };
        let picture = library.picture(&subject.picture)?;
        let missing = || LibraryError::Picture {
            name: subject.picture.clone(),
            reason: "it is empty".to_owned(),
        };
        let frame = Frame::of(&picture, subject.upright).ok_or_else(missing)?;
        *slot = Some(frame.subject(&picture, subject, illumination, compositor));
    }
    Ok(all)
}

/// Where a picture lies in its canonical frame.
struct Frame {
    /// Centre in pixels of the picture.
    centre: [f32; 2],
    /// Radius in pixels of the picture.
    radius: f32,
    half: [f32; 2],
    sin: f32,
    cos: f32,
}

impl Frame {
    /// Measures a picture that is turned by `upright` degrees clockwise; none if it is empty.
    fn of(picture: &Picture, upright: i32) -> Option<Self> {
        let angle = (upright as f32).to_radians();
        let (sin, cos) = (libm::sinf(angle), libm::cosf(angle));
        let pixels = picture.rgba.as_flattened();
        let whole = [0, 0, picture.width as u32, picture.height as u32];
        let [left, top, width, height] = thing(pixels, picture.width as u32).unwrap_or(whole);
        let mut low = [f32::MAX; 2];
        let mut high = [f32::MIN; 2];
        for y in top..top + height {
            for x in left..left + width {
                if picture.rgba[y as usize * picture.width + x as usize][3] == 0 {
                    continue;
                }
                let (x, y) = (x as f32 + 0.5, y as f32 + 0.5);
                let turned = [x * cos - y * sin, x * sin + y * cos];
                for axis in 0..2 {
                    low[axis] = low[axis].min(turned[axis]);
                    high[axis] = high[axis].max(turned[axis]);
                }
            }
        }
        let half = [0, 1].map(|axis| (high[axis] - low[axis] + 1.0) / 2.0);
        let radius = half[0].max(half[1]);
        let middle = [0, 1].map(|axis| (high[axis] + low[axis]) / 2.0);
        (low[0] <= high[0]).then(|| Self {
            centre: [
                middle[0] * cos + middle[1] * sin,
                middle[1] * cos - middle[0] * sin,
            ],
            radius,
            half: half.map(|side| side / radius),
            sin,
            cos,
        })
    }

    fn subject(
        &self,
        picture: &Picture,
        subject: &PictureSubject,
        illumination: Illumination,
        compositor: &Compositor,
    ) -> LibrarySubject {
        let (size, extent) = {
            let config = compositor.layer_config();
            (config.size, config.extent)
        };
        let coloured = |[r, g, b, a]: [f32; 4]| {
            let own = match (a > 0.0, subject.tint) {
                (true, Some(tint)) => tinted([r / a, g / a, b / a], tint).map(|value| value * a),
                _ => [r, g, b],
            };
            let [r, g, b] = illumination.apply(own);
            [r, g, b, a]
        };
        let image = |side| {
            self.sampled(picture, side, extent)
                .into_iter()
                .map(coloured)
        };
        let shown = size * DETAIL;
        LibrarySubject {
            cutout: Cutout {
                pixels: image(shown).collect(),
                size: shown,
                mouth: Vec::new(),
                shadow: Some(self.half),
                ..compositor.cutout(image(size).collect())
            },
            half: self.half,
        }
    }

    /// Samples the canonical frame `[side, side]`: colour premultiplied by coverage, and coverage, each 0..1.
    fn sampled(&self, picture: &Picture, side: usize, extent: f32) -> Vec<[f32; 4]> {
        let step = 2.0 * extent * self.radius / side as f32;
        let samples = libm::ceilf(step).clamp(1.0, 8.0) as usize;
        let share = 1.0 / (255.0 * (samples * samples) as f32);
        let mut out = Vec::with_capacity(side * side);
        for (row, col) in (0..side).flat_map(|r| (0..side).map(move |c| (r, c))) {
            let mut sum = [0.0; 4];
            for (i, j) in (0..samples).flat_map(|i| (0..samples).map(move |j| (i, j))) {
                let at = |cell: usize, sub: usize| {
                    let inside = cell as f32 + (sub as f32 + 0.5) / samples as f32;
                    (inside - side as f32 / 2.0) * step
                };
                let (u, v) = (at(col, j), at(row, i));
                let x = libm::floorf(self.centre[0] + u * self.cos + v * self.sin);
                let y = libm::floorf(self.centre[1] + v * self.cos - u * self.sin);
                let inside = |at: f32, end: usize| at >= 0.0 && at < end as f32;
                if !(inside(x, picture.width) && inside(y, picture.height)) {
                    continue;
                }
                let [r, g, b, a] = picture.rgba[y as usize * picture.width + x as usize];
                let cover = f32::from(a) / 255.0;
                for (sum, value) in sum.iter_mut().zip([r, g, b]) {
                    *sum += f32::from(value) * cover;
                }
                sum[3] += f32::from(a);
            }
            out.push(sum.map(|value| value * share));
        }
        out
    }
}

/// Moves a colour to a stated one and keeps its lightness relative to the picture.
fn tinted([r, g, b]: [f32; 3], tint: Colour) -> [f32; 3] {
    let luma = 0.299 * r + 0.587 * g + 0.114 * b;
    let target = rgb(tint);
    // Middle grey becomes the colour itself, shadows and highlights stay.
    let shaded = target.map(|value| match luma < 0.5 {
        true => value * luma * 2.0,
        false => value + (1.0 - value) * (luma - 0.5) * 2.0,
    });
    let own = [r, g, b];
    std::array::from_fn(|v| own[v] + (shaded[v] - own[v]) * TINTED)
}

/// Typical value of a stated colour, in 0..1.
fn rgb(colour: Colour) -> [f32; 3] {
    match colour {
        Colour::Red => [0.85, 0.13, 0.12],
        Colour::Orange => [0.95, 0.5, 0.1],
        Colour::Yellow => [0.95, 0.8, 0.15],
        Colour::Green => [0.2, 0.62, 0.22],
        Colour::Blue => [0.16, 0.36, 0.85],
        Colour::Purple => [0.52, 0.24, 0.72],
        Colour::Pink => [0.95, 0.5, 0.68],
        Colour::White => [0.92, 0.92, 0.92],
        Colour::Black => [0.14, 0.14, 0.15],
        Colour::Brown => [0.46, 0.3, 0.18],
        Colour::Turquoise => [0.15, 0.7, 0.68],
        Colour::Grey => [0.5, 0.5, 0.52],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture 20 wide and 10 high inside 40 × 40 pixels.
    fn bar() -> Picture {
        let mut rgba = vec![[0; 4]; 40 * 40];
        for y in 5..15 {
            for x in 10..30 {
                rgba[y * 40 + x] = [200, 100, 50, 255];
            }
        }
        Picture {
            width: 40,
            height: 40,
            rgba,
        }
    }

    #[test]
    fn a_picture_fills_its_frame_wherever_it_lies() {
        let frame = Frame::of(&bar(), 0).unwrap();
        assert_eq!((frame.half, frame.radius), ([1.0, 0.5], 10.0));
        let pixels = frame.sampled(&bar(), 26, 1.3);
        assert!((pixels[13 * 26 + 13][3] - 1.0).abs() < 1e-3);
        assert!((pixels[13 * 26 + 13][0] - 200.0 / 255.0).abs() < 1e-3);
        assert_eq!(pixels[13 * 26 + 1][3], 0.0);
        assert_eq!(pixels[3 * 26 + 13][3], 0.0);
    }

    #[test]
    fn a_tilted_picture_is_turned_upright() {
        let frame = Frame::of(&bar(), 90).unwrap();
        assert!((frame.half[0] - 0.5).abs() < 0.03 && (frame.half[1] - 1.0).abs() < 0.03);
        let pixels = frame.sampled(&bar(), 26, 1.3);
        assert!(pixels[5 * 26 + 13][3] > 0.9 && pixels[13 * 26 + 5][3] < 0.1);
    }

    #[test]
    fn nothing_to_show_is_noticed() {
        let empty = Picture {
            rgba: vec![[0; 4]; 40 * 40],
            ..bar()
        };
        assert!(Frame::of(&empty, 0).is_none());
    }

    #[test]
    fn a_tint_keeps_light_and_shadow() {
        let [dark, bright] = [[0.2; 3], [0.9; 3]].map(|grey| tinted(grey, Colour::Blue));
        assert!(dark[2] > dark[0] && bright[2] > bright[0]);
        assert!(bright[0] > dark[0] && bright[2] > dark[2]);
    }
}
