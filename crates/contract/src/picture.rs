//! How a picture is laid out before it goes into a recipe: places keep the shape that they have, things are cut out and stand on
//! their ground.

/// Pixels along a side of a thing's own frame.
pub const OWN_FRAME: u32 = 64;
/// JPEG qualities to try, 0..1, until one [`FITS_A_LINK`]; else the last one is taken.
pub const QUALITIES: [f32; 5] = [0.88, 0.75, 0.6, 0.45, 0.3];
/// A picture of so many bytes leaves room for words in a link.
pub const FITS_A_LINK: usize = 2400;

/// Pixels along the shorter side of a place, and the longest side.
const PLACE: (u32, u32) = (128, 256);
/// Pixels along the longer side of a thing in its own frame.
const THING: u32 = 49;
/// Coverage from which a pixel belongs to what is cut out.
const COVERED: u8 = 16;

/// A part of a picture and where it goes, each as left, top, width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// In the picture.
    pub from: [u32; 4],
    /// In what is made of it.
    pub to: [u32; 4],
}

/// The middle of a picture as a place; its size is that of `to`.
pub fn place(width: u32, height: u32) -> Layout {
    let (width, height) = (width.max(1), height.max(1));
    let (side, longest) = PLACE;
    let shorter = width.min(height);
    let scaled = |own: u32| {
        let own = u64::from(own) * u64::from(side) / u64::from(shorter);
        (own.min(longest.into()) as u32).max(side)
    };
    // A frame shows no more of what is very long.
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

/// What RGBA pixels of this width show that has a clear background: left, top, width and height. None where nothing is clear,
/// or everything.
pub fn thing(rgba: &[u8], width: u32) -> Option<[u32; 4]> {
    let pixels = rgba.as_chunks::<4>().0;
    let covered = |pixel: &[u8; 4]| pixel[3] >= COVERED;
    if pixels.iter().all(covered) {
        return None;
    }
    let places = pixels
        .iter()
        .enumerate()
        .filter(|(_, pixel)| covered(pixel));
    let bounds = places.fold(None, |bounds, (at, _)| {
        let (x, y) = (at as u32 % width, at as u32 / width);
        let [left, top, right, bottom] = bounds.unwrap_or([x, y, x, y]);
        Some([left.min(x), top.min(y), right.max(x), bottom.max(y)])
    });
    let [left, top, right, bottom] = bounds?;
    Some([left, top, right - left + 1, bottom - top + 1])
}

/// A part of a picture in a thing's own frame of [`OWN_FRAME`] pixels: in the middle, and as low as a ball lies.
pub fn own_frame(part: [u32; 4]) -> Layout {
    let [.., width, height] = part;
    let longer = width.max(height).max(1);
    let scaled = |side: u32| (u64::from(side) * u64::from(THING) / u64::from(longer)).max(1) as u32;
    let (width, height) = (scaled(width), scaled(height));
    Layout {
        from: part,
        to: [
            (OWN_FRAME - width) / 2,
            (OWN_FRAME + THING) / 2 - height,
            width,
            height,
        ],
    }
}

/// An own frame in RGBA as opaque RGBA of twice the height: colours above, coverage below.
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
    fn a_place_keeps_its_shape_up_to_twice_its_side() {
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
    fn a_thing_stands_on_its_ground_in_the_middle() {
        let mut drawing = vec![0; 200 * 100 * 4];
        for at in (10..60).flat_map(|y| (20..120).map(move |x| (y * 200 + x) * 4)) {
            drawing[at..at + 4].copy_from_slice(&[250, 0, 0, 255]);
        }
        let bounds = thing(&drawing, 200).unwrap();
        assert_eq!(bounds, [20, 10, 100, 50]);
        assert_eq!(own_frame(bounds).to, [7, 32, 49, 24]);
        assert_eq!(own_frame([0, 0, 1, 900]).to, [31, 7, 1, 49]);
        assert_eq!(thing(&[0; 16], 2), None, "nothing is there");
        assert_eq!(thing(&[255; 16], 2), None, "nothing is clear");
    }

    #[test]
    fn coverage_stands_below_the_colours() {
        let stacked = stacked(&[1, 2, 3, 40, 5, 6, 7, 80]);
        let pixels = stacked.as_chunks::<4>().0;
        assert_eq!(pixels[..2], [[1, 2, 3, 255], [5, 6, 7, 255]]);
        assert_eq!(pixels[2..], [[40, 40, 40, 255], [80, 80, 80, 255]]);
    }
}
