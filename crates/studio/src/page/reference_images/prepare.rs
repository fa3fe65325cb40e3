//! Turns an image file into a reference image of the recipe: decoded, cropped and encoded by the browser.

use crate::page::messages;
use crate::page::state::Studio;
use js_sys::Uint8Array;
use kinora_contract::picture::{
    FITS_A_LINK, Layout, OWN_FRAME, QUALITIES, own_frame, place, stacked, thing,
};
use kinora_contract::recipe::{MAX_PICTURE_BYTES, Picture};
use kinora_contract::{PictureUse, Source};
use leptos::prelude::*;
use wasm_bindgen::{Clamped, JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, File, ImageBitmap, ImageData, ImageEncodeOptions, OffscreenCanvas,
    OffscreenCanvasRenderingContext2d,
};

/// Longer side of the copy in which a cut-out is searched, pixels.
const SEARCH_SIZE: u32 = 512;

/// Whether a file is an image, by its MIME type.
pub fn is_image(file: &File) -> bool {
    file.type_().starts_with("image/")
}

/// Adds an image file to the form and replaces the one with the same use.
pub async fn add(studio: Studio, file: File) {
    let name = file.name();
    match source_of(&file).await {
        Ok(source) => {
            let Ok(Some(Picture { used, .. })) = source.picture() else {
                return;
            };
            studio.form.reference_images.update(|all| {
                all.retain(|it| !it.is_used_as(used));
                all.push(source);
            });
            studio.problem.set(None);
            studio.announce(messages::reference_image(used));
        }
        Err(_) => {
            let sentence = format!(
                "“{name}” is not an image that this browser can open. Use a JPEG, PNG or WebP. Nothing else has changed."
            );
            studio.announce(sentence.clone());
            studio.notify(sentence);
        }
    }
}

/// Converts an image to a source: a cut-out if its background is transparent, otherwise a background.
async fn source_of(file: &File) -> Result<Source, JsValue> {
    let bitmap = window().create_image_bitmap_with_blob(file)?;
    let bitmap: ImageBitmap = JsFuture::from(bitmap).await?.unchecked_into();
    let source = encode(&bitmap).await;
    bitmap.close();
    source
}

async fn encode(bitmap: &ImageBitmap) -> Result<Source, JsValue> {
    let (used, canvas) = match cut_out(bitmap)? {
        Some(canvas) => (PictureUse::Subject, canvas),
        None => {
            let layout = place(bitmap.width(), bitmap.height());
            let [_, _, width, height] = layout.to;
            (PictureUse::Place, draw(bitmap, layout, (width, height))?.0)
        }
    };
    let mut jpeg = Vec::new();
    for quality in QUALITIES {
        jpeg = encode_jpeg(&canvas, quality).await?;
        if jpeg.len() <= FITS_A_LINK {
            break;
        }
    }
    if jpeg.len() > MAX_PICTURE_BYTES {
        return Err("too large".into());
    }
    Ok(Source::of_picture(used, jpeg))
}

/// Crops a cut-out to its bounds and stacks its colours above its coverage. `None` if the background is opaque.
fn cut_out(bitmap: &ImageBitmap) -> Result<Option<OffscreenCanvas>, JsValue> {
    let (width, height) = (bitmap.width(), bitmap.height());
    let scale = (f64::from(SEARCH_SIZE) / f64::from(width.max(height).max(1))).min(1.0);
    let [small_width, small_height] =
        [width, height].map(|side| ((f64::from(side) * scale) as u32).max(1));
    let whole = Layout {
        from: [0, 0, width, height],
        to: [0, 0, small_width, small_height],
    };
    let (_, context) = draw(bitmap, whole, (small_width, small_height))?;
    let pixels = pixels(&context, small_width, small_height)?;
    let Some(bounds) = thing(&pixels, small_width) else {
        return Ok(None);
    };
    let bounds = bounds.map(|v| (f64::from(v) / scale) as u32);
    let (_, context) = draw(bitmap, own_frame(bounds), (OWN_FRAME, OWN_FRAME))?;
    let stacked = stacked(&self::pixels(&context, OWN_FRAME, OWN_FRAME)?);
    let (canvas, context) = canvas(OWN_FRAME, 2 * OWN_FRAME)?;
    let image = ImageData::new_with_u8_clamped_array(Clamped(&stacked), OWN_FRAME)?;
    context.put_image_data(&image, 0.0, 0.0)?;
    Ok(Some(canvas))
}

fn draw(
    bitmap: &ImageBitmap,
    layout: Layout,
    (width, height): (u32, u32),
) -> Result<(OffscreenCanvas, OffscreenCanvasRenderingContext2d), JsValue> {
    let (canvas, context) = canvas(width, height)?;
    context.set_image_smoothing_enabled(true);
    // web-sys has no binding for this property.
    js_sys::Reflect::set(&context, &"imageSmoothingQuality".into(), &"high".into())?;
    let ([x, y, w, h], [to_x, to_y, to_w, to_h]) =
        (layout.from.map(f64::from), layout.to.map(f64::from));
    context.draw_image_with_image_bitmap_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
        bitmap, x, y, w, h, to_x, to_y, to_w, to_h,
    )?;
    Ok((canvas, context))
}

fn canvas(
    width: u32,
    height: u32,
) -> Result<(OffscreenCanvas, OffscreenCanvasRenderingContext2d), JsValue> {
    let canvas = OffscreenCanvas::new(width, height)?;
    let context = canvas.get_context("2d")?.ok_or("no 2D context")?;
    Ok((canvas, context.unchecked_into()))
}

fn pixels(
    context: &OffscreenCanvasRenderingContext2d,
    width: u32,
    height: u32,
) -> Result<Vec<u8>, JsValue> {
    let data = context.get_image_data(0.0, 0.0, width.into(), height.into())?;
    Ok(data.data().0)
}

async fn encode_jpeg(canvas: &OffscreenCanvas, quality: f32) -> Result<Vec<u8>, JsValue> {
    let options = ImageEncodeOptions::new();
    options.set_type("image/jpeg");
    options.set_quality(quality.into());
    let blob = JsFuture::from(canvas.convert_to_blob_with_options(&options)?).await?;
    let buffer = JsFuture::from(blob.unchecked_into::<Blob>().array_buffer()).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}
