//! A decoded picture.

use std::io::Cursor;

use image_webp::WebPDecoder;

/// Largest side of a picture in pixels.
const MAX_SIDE: u32 = 1024;

/// A picture with transparency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Pixels, row-major; colour is not multiplied by coverage.
    pub rgba: Vec<[u8; 4]>,
}

impl Picture {
    /// Decodes a WebP by integer arithmetic, so that every platform gets the same bytes.
    pub(crate) fn decode(webp: &[u8]) -> Result<Self, String> {
        let mut decoder = WebPDecoder::new(Cursor::new(webp)).map_err(|it| it.to_string())?;
        let (width, height) = decoder.dimensions();
        if width > MAX_SIDE || height > MAX_SIDE {
            return Err(format!("{width}×{height} pixels are too many"));
        }
        let size = decoder.output_buffer_size().ok_or("it is too large")?;
        let mut bytes = vec![0; size];
        decoder
            .read_image(&mut bytes)
            .map_err(|it| it.to_string())?;
        let rgba = match decoder.has_alpha() {
            true => bytes.as_chunks::<4>().0.to_vec(),
            false => {
                let pixels = bytes.as_chunks::<3>().0.iter();
                pixels.map(|&[r, g, b]| [r, g, b, 255]).collect()
            }
        };
        Ok(Self {
            width: width as usize,
            height: height as usize,
            rgba,
        })
    }
}
