//! Reference images of a recipe: JPEGs that become the background, a subject or a head.

use kinora_contract::plan::SUBJECTS;
use kinora_contract::recipe::{MAX_PICTURE_SIDE, Picture};
use kinora_contract::{PictureUse, Recipe, Source};
use kinora_model::GenerateError;
use kinora_model::sampling::temporal_tiling::Tile;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::compositor::Compositor;
use crate::compositor::reference::{Cutout, ReferenceImages};
use crate::conditioning::conditioning_mask::{ConditioningMask, Tokens, write_known};
use crate::conditioning::initial_state::InitialState;
use crate::grid::Grid;
use crate::latents::background::Background;
use crate::latents::layers::HEAD;

/// A decoded JPEG.
struct Image {
    width: usize,
    /// Red, green and blue in 0..1.
    pixels: Vec<[f32; 3]>,
}

/// Returns the recipe's reference images with their bytes, which may be stored in the recipe of its source. `portrait` is true if the
/// prompt reads as a portrait.
pub(crate) fn sources(
    recipe: &Recipe,
    initial: &InitialState,
    portrait: bool,
) -> Result<Vec<Source>, GenerateError> {
    let (mut all, mut uses) = (Vec::new(), Vec::new());
    for source in &recipe.sources {
        let Some(Picture { used, jpeg }) = source.picture()? else {
            continue;
        };
        if uses.contains(&used) {
            let what = "two pictures in one place";
            return Err(GenerateError::Unsupported(what.into()));
        }
        check_use(used, portrait)?;
        uses.push(used);
        let mut elsewhere = initial.references().iter();
        let whole = match jpeg {
            Some(_) => Some(source),
            None => elsewhere.find(|it| it.hash == source.hash),
        };
        let Some(whole) = whole else {
            let what = "a picture that does not travel in the recipe";
            return Err(GenerateError::Unsupported(what.into()));
        };
        all.push(whole.clone());
    }
    Ok(all)
}

/// Decodes and encodes reference images for a clip of this grid.
pub(crate) fn prepare(
    sources: &[Source],
    grid: Grid,
    compositor: &Compositor,
) -> Result<ReferenceImages, GenerateError> {
    let mut all = ReferenceImages::default();
    for source in sources {
        let Some(Picture {
            used,
            jpeg: Some(jpeg),
        }) = source.picture()?
        else {
            continue;
        };
        let image = Image::read(jpeg)?;
        match used {
            PictureUse::Place => {
                let image = image.background(grid);
                all.background = Some(compositor.reference_background(image, grid));
            }
            PictureUse::Subject => all.cutouts[0] = Some(cutout(&image, compositor)?),
            PictureUse::Head => all.cutouts[HEAD] = Some(cutout(&image, compositor)?),
        }
    }
    Ok(all)
}

fn check_use(used: PictureUse, portrait: bool) -> Result<(), GenerateError> {
    let what = match used {
        PictureUse::Subject if portrait => "a cut-out object in a portrait",
        PictureUse::Head if !portrait => "a face where nobody talks or looks around",
        _ => return Ok(()),
    };
    Err(GenerateError::Unsupported(what.into()))
}

/// Writes the tokens of reference images into a tile and marks them as known.
pub(crate) fn write_known_tokens(
    references: &ReferenceImages,
    tile: Tile,
    grid: Grid,
    mask: &mut ConditioningMask,
    tokens: &mut Tokens,
) {
    let count = grid.tokens_per_frame();
    for j in tile.overlap..tile.used {
        if let Some(background) = &references.background {
            let run = &background.tokens;
            write_known(&mut tokens.video, &mut mask.video, run, j, count);
        }
        for (s, cutout) in references.cutouts.iter().enumerate() {
            if let Some(cutout) = cutout {
                let at = (j + 1) * SUBJECTS + s;
                write_known(&mut tokens.layers, &mut mask.layers, &cutout.token, at, 1);
            }
        }
    }
}

fn cutout(image: &Image, compositor: &Compositor) -> Result<Cutout, GenerateError> {
    let size = compositor.layer_config().size;
    Ok(compositor.cutout(image.cut_out(size)?))
}

impl Image {
    /// Decodes a JPEG, by the same integer arithmetic everywhere.
    fn read(jpeg: &[u8]) -> Result<Self, GenerateError> {
        let side = MAX_PICTURE_SIDE as usize;
        let options = DecoderOptions::default()
            .set_max_width(side)
            .set_max_height(side)
            .jpeg_set_out_colorspace(ColorSpace::RGB);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(jpeg), options);
        let unreadable = |why: String| GenerateError::Picture(why);
        let bytes = decoder.decode().map_err(|e| unreadable(e.to_string()))?;
        let (width, height) = decoder.dimensions().unwrap_or_default();
        let pixels = bytes.as_chunks::<3>().0.iter();
        let pixels: Vec<_> = pixels.map(|p| p.map(|v| f32::from(v) / 255.0)).collect();
        if width == 0 || pixels.len() != width * height {
            return Err(unreadable("it has no pixels".into()));
        }
        Ok(Self { width, pixels })
    }

    fn height(&self) -> usize {
        self.pixels.len() / self.width
    }

    /// Crops the middle of the image to the grid's shape and scales it: colours in −1..1, no occluders.
    fn background(&self, grid: Grid) -> Background {
        let (width, height) = (grid.pixel_width(), grid.pixel_height());
        let (own_width, own_height) = (self.width as f32, self.height() as f32);
        // The largest centred crop with the frame's aspect ratio.
        let scale = (own_width / width as f32).min(own_height / height as f32);
        let part = [width, height].map(|side| side as f32 * scale);
        let corner = [(own_width - part[0]) / 2.0, (own_height - part[1]) / 2.0];
        let pixels = self.scaled(corner, part, (width, height));
        let signed = |[r, g, b]: [f32; 3]| [r * 2.0 - 1.0, g * 2.0 - 1.0, b * 2.0 - 1.0, 0.0];
        Background::new(width, pixels.into_iter().map(signed).collect())
    }

    /// A subject `[size, size]`: the upper half has its colours, the lower half its coverage.
    fn cut_out(&self, size: usize) -> Result<Vec<[f32; 4]>, GenerateError> {
        let (width, height) = (self.width as f32, self.height());
        if height != 2 * self.width {
            let why = "a cut-out is twice as high as wide: colours above, coverage below";
            return Err(GenerateError::Picture(why.into()));
        }
        let half = |top: f32| self.scaled([0.0, top], [width, width], (size, size));
        let pixels = half(0.0).into_iter().zip(half(width));
        let covered = pixels.map(|([r, g, b], cover)| {
            let a = cover.iter().sum::<f32>() / 3.0;
            [r * a, g * a, b * a, a]
        });
        Ok(covered.collect())
    }

    /// A part of the picture in another size: the mean of bilinear samples, a pixel apart or less.
    fn scaled(
        &self,
        [left, top]: [f32; 2],
        part: [f32; 2],
        (width, height): (usize, usize),
    ) -> Vec<[f32; 3]> {
        let steps = [part[0] / width as f32, part[1] / height as f32];
        let samples = steps.map(|step| libm::ceilf(step).max(1.0) as usize);
        let share = 1.0 / (samples[0] * samples[1]) as f32;
        let limits = [left + part[0], top + part[1]];
        let along = |from: f32, to: f32, step: f32, at: usize, i: usize, samples: usize| {
            let inside = (i as f32 + 0.5) / samples as f32;
            // Half a pixel inside, so that nothing from beyond the part comes in.
            (from + (at as f32 + inside) * step).clamp(from + 0.5, (to - 0.5).max(from + 0.5)) - 0.5
        };
        let mut out = Vec::with_capacity(width * height);
        for (row, col) in (0..height).flat_map(|r| (0..width).map(move |c| (r, c))) {
            let mut sum = [0.0; 3];
            for (i, j) in (0..samples[1]).flat_map(|i| (0..samples[0]).map(move |j| (i, j))) {
                let x = along(left, limits[0], steps[0], col, j, samples[0]);
                let y = along(top, limits[1], steps[1], row, i, samples[1]);
                let sample = self.sample(x, y);
                sum.iter_mut().zip(sample).for_each(|(sum, v)| *sum += v);
            }
            out.push(sum.map(|v| v * share));
        }
        out
    }

    /// Between the pixels, bilinear; (0, 0) is the middle of the first.
    fn sample(&self, x: f32, y: f32) -> [f32; 3] {
        let (right, bottom) = (self.width - 1, self.height() - 1);
        let (x, y) = (x.clamp(0.0, right as f32), y.clamp(0.0, bottom as f32));
        let (col, row) = (x as usize, y as usize);
        let (x, y) = (x - col as f32, y - row as f32);
        let at =
            |row: usize, col: usize| self.pixels[row.min(bottom) * self.width + col.min(right)];
        let mix = |a: [f32; 3], b: [f32; 3], share: f32| -> [f32; 3] {
            std::array::from_fn(|v| a[v] + (b[v] - a[v]) * share)
        };
        let above = mix(at(row, col), at(row, col + 1), x);
        let below = mix(at(row + 1, col), at(row + 1, col + 1), x);
        mix(above, below, y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(width: usize, height: usize, pixel: impl Fn(usize, usize) -> [f32; 3]) -> Image {
        let at = |i: usize| pixel(i / width, i % width);
        Image {
            width,
            pixels: (0..width * height).map(at).collect(),
        }
    }

    #[test]
    fn a_place_is_the_middle_of_its_picture() {
        // Red grows to the right, green downwards.
        let wide = image(240, 120, |row, col| {
            [col as f32 / 240.0, row as f32 / 120.0, 0.5]
        });
        let grid = Grid::of_clip(128, 128, 5);
        let place = wide.background(grid);
        assert_eq!(place.size(), (128, 128));
        let [r, g, b, front] = place.pixels()[64 * 128 + 64];
        assert!((r - 0.0).abs() < 0.02 && (g - 0.0).abs() < 0.02, "{r} {g}");
        assert_eq!((b, front), (0.0, 0.0));
        // A quarter of the width is cut off on each side, and nothing above.
        let [r, g, ..] = place.pixels()[0];
        assert!((r + 0.5).abs() < 0.02 && (g + 1.0).abs() < 0.02, "{r} {g}");
    }

    #[test]
    fn a_large_picture_is_averaged_and_a_small_one_blended() {
        let chequer = image(512, 512, |row, col| [((row + col) % 2) as f32; 3]);
        let small = chequer.scaled([0.0; 2], [512.0; 2], (64, 64));
        assert!(small.iter().all(|p| (p[0] - 0.5).abs() < 0.01));
        let two = image(2, 1, |_, col| [col as f32; 3]);
        let row: Vec<_> = two
            .scaled([0.0; 2], [2.0, 1.0], (4, 1))
            .iter()
            .map(|p| p[0])
            .collect();
        assert_eq!(row, [0.0, 0.25, 0.75, 1.0]);
    }

    #[test]
    fn a_cut_out_has_its_coverage_below() {
        // White, covered on the left.
        let stacked = image(8, 16, |row, col| match row {
            0..8 => [1.0; 3],
            _ => [f32::from(u8::from(col < 4)); 3],
        });
        let pixels = stacked.cut_out(8).unwrap();
        assert_eq!(pixels[3], [1.0; 4]);
        assert_eq!(pixels[4], [0.0; 4]);
        assert!(image(8, 8, |_, _| [0.0; 3]).cut_out(8).is_err());
    }

    #[test]
    fn what_is_no_jpeg_is_an_error() {
        for bytes in [&b""[..], b"GIF89a", &[0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0]] {
            let error = Image::read(bytes).map(|image| image.width).unwrap_err();
            assert!(error.to_string().contains("picture"), "{error}");
        }
    }

    #[test]
    fn faces_belong_to_people_and_things_do_not() {
        use PictureUse::{Head, Place, Subject};
        let allowed =
            |portrait| [Place, Subject, Head].map(|used| check_use(used, portrait).is_ok());
        assert_eq!(allowed(true), [true, false, true]);
        assert_eq!(allowed(false), [true, true, false]);
    }
}
