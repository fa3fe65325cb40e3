//! The canvas that shows frames while a clip is generated.

use crate::page::browser;
use js_sys::Uint8Array;
use leptos::prelude::document;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// Draws a frame of row-major RGB bytes and dispatches `event` with its index and bytes. Ignores a frame of another size.
pub fn show((width, height): (u32, u32), index: u32, rgb: Option<Uint8Array>, event: &str) {
    let Some(rgb) = rgb.filter(|rgb| rgb.length() == width * height * 3) else {
        return;
    };
    if let Some((canvas, context)) = canvas() {
        if (canvas.width(), canvas.height()) != (width, height) {
            canvas.set_width(width);
            canvas.set_height(height);
        }
        let rgba: Vec<u8> = rgb
            .to_vec()
            .chunks_exact(3)
            .flat_map(|p| [p[0], p[1], p[2], 255])
            .collect();
        if let Ok(image) = ImageData::new_with_u8_clamped_array(Clamped(&rgba), width) {
            // If drawing fails, the frame before stays.
            let _ = context.put_image_data(&image, 0.0, 0.0);
        }
    }
    browser::dispatch_with(event, &[("index", index.into()), ("rgb", rgb.into())]);
}

/// Clears the canvas for a new clip.
pub fn clear() {
    if let Some((canvas, context)) = canvas() {
        context.clear_rect(0.0, 0.0, canvas.width().into(), canvas.height().into());
    }
}

fn canvas() -> Option<(HtmlCanvasElement, CanvasRenderingContext2d)> {
    let canvas: HtmlCanvasElement = document().get_element_by_id("screen")?.dyn_into().ok()?;
    let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    Some((canvas, context))
}
