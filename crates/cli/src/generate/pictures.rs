//! Picture files → sources of a recipe.

use std::path::Path;

use anyhow::{Context, Result};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{DynamicImage, ImageDecoder, ImageReader, RgbaImage};
use kinora_contract::picture::{
    FITS_A_LINK, Layout, OWN_FRAME, QUALITIES, own_frame, place, stacked, thing,
};
use kinora_contract::{PictureUse, Source};

/// The picture of a file, as it travels in a recipe.
pub fn source(used: PictureUse, file: &Path) -> Result<Source> {
    let name = file.display();
    let picture = read(file).with_context(|| format!("{name} is no picture that can be read"))?;
    let picture = if used.is_cut_out() {
        cut_out(&picture.into_rgba8()).with_context(|| {
            format!("{name} cannot be cut out: it takes a picture with a transparent background")
        })?
    } else {
        let layout = place(picture.width(), picture.height());
        let [_, _, width, height] = layout.to;
        let mut whole = RgbaImage::new(width, height);
        lay(&picture.into_rgba8(), layout, &mut whole);
        whole
    };
    Ok(Source::of_picture(used, jpeg(picture)?))
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

fn cut_out(picture: &RgbaImage) -> Option<RgbaImage> {
    let bounds = thing(picture.as_raw(), picture.width())?;
    let mut own = RgbaImage::new(OWN_FRAME, OWN_FRAME);
    lay(picture, own_frame(bounds), &mut own);
    RgbaImage::from_raw(OWN_FRAME, 2 * OWN_FRAME, stacked(own.as_raw()))
}

/// Scales a part of a picture into another one.
fn lay(picture: &RgbaImage, layout: Layout, into: &mut RgbaImage) {
    let ([left, top, width, height], [x, y, new_width, new_height]) = (layout.from, layout.to);
    let mut part = imageops::crop_imm(picture, left, top, width, height).to_image();
    // Premultiplied, so that what is clear lends no colour to what is not.
    for pixel in part.pixels_mut() {
        let cover = u16::from(pixel.0[3]);
        let times = |v: u8| (u16::from(v) * cover / 255) as u8;
        pixel.0[..3].iter_mut().for_each(|v| *v = times(*v));
    }
    let mut part = imageops::resize(&part, new_width, new_height, FilterType::CatmullRom);
    for pixel in part.pixels_mut() {
        let cover = u16::from(pixel.0[3].max(1));
        let over = |v: u8| (u16::from(v) * 255 / cover).min(255) as u8;
        pixel.0[..3].iter_mut().for_each(|v| *v = over(*v));
    }
    imageops::replace(into, &part, x.into(), y.into());
}

/// As fine as fits a link, or else the coarsest.
fn jpeg(picture: RgbaImage) -> Result<Vec<u8>> {
    let picture = DynamicImage::from(picture).into_rgb8();
    let mut bytes = Vec::new();
    for quality in QUALITIES {
        bytes.clear();
        JpegEncoder::new_with_quality(&mut bytes, (quality * 100.0) as u8)
            .encode_image(&picture)?;
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
    fn an_edge_has_the_colour_of_its_thing() {
        let mut drawing = RgbaImage::from_pixel(300, 300, image::Rgba([0, 0, 255, 0]));
        for (x, y) in (50..250).flat_map(|x| (50..250).map(move |y| (x, y))) {
            drawing.put_pixel(x, y, image::Rgba([250, 0, 0, 255]));
        }
        let stacked = cut_out(&drawing).unwrap();
        assert_eq!(stacked.dimensions(), (64, 128));
        for (x, y) in (0..64).flat_map(|x| (0..64).map(move |y| (x, y))) {
            let [r, _, b, _] = stacked.get_pixel(x, y).0;
            let [cover, ..] = stacked.get_pixel(x, 64 + y).0;
            assert!(
                cover < 16 || (r > 200 && b < 30),
                "{x} {y}: {r} {b} {cover}"
            );
        }
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        assert!(cut_out(&RgbaImage::new(9, 9)).is_none());
        let missing = source(PictureUse::Place, Path::new("nowhere.png")).unwrap_err();
        assert!(missing.to_string().contains("nowhere.png"), "{missing}");
    }
}
