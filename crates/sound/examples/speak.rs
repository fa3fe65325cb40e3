//! Synthesizes a text to a WAV file: `cargo run -p kinora-sound --example speak -- out.wav [en|fr] [voice] [pace] < text`.
//!
//! Writes phonemes with their times to standard output.

use std::io::Read;
use std::process::ExitCode;

use kinora_sound::speech::{Language, Voice, speak};
use kinora_sound::{SAMPLE_RATE, wav};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("speak: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |index: usize, default| arguments.get(index).map_or(default, String::as_str);
    let path = argument(0, "speech.wav");
    let language = match argument(1, "en") {
        "en" => Language::English,
        "fr" => Language::French,
        other => return Err(format!("unknown language {other}; use en or fr").into()),
    };
    let name = argument(2, "cedar");
    let voice = Voice::named(name).ok_or_else(|| format!("there is no voice {name}"))?;
    let pace: f32 = argument(3, "1").parse()?;
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let utterance = speak(&text, language, &voice, pace)?;
    std::fs::write(path, wav::to_bytes(&utterance.samples, SAMPLE_RATE))?;
    for phoneme in &utterance.phonemes {
        let (start_s, end_s) = (phoneme.start_s, phoneme.start_s + phoneme.duration_s);
        println!("{start_s:.3} {end_s:.3} {}", phoneme.phoneme.symbol());
    }
    Ok(())
}
