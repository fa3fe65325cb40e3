//! The poster of a clip: one frame as a PNG.

use js_sys::Uint8Array;
use wasm_bindgen::{Clamped, JsCast};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ImageData, OffscreenCanvas, OffscreenCanvasRenderingContext2d};

/// Encodes RGB bytes as a PNG. Returns `None` where the browser has no canvas for workers.
pub async fn png(rgb: &[u8], width: u32, height: u32) -> Option<Uint8Array> {
    let canvas = OffscreenCanvas::new(width, height).ok()?;
    let context: OffscreenCanvasRenderingContext2d =
        canvas.get_context("2d").ok()??.dyn_into().ok()?;
    let rgba: Vec<u8> = rgb
        .chunks_exact(3)
        .flat_map(|p| [p[0], p[1], p[2], 255])
        .collect();
    let image = ImageData::new_with_u8_clamped_array(Clamped(&rgba), width).ok()?;
    context.put_image_data(&image, 0.0, 0.0).ok()?;
    let blob: Blob = JsFuture::from(canvas.convert_to_blob().ok()?)
        .await
        .ok()?
        .unchecked_into();
    let buffer = JsFuture::from(blob.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer))
}
