//! Writes the gallery's sheets as PNGs: `cargo run -p kinora-world --example gallery -- DIR [part of a name]`.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use kinora_world::gallery::{Picture, draw, sheets};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().ok_or("give a folder for the sheets")?;
    let wanted = args.next().unwrap_or_default();
    std::fs::create_dir_all(&folder)?;
    for sheet in sheets().iter().filter(|sheet| sheet.name.contains(&wanted)) {
        let path = Path::new(&folder).join(format!("{}.png", sheet.name));
        write_png(&path, &draw(sheet, 128))?;
        println!("{}", path.display());
    }
    Ok(())
}

fn write_png(path: &Path, picture: &Picture) -> Result<(), Box<dyn std::error::Error>> {
    let file = BufWriter::new(File::create(path)?);
    let mut encoder = png::Encoder::new(file, picture.width as u32, picture.height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header()?.write_image_data(&picture.rgb)?;
    Ok(())
}
