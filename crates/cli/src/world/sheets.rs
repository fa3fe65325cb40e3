//! Contact sheets of successive seeds.

use std::io::BufWriter;
use std::path::Path;

use anyhow::{Context, Result};
use kinora_world::{Renderer, captions};

use super::Args;

/// Eight frames of each seed, one seed per row, with the captions on standard output.
pub fn write_sheet(args: &Args, path: &Path) -> Result<()> {
    const SHOWN: usize = 8;
    let renderer = Renderer::new(args.width, args.height);
    let (row_bytes, rows) = (SHOWN * args.width * 3, args.count as usize * args.height);
    let mut picture = vec![0; row_bytes * rows];
    for (line, seed) in (args.start..args.start + args.count).enumerate() {
        let spec = args.spec(seed)?;
        let frames = args.scene(spec)?.frames(&renderer);
        for column in 0..SHOWN {
            let frame = column * (args.frames - 1) / (SHOWN - 1);
            for y in 0..args.height {
                let from = ((frame * args.height) + y) * args.width * 3;
                let to = (line * args.height + y) * row_bytes + column * args.width * 3;
                picture[to..to + args.width * 3]
                    .copy_from_slice(&frames[from..from + args.width * 3]);
            }
        }
        println!(
            "{seed}: {}, {} camera",
            captions(&spec, seed)[0],
            spec.camera
        );
    }
    write_png(path, SHOWN * args.width, rows, &picture)
}

/// Writes 8-bit RGB by row as a PNG.
pub fn write_png(path: &Path, width: usize, height: usize, rgb: &[u8]) -> Result<()> {
    let file =
        std::fs::File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut encoder = png::Encoder::new(BufWriter::new(file), width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header()?.write_image_data(rgb)?;
    Ok(())
}
