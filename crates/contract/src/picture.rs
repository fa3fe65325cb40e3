//! Layout of reference images before they are embedded in a recipe: cropping and scaling of backgrounds, placement of
//! cut-outs in the canonical frame of a subject.

/// Side of the canonical frame of a cut-out, in pixels.
pub const OWN_FRAME: u32 = 64;
/// JPEG qualities in 0..1 to try in order. The encoder takes the first result of at most [`FITS_A_LINK`] bytes, else the last.
pub const QUALITIES: [f32; 5] = [0.88, 0.75, 0.6, 0.45, 0.3];
/// Largest JPEG, in bytes, that leaves room for a prompt in a recipe link.
pub const FITS_A_LINK: usize = 2400;

/// Shorter side of a background, and upper limit of its longer side, in pixels.
const BACKGROUND_SIDES: (u32, u32) = (128, 256);
/// Longer side of a cut-out within its canonical frame, in pixels.
const CUT_OUT_SIDE: u32 = 49;
/// Smallest alpha of a pixel that belongs to a cut-out.
const MIN_ALPHA: u8 = 16;

/// A source and a destination rectangle, each `[left, top, width, height]` in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Rectangle in the source image.
    pub from: [u32; 4],
    /// Rectangle in the resulting image.
    pub to: [u32; 4],
}

/// Computes the centre crop and scale of a background of `width` × `height` pixels. The result has the size of `to`: the
/// shorter side is 128 pixels, the longer side at most 256.
pub fn place(width: u32, height: u32) -> Layout {
    let (width, height) = (width.max(1), height.max(1));
    let (side, longest) = BACKGROUND_SIDES;
    let shorter = width.min(height);
    let scaled = |own: u32| {
        let own = u64::from(own) * u64::from(side) / u64::from(shorter);
        (own.min(longest.into()) as u32).max(side)
    };
    // Crops an aspect ratio beyond 2:1 to 2:1.
    let kept = |own: u32| own.min(shorter.saturating_mul(longest / side));
    let (kept_width, kept_height) = (kept(width), kept(height));
    Layout {
        from: [
            (width - kept_width) / 2,
            (height - kept_height) / 2,
            kept_width,
            kept_height,
        ],
        to: [0, 0, scaled(width), scaled(height)],
    }
}

/// Computes the bounding box `[left, top, width, height]` of the opaque pixels of an RGBA image of this width. Returns
/// `None` if all pixels are opaque or all are transparent.
pub fn thing(rgba: &[u8], width: u32) -> Option<[u32; 4]> {
    let pixels = rgba.as_chunks::<4>().0;
    let is_opaque = |pixel: &[u8; 4]| pixel[3] >= MIN_ALPHA;
    if pixels.iter().all(is_opaque) {
        return None;
    }
    let opaque = pixels
        .iter()
        .enumerate()
        .filter(|(_, pixel)| is_opaque(pixel));
    let bounds = opaque.fold(None, |bounds, (at, _)| {
        let (x, y) = (at as u32 % width, at as u32 / width);
        let [left, top, right, bottom] = bounds.unwrap_or([x, y, x, y]);
        Some([left.min(x), top.min(y), right.max(x), bottom.max(y)])
    });
    let [left, top, right, bottom] = bounds?;
    Some([left, top, right - left + 1, bottom - top + 1])
}

/// Places a rectangle of a source image in the canonical frame of [`OWN_FRAME`] pixels a side: centred horizontally, with
/// its lower edge where that of a ball would be.
pub fn own_frame(part: [u32; 4]) -> Layout {
    let [.., width, height] = part;
    let longer = width.max(height).max(1);
    let scaled =
        |side: u32| (u64::from(side) * u64::from(CUT_OUT_SIDE) / u64::from(longer)).max(1) as u32;
    let (width, height) = (scaled(width), scaled(height));
    Layout {
        from: part,
        to: [
            (OWN_FRAME - width) / 2,
            (OWN_FRAME + CUT_OUT_SIDE) / 2 - height,
            width,
            height,
        ],
    }
}

/// Stacks an RGBA image into an opaque RGBA image of twice the height: colours in the upper half, alpha as grey in the
/// lower half. JPEG has no alpha channel.
pub fn stacked(rgba: &[u8]) -> Vec<u8> {
    let pixels = rgba.as_chunks::<4>().0;
    let above = pixels.iter().map(|&[r, g, b, _]| [r, g, b, 255]);
    let below = pixels.iter().map(|&[_, _, _, a]| [a, a, a, 255]);
    above.chain(below).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn background_keeps_its_aspect_ratio_up_to_two_to_one() {
        let size = |width, height| {
            let [_, _, width, height] = place(width, height).to;
            (width, height)
        };
        assert_eq!(size(800, 600), (170, 128));
        assert_eq!(size(20, 40), (128, 256));
        assert_eq!(size(3000, 200), (256, 128));
        assert_eq!(size(1, 0), (128, 128));
        assert_eq!(place(3000, 200).from, [1300, 0, 400, 200]);
    }

    #[test]
    fn cut_out_is_centred_and_rests_on_the_ground_line() {
        let mut drawing = vec![0; 200 * 100 * 4];
        for at in (10..60).flat_map(|y| (20..120).map(move |x| (y * 200 + x) * 4)) {
            drawing[at..at + 4].copy_from_slice(&[250, 0, 0, 255]);
        }
        let bounds = thing(&drawing, 200).unwrap();
        assert_eq!(bounds, [20, 10, 100, 50]);
        assert_eq!(own_frame(bounds).to, [7, 32, 49, 24]);
        assert_eq!(own_frame([0, 0, 1, 900]).to, [31, 7, 1, 49]);
        assert_eq!(thing(&[0; 16], 2), None, "all pixels are transparent");
        assert_eq!(thing(&[255; 16], 2), None, "all pixels are opaque");
    }

    #[test]
    fn alpha_is_stacked_below_the_colours() {
        let stacked = stacked(&[1, 2, 3, 40, 5, 6, 7, 80]);
        let pixels = stacked.as_chunks::<4>().0;
        assert_eq!(pixels[..2], [[1, 2, 3, 255], [5, 6, 7, 255]]);
        assert_eq!(pixels[2..], [[40, 40, 40, 255], [80, 80, 80, 255]]);
    }
}
