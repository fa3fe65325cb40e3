//! Picture files → sources of a recipe.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{DynamicImage, ImageDecoder, ImageReader, RgbImage, RgbaImage};
use kinora_contract::{PictureUse, Source};

/// Pixels along the shorter side of a place.
const PLACE_SIDE: u32 = 128;
/// The longest side of a place; what is longer would be cut off anyway.
const LONGEST: u32 = 2 * PLACE_SIDE;
/// Pixels along a side of a subject's own frame, and of the subject in it.
const OWN_FRAME: u32 = 64;
const SUBJECT: u32 = 49;
/// Coverage from which a pixel belongs to what is cut out.
const COVERED: u8 = 16;
/// A picture of so many bytes leaves room for words in a link.
const FITS_A_LINK: usize = 2400;
const QUALITIES: [u8; 4] = [88, 75, 60, 45];

/// The picture of a file, as it travels in a recipe.
pub fn source(used: PictureUse, file: &Path) -> Result<Source> {
    let name = file.display();
    let picture = read(file).with_context(|| format!("{name} is no picture that can be read"))?;
    let rgb = if used.is_cut_out() {
        cut_out(&picture.into_rgba8()).with_context(|| format!("{name} cannot be cut out"))?
    } else {
        place(picture)
    };
    Ok(Source::of_picture(used, jpeg(&rgb)?))
}

/// A picture, upright.
fn read(file: &Path) -> Result<DynamicImage> {
    let mut decoder = ImageReader::open(file)?
        .with_guessed_format()?
        .into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn place(picture: DynamicImage) -> RgbImage {
    let (width, height) = (picture.width().max(1), picture.height().max(1));
    let shorter = width.min(height);
    let scaled = |side: u32| {
        let side = (u64::from(side) * u64::from(PLACE_SIDE) / u64::from(shorter)) as u32;
        side.clamp(PLACE_SIDE, LONGEST)
    };
    // The middle of what is very long.
    let kept = |side: u32| side.min(shorter.saturating_mul(LONGEST / PLACE_SIDE));
    let (kept_width, kept_height) = (kept(width), kept(height));
    let middle = picture.crop_imm(
        (width - kept_width) / 2,
        (height - kept_height) / 2,
        kept_width,
        kept_height,
    );
    let filter = FilterType::CatmullRom;
    middle
        .resize_exact(scaled(width), scaled(height), filter)
        .into_rgb8()
}

/// What a picture shows with nothing around it, as large as a thing in its own frame and standing on its ground; colours above, coverage
/// below.
fn cut_out(picture: &RgbaImage) -> Result<RgbImage> {
    let covered = picture
        .enumerate_pixels()
        .filter(|(.., p)| p.0[3] >= COVERED);
    let bounds = covered.fold(None, |bounds: Option<[u32; 4]>, (x, y, _)| {
        let [left, top, right, bottom] = bounds.unwrap_or([x, y, x, y]);
        Some([left.min(x), top.min(y), right.max(x), bottom.max(y)])
    });
    let [left, top, right, bottom] = bounds.context("there is nothing in it")?;
    let (width, height) = (right - left + 1, bottom - top + 1);
    ensure!(
        picture.pixels().any(|p| p.0[3] < COVERED),
        "it has no transparent background"
    );
    let longer = width.max(height);
    let scaled = |side: u32| (side * SUBJECT / longer).max(1);
    let (own_width, own_height) = (scaled(width), scaled(height));
    let mut thing = imageops::crop_imm(picture, left, top, width, height).to_image();
    // Premultiplied, so that what is clear lends no colour to what is not.
    for pixel in thing.pixels_mut() {
        let cover = u16::from(pixel.0[3]);
        pixel.0[..3]
            .iter_mut()
            .for_each(|v| *v = (u16::from(*v) * cover / 255) as u8);
    }
    let thing = imageops::resize(&thing, own_width, own_height, FilterType::CatmullRom);
    let mut stacked = RgbImage::new(OWN_FRAME, 2 * OWN_FRAME);
    let (x0, y0) = (
        (OWN_FRAME - own_width) / 2,
        (OWN_FRAME + SUBJECT) / 2 - own_height,
    );
    for (x, y, pixel) in thing.enumerate_pixels() {
        let [r, g, b, a] = pixel.0;
        let whole = |v: u8| (u16::from(v) * 255 / u16::from(a.max(1))).min(255) as u8;
        stacked.put_pixel(x0 + x, y0 + y, image::Rgb([r, g, b].map(whole)));
        stacked.put_pixel(x0 + x, OWN_FRAME + y0 + y, image::Rgb([a; 3]));
    }
    Ok(stacked)
}

/// As fine as fits a link, or else the coarsest.
fn jpeg(picture: &RgbImage) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for quality in QUALITIES {
        bytes.clear();
        JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture)?;
        if bytes.len() <= FITS_A_LINK {
            break;
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_keeps_its_shape_up_to_twice_its_side() {
        let size = |width, height| place(DynamicImage::new_rgb8(width, height)).dimensions();
        assert_eq!(size(800, 600), (170, 128));
        assert_eq!(size(20, 40), (128, 256));
        assert_eq!(size(3000, 200), (256, 128));
        assert_eq!(size(1, 1), (128, 128));
    }

    #[test]
    fn a_thing_stands_on_its_ground_in_the_middle() {
        let mut drawing = RgbaImage::new(200, 100);
        for (x, y) in (20..120).flat_map(|x| (10..60).map(move |y| (x, y))) {
            drawing.put_pixel(x, y, image::Rgba([250, 0, 0, 255]));
        }
        let stacked = cut_out(&drawing).unwrap();
        assert_eq!(stacked.dimensions(), (64, 128));
        let covered = |x: u32, y: u32| stacked.get_pixel(x, 64 + y).0[0] > 128;
        let columns: Vec<u32> = (0..64).filter(|x| covered(*x, 50)).collect();
        assert_eq!((columns[0], columns.len()), (7, 49));
        let rows: Vec<u32> = (0..64).filter(|y| covered(32, *y)).collect();
        assert_eq!((rows[rows.len() - 1], rows.len()), (55, 24));
        assert!(stacked.get_pixel(32, 50).0[0] > 240);
    }

    #[test]
    fn what_cannot_be_cut_out_is_named() {
        let error = cut_out(&RgbaImage::new(9, 9)).unwrap_err();
        assert!(error.to_string().contains("nothing in it"), "{error}");
        let whole = RgbaImage::from_pixel(9, 9, image::Rgba([9, 9, 9, 255]));
        let error = cut_out(&whole).unwrap_err();
        assert!(
            error.to_string().contains("no transparent background"),
            "{error}"
        );
        let missing = source(PictureUse::Place, Path::new("nowhere.png")).unwrap_err();
        assert!(missing.to_string().contains("nowhere.png"), "{missing}");
    }
}
