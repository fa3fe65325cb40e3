//! Formant synthesizer after Klatt (1980): voicing and aspiration through a cascade of resonators, frication through
//! parallel band-passes.

mod consonants;
mod envelope;
mod filters;
mod gestures;
mod limiter;
mod source;
mod vowels;

pub use limiter::limit;

use self::consonants::BANDS;
use self::filters::{Antiresonator, BandPass, Resonator};
use self::gestures::Gestures;
use self::source::GlottalSource;
use super::Voice;
use super::prosody::{Score, melody_at};
use crate::SAMPLE_RATE;
use crate::noise::white;

/// Control period in samples: 2 ms.
const STEP: usize = 32;

/// Maximum frequency of a resonator of the cascade, in Hz.
const TOP_HZ: f32 = 7_600.0;

/// Target RMS of the louder half of an utterance: about −20 dB full scale.
const LOUDNESS: f32 = 0.11;

/// Synthesizes a score with a voice: mono samples at [`SAMPLE_RATE`], within ±0.98.
pub fn render(score: &Score, voice: &Voice) -> Vec<f32> {
    let samples = libm::ceilf(score.duration_s() * SAMPLE_RATE as f32) as usize;
    let mut out = tract(score, voice, samples);
    level(&mut out);
    limit(&mut out);
    out
}

fn tract(score: &Score, voice: &Voice, samples: usize) -> Vec<f32> {
    let gestures = Gestures::new(score);
    let mut formants = gestures
        .formants
        .each_ref()
        .map(|envelope| envelope.reader());
    let mut bandwidths = gestures
        .bandwidths
        .each_ref()
        .map(|envelope| envelope.reader());
    let mut bands = gestures.bands.each_ref().map(|envelope| envelope.reader());
    let (mut voicing, mut breathing, mut nose) = (
        gestures.voice.reader(),
        gestures.breath.reader(),
        gestures.nose.reader(),
    );
    let mut cascade = Cascade::new(voice);
    let mut parallel = Parallel::new(voice);
    let mut glottis = GlottalSource::new(voice.open_quotient, voice.tilt_hz);
    let mut out = Vec::with_capacity(samples + STEP);
    let (mut voiced, mut breath) = (Ramp::default(), Ramp::default());
    while out.len() < samples {
        let time_s = (out.len() + STEP / 2) as f32 / SAMPLE_RATE as f32;
        let hz = [0, 1, 2].map(|formant| formants[formant].at(time_s) * voice.tract);
        cascade.tune(
            hz,
            [0, 1, 2].map(|formant| bandwidths[formant].at(time_s)),
            nose.at(time_s),
        );
        parallel.tune(hz, [0, 1, 2, 3, 4, 5, 6].map(|band| bands[band].at(time_s)));
        let pitch_hz = pitch(score, voice, time_s, out.len());
        voiced.aim(voicing.at(time_s));
        breath.aim(breathing.at(time_s));
        for _ in 0..STEP {
            let index = out.len() as u32;
            let (pulse, open) = glottis.next(pitch_hz);
            let voiced = voiced.next();
            // The glottal flow modulates turbulence noise.
            let flow = if open { 1.0 } else { 0.4 };
            let noise = gaussian(voice.stream, index);
            let source =
                pulse * voiced + noise * (breath.next() * 0.3 + voiced * voice.breath * flow);
            let frication =
                gaussian(voice.stream + 64, index) * if voiced > 0.2 { flow } else { 1.0 };
            out.push(cascade.next(source) + parallel.next(frication));
        }
    }
    out.truncate(samples);
    out
}

/// Evaluates the pitch contour with flutter (Klatt & Klatt 1990, equation 1) and jitter, in Hz.
fn pitch(score: &Score, voice: &Voice, time_s: f32, sample: usize) -> f32 {
    let wave = |hz: f32| libm::sinf(core::f32::consts::TAU * hz * time_s);
    let flutter = 0.006 * (wave(12.7) + wave(7.1) + wave(4.7)) / 3.0;
    let jitter = 0.004 * white(voice.stream + 128, (sample / STEP) as u32);
    let hz = voice.pitch_hz
        * libm::exp2f(melody_at(&score.melody, time_s) / 12.0)
        * (1.0 + flutter + jitter);
    hz.clamp(45.0, 700.0)
}

/// Returns approximately normal noise of variance 1/3: half the sum of four uniform samples.
fn gaussian(stream: u32, index: u32) -> f32 {
    let at = index.wrapping_mul(4);
    (0..4)
        .map(|part| white(stream, at.wrapping_add(part)))
        .sum::<f32>()
        * 0.5
}

/// Linear interpolation of a parameter within a control period; avoids clicks.
#[derive(Default)]
struct Ramp {
    value: f32,
    slope: f32,
}

impl Ramp {
    fn aim(&mut self, target: f32) {
        self.slope = (target - self.value) / STEP as f32;
    }

    fn next(&mut self) -> f32 {
        self.value += self.slope;
        self.value
    }
}

/// Cascade branch: nasal pole and zero, then the formants; filters voicing and aspiration.
struct Cascade {
    formants: [Resonator; 3],
    /// F4 and above; fixed by the length of the vocal tract.
    higher: Vec<Resonator>,
    nasal_pole: Resonator,
    nasal_zero: Antiresonator,
}

impl Cascade {
    fn new(voice: &Voice) -> Self {
        let higher = (0..5)
            .map(|number| {
                (
                    (3_500.0 + 1_000.0 * number as f32) * voice.tract,
                    200.0 + 120.0 * number as f32,
                )
            })
            .filter(|(hz, _)| *hz < TOP_HZ)
            .map(|(hz, width)| {
                let mut resonator = Resonator::default();
                resonator.tune(hz, width);
                resonator
            })
            .collect();
        Self {
            formants: [Resonator::default(); 3],
            higher,
            nasal_pole: Resonator::default(),
            nasal_zero: Antiresonator::default(),
        }
    }

    fn tune(&mut self, hz: [f32; 3], bandwidths: [f32; 3], nose: f32) {
        for (formant, resonator) in self.formants.iter_mut().enumerate() {
            resonator.tune(hz[formant], bandwidths[formant]);
        }
        // With a closed velum the zero cancels the pole.
        self.nasal_pole.tune(270.0, 100.0);
        self.nasal_zero.tune(270.0 + 230.0 * nose, 100.0);
    }

    fn next(&mut self, sample: f32) -> f32 {
        let mut sample = self.nasal_zero.next(self.nasal_pole.next(sample));
        for resonator in self.higher.iter_mut().chain(&mut self.formants) {
            sample = resonator.next(sample);
        }
        sample
    }
}

/// Parallel branch: band-passes for frication, whose source is in front of the vocal tract.
struct Parallel {
    bands: [BandPass; BANDS - 1],
    gains: [Ramp; BANDS],
    tract: f32,
}

impl Parallel {
    fn new(voice: &Voice) -> Self {
        Self {
            bands: Default::default(),
            gains: Default::default(),
            // Frication depends on the front cavity, which varies less between voices than the whole tract.
            tract: 1.0 + (voice.tract - 1.0) * 0.4,
        }
    }

    fn tune(&mut self, hz: [f32; 3], gains: [f32; BANDS]) {
        let fixed = |hz: f32| (hz * self.tract).min(7_400.0);
        let centres = [
            hz[1],
            hz[2],
            fixed(3_500.0),
            fixed(4_600.0),
            fixed(5_700.0),
            fixed(6_900.0),
        ];
        const WIDTHS: [f32; BANDS - 1] = [180.0, 280.0, 420.0, 750.0, 1_000.0, 1_300.0];
        for (band, filter) in self.bands.iter_mut().enumerate() {
            filter.tune(centres[band], WIDTHS[band]);
        }
        for (ramp, gain) in self.gains.iter_mut().zip(gains) {
            ramp.aim(gain);
        }
    }

    fn next(&mut self, noise: f32) -> f32 {
        let mut sum = noise * self.gains[BANDS - 1].next();
        for (filter, gain) in self.bands.iter_mut().zip(&mut self.gains) {
            sum += filter.next(noise * gain.next());
        }
        sum
    }
}

/// Scales the samples so that the louder half has an RMS of [`LOUDNESS`], with peaks of at most 0.9.
fn level(samples: &mut [f32]) {
    let mut powers: Vec<f32> = samples
        .chunks(SAMPLE_RATE as usize / 50)
        .map(|chunk| chunk.iter().map(|sample| sample * sample).sum::<f32>() / chunk.len() as f32)
        .collect();
    powers.sort_by(f32::total_cmp);
    let loud = &powers[powers.len() / 2..];
    let power = loud.iter().sum::<f32>() / loud.len().max(1) as f32;
    let peak = samples
        .iter()
        .fold(0.0f32, |peak, sample| peak.max(sample.abs()));
    if power > 0.0 && peak > 0.0 {
        let gain = (LOUDNESS / power.sqrt()).min(0.9 / peak);
        samples.iter_mut().for_each(|sample| *sample *= gain);
    }
}
