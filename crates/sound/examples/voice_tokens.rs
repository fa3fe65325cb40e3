//! Renders sound tokens from standard input to samples on standard output, clip by clip:
//! `voice_tokens 9 < tokens.f32 > samples.f32` for clips of nine rows. All values are little-endian f32.

use std::io::{Read, Write};

use kinora_sound::{SAMPLE_RATE, render, tokens};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rows: usize = std::env::args()
        .nth(1)
        .ok_or("the number of token rows per clip is missing")?
        .parse()?;
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    let values: Vec<f32> = bytes
        .as_chunks()
        .0
        .iter()
        .map(|value| f32::from_le_bytes(*value))
        .collect();
    let clip = rows * tokens::ROW;
    if clip == 0 || bytes.len() % (4 * clip) != 0 {
        return Err(format!("{} bytes are not clips of {rows} rows", bytes.len()).into());
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for clip in values.chunks_exact(clip) {
        for sample in render(&tokens::decode(clip), SAMPLE_RATE) {
            out.write_all(&sample.to_le_bytes())?;
        }
    }
    out.flush()?;
    Ok(())
}
