//! Pictures that the next clip is given: chosen or dropped, laid out by the browser, and shown beneath the sentence.

use super::state::Studio;
use super::web;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
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

/// Pixels along the longer side in which what is cut out is looked for.
const LOOKED_AT: u32 = 512;

/// The pictures in the form, each with its way out.
#[component]
pub fn Pictures() -> impl IntoView {
    let form = Studio::get().form;
    let given = Memo::new(move |_| form.pictures.get());
    let some = Memo::new(move |_| !form.pictures.with(Vec::is_empty));
    view! {
        <Show when=move || some.get()>
            <div class="pictures">{move || given.get().iter().filter_map(shown).collect_view()}</div>
        </Show>
    }
}

fn shown(source: &Source) -> Option<impl IntoView + use<>> {
    let studio = Studio::get();
    let Picture { used, jpeg } = source.picture().ok().flatten()?;
    let url = jpeg.map(|jpeg| format!("data:image/jpeg;base64,{}", STANDARD.encode(jpeg)));
    let (told, hash) = (meaning(used), source.hash.clone());
    let take_out = move |_| {
        studio
            .form
            .pictures
            .update(|all| all.retain(|it| it.hash != hash));
        studio.say("The picture is out.");
        web::focus_soon("open-picture");
    };
    Some(view! {
        <p class="given" data-use=format!("{used:?}").to_lowercase()>
            <img src=url alt="" width="48" height="48" class:cut-out=used.is_cut_out()/>
            <span>{told}</span>
            <button type="button" class="plain" on:click=take_out>"Take it out"</button>
        </p>
    })
}

fn meaning(used: PictureUse) -> &'static str {
    match used {
        PictureUse::Place => "This picture is the place. Light and weather are its own.",
        PictureUse::Subject => "This is the first thing that you name.",
        PictureUse::Head => "This is the face of who talks.",
    }
}

/// Whether a file is a picture, going by what the browser takes it for.
pub fn is_picture(file: &File) -> bool {
    file.type_().starts_with("image/")
}

/// Puts a picture file into the form, in place of one that was used in the same way.
pub async fn take(studio: Studio, file: File) {
    let name = file.name();
    match source_of(&file).await {
        Ok(source) => {
            let Ok(Some(Picture { used, .. })) = source.picture() else {
                return;
            };
            studio.form.pictures.update(|all| {
                all.retain(|it| !it.is_used_as(used));
                all.push(source);
            });
            studio.problem.set(None);
            studio.say(meaning(used));
        }
        Err(_) => {
            let sentence = format!(
                "“{name}” is no picture that this browser can show. Take a JPEG, PNG or WebP; everything else is as you left it."
            );
            studio.say(sentence.clone());
            studio.note(sentence);
        }
    }
}

/// A picture as it travels in a recipe: cut out if its background is clear.
async fn source_of(file: &File) -> Result<Source, JsValue> {
    let bitmap = window().create_image_bitmap_with_blob(file)?;
    let bitmap: ImageBitmap = JsFuture::from(bitmap).await?.unchecked_into();
    let made = made(&bitmap).await;
    bitmap.close();
    made
}

async fn made(bitmap: &ImageBitmap) -> Result<Source, JsValue> {
    let (used, canvas) = match cut_out(bitmap)? {
        Some(canvas) => (PictureUse::Subject, canvas),
        None => {
            let layout = place(bitmap.width(), bitmap.height());
            let [_, _, width, height] = layout.to;
            (PictureUse::Place, drawn(bitmap, layout, (width, height))?.0)
        }
    };
    let mut jpeg = Vec::new();
    for quality in QUALITIES {
        jpeg = encoded(&canvas, quality).await?;
        if jpeg.len() <= FITS_A_LINK {
            break;
        }
    }
    if jpeg.len() > MAX_PICTURE_BYTES {
        return Err("too large".into());
    }
    Ok(Source::of_picture(used, jpeg))
}

/// What is cut out, colours above and coverage below; none where the background is not clear.
fn cut_out(bitmap: &ImageBitmap) -> Result<Option<OffscreenCanvas>, JsValue> {
    let (width, height) = (bitmap.width(), bitmap.height());
    let scale = (f64::from(LOOKED_AT) / f64::from(width.max(height).max(1))).min(1.0);
    let [small_width, small_height] =
        [width, height].map(|side| ((f64::from(side) * scale) as u32).max(1));
    let whole = Layout {
        from: [0, 0, width, height],
        to: [0, 0, small_width, small_height],
    };
    let (_, context) = drawn(bitmap, whole, (small_width, small_height))?;
    let pixels = pixels(&context, small_width, small_height)?;
    let Some(bounds) = thing(&pixels, small_width) else {
        return Ok(None);
    };
    let bounds = bounds.map(|v| (f64::from(v) / scale) as u32);
    let (_, context) = drawn(bitmap, own_frame(bounds), (OWN_FRAME, OWN_FRAME))?;
    let stacked = stacked(&self::pixels(&context, OWN_FRAME, OWN_FRAME)?);
    let (canvas, context) = canvas(OWN_FRAME, 2 * OWN_FRAME)?;
    let image = ImageData::new_with_u8_clamped_array(Clamped(&stacked), OWN_FRAME)?;
    context.put_image_data(&image, 0.0, 0.0)?;
    Ok(Some(canvas))
}

fn drawn(
    bitmap: &ImageBitmap,
    layout: Layout,
    (width, height): (u32, u32),
) -> Result<(OffscreenCanvas, OffscreenCanvasRenderingContext2d), JsValue> {
    let (canvas, context) = canvas(width, height)?;
    context.set_image_smoothing_enabled(true);
    // No binding has this property.
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
    let context = canvas
        .get_context("2d")?
        .ok_or("this browser draws nothing")?;
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

async fn encoded(canvas: &OffscreenCanvas, quality: f32) -> Result<Vec<u8>, JsValue> {
    let options = ImageEncodeOptions::new();
    options.set_type("image/jpeg");
    options.set_quality(quality.into());
    let blob = JsFuture::from(canvas.convert_to_blob_with_options(&options)?).await?;
    let buffer = JsFuture::from(blob.unchecked_into::<Blob>().array_buffer()).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}
