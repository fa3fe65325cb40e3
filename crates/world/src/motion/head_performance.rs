//! Performance of a portrait: head pose, gaze, blinks and speech over time.

use core::f32::consts::TAU;

use kinora_scene::constants::GROUND_Y;
use kinora_scene::rng::Rng;
use kinora_scene::smoothstep;
use kinora_scene::vocabulary::{Action, Shot};
use kinora_sound::speech::{Mouth, Stress, Utterance, Voice, mouth, speak};

use crate::geometry::vector::V3;
use crate::heads::{Expression, HeadPose};
use crate::motion::track::Pose2;
use crate::spec::SceneSpec;
use crate::spec::portrait::Portrait;
use crate::spec::shape::{LAYER_EXTENT, Shape};
use crate::utterances::Line;

/// Interval between glances in seconds.
const GLANCE_S: f32 = 1.15;
/// Half the width of the widest shoulders, in half head heights.
const SHOULDERS: f32 = 1.9;
/// Maximum duration of a sentence in seconds; longer ones are spoken faster.
const LONGEST_S: f32 = 2.25;

/// Pivot of the head on the neck, relative to the head's centre, in half head heights.
pub(crate) const PIVOT: V3 = V3(0.0, -0.62, -0.12);
/// Distance of the perspective camera in half head heights.
pub(crate) const DISTANCE: f32 = 7.5;
/// Centre of the head's layer, in front of the head's centre.
const FACE: V3 = V3(0.0, 0.06, 0.25);
/// Radius of the head's layer in half head heights; the layer extends [`LAYER_EXTENT`] times as far.
const HEAD_RADIUS: f32 = 1.12;

/// State of the person in one frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Act {
    /// Centre of the head, right and up from the ground line.
    pub at: [f32; 2],
    /// Rotation of the head.
    pub pose: HeadPose,
    /// Rotation of the body.
    pub body: HeadPose,
    /// Facial expression.
    pub expression: Expression,
}

/// Speech of a clip.
#[derive(Clone, Debug, PartialEq)]
pub struct Speech {
    /// Text.
    pub text: String,
    /// Name of the voice.
    pub voice: &'static str,
    /// Start in seconds.
    pub start_s: f32,
    /// Samples, phonemes and word times.
    pub utterance: Utterance,
}

/// State of the person over a clip.
#[derive(Clone, Debug, PartialEq)]
pub struct Performance {
    /// Half the height of the head in half image heights.
    pub scale: f32,
    /// Centre of the bounding circle, right and up from the ground line.
    pub centre: [f32; 2],
    /// Radius of the bounding circle; the layer extends [`LAYER_EXTENT`] times as far.
    pub radius: f32,
    /// One per pixel frame.
    pub acts: Vec<Act>,
    /// Text.
    pub speech: Option<Speech>,
}

impl Performance {
    /// Computes the pose of the head's layer in a frame.
    pub(crate) fn head(&self, frame: usize) -> Pose2 {
        let act = &self.acts[frame];
        let rows = act.pose.rows();
        let face = PIVOT + turned(&rows, FACE - PIVOT);
        let near = DISTANCE / (DISTANCE - face.2) * self.scale;
        let up = turned(&rows, V3(0.0, 1.0, 0.0));
        let length = libm::sqrtf(up.0 * up.0 + up.1 * up.1);
        Pose2 {
            x: act.at[0] + face.0 * near,
            y: act.at[1] + face.1 * near,
            cos: up.1 / length,
            sin: -up.0 / length,
        }
    }

    /// Returns the radius of the head's layer in half image heights.
    pub(crate) fn head_radius(&self) -> f32 {
        HEAD_RADIUS * self.scale
    }
}

/// Rotates a vector by the matrix with these rows.
pub(crate) fn turned(rows: &[V3; 3], p: V3) -> V3 {
    V3(rows[0].dot(p), rows[1].dot(p), rows[2].dot(p))
}

/// Builds the performance of a portrait; `text` replaces its line.
pub fn perform(
    spec: &SceneSpec,
    portrait: &Portrait,
    shape: Shape,
    text: Option<&str>,
) -> Performance {
    let script = Script::new(spec, portrait, shape, text);
    let times = (0..shape.frames).map(|frame| frame as f32 / shape.frames_per_second as f32);
    // Covers hair, shoulders and the range of the camera.
    let wide = (script.at[0].abs() + SHOULDERS * script.scale).min(shape.aspect() + 0.14);
    let half = wide.max(1.10);
    Performance {
        scale: script.scale,
        centre: [script.at[0] * 0.5, GROUND_Y - 0.10],
        radius: half / LAYER_EXTENT,
        acts: times.map(|time_s| script.act(time_s)).collect(),
        speech: script.speech,
    }
}

/// Parameters of a performance, drawn from the seed.
struct Script {
    seed: u64,
    talks: bool,
    scale: f32,
    at: [f32; 2],
    yaw: f32,
    pitch: f32,
    roll: f32,
    mood: f32,
    meets_eye: bool,
    phase: f32,
    frame_s: f32,
    speech: Option<Speech>,
}

impl Script {
    fn new(spec: &SceneSpec, portrait: &Portrait, shape: Shape, text: Option<&str>) -> Self {
        let mut rng = Rng::new(spec.seed, 65);
        let talks = spec.action == Action::Talk;
        let fit = shape.aspect().clamp(0.55, 1.0);
        let (size, height) = match portrait.shot {
            Shot::CloseUp => (rng.range(0.58, 0.66), rng.range(-0.02, 0.06)),
            Shot::Bust => (rng.range(0.40, 0.46), rng.range(-0.26, -0.18)),
        };
        let turn = if talks { 0.42 } else { 0.60 };
        Self {
            seed: spec.seed,
            talks,
            scale: size * (0.4 + 0.6 * fit),
            at: [rng.range(-0.14, 0.14) * fit, GROUND_Y - height],
            yaw: rng.range(-turn, turn),
            pitch: rng.range(-0.14, 0.14),
            roll: rng.range(-0.10, 0.10),
            mood: rng.range(-0.35, 1.0),
            meets_eye: rng.chance(0.75),
            phase: rng.range(0.0, 1.0),
            frame_s: 1.0 / shape.frames_per_second as f32,
            speech: speech(portrait, text, rng.range(0.12, 0.30)),
        }
    }

    fn act(&self, time_s: f32) -> Act {
        let sway = |hz: f32, offset: f32| libm::sinf(TAU * (hz * time_s + self.phase + offset));
        let [glance_yaw, glance_pitch] = self.glance(time_s);
        let nod = self.stress(time_s);
        let pose = HeadPose {
            yaw: self.yaw + glance_yaw + 0.05 * sway(0.31, 0.0),
            pitch: self.pitch + glance_pitch + 0.03 * sway(0.47, 0.3) - 0.07 * nod,
            roll: self.roll + 0.03 * sway(0.39, 0.6),
        };
        let mouth = self.mouth(time_s);
        let ahead = if self.meets_eye {
            [-1.25 * pose.yaw, -1.4 * pose.pitch]
        } else {
            [0.5 * glance_yaw, 0.0]
        };
        let speaking = if self.talks { 0.35 } else { 1.0 };
        Act {
            at: [self.at[0], self.at[1] + 0.012 * sway(0.47, 0.1)],
            pose,
            body: HeadPose {
                yaw: self.yaw * 0.35,
                pitch: 0.0,
                roll: 0.012 * sway(0.31, 0.2),
            },
            expression: Expression {
                mouth,
                blink: self.blink(time_s),
                brow: (0.25 * sway(0.23, 0.5) + 0.55 * nod).clamp(-1.0, 1.0),
                smile: (self.mood * speaking * (0.8 + 0.2 * sway(0.2, 0.0))).clamp(-1.0, 1.0),
                gaze: ahead.map(|way| way.clamp(-0.85, 0.85)),
            },
        }
    }

    /// Mouth shape averaged over the frame around `time_s`.
    fn mouth(&self, time_s: f32) -> Mouth {
        match &self.speech {
            Some(speech) => mouth::within(
                &speech.utterance.phonemes,
                time_s - speech.start_s - self.frame_s * 0.5,
                self.frame_s,
            ),
            None => Expression::default().mouth,
        }
    }

    /// Yaw and pitch of the current glance relative to the rest pose.
    fn glance(&self, time_s: f32) -> [f32; 2] {
        let number = (time_s / GLANCE_S) as u64;
        let reach = if self.talks { 0.10 } else { 0.42 };
        let target = |number: u64| {
            let mut rng = Rng::new(self.seed ^ number.wrapping_mul(0x9E37_79B9), 66);
            // Glances tend back to the centre.
            let pull = -0.5 * self.yaw * f32::from(!self.talks);
            [
                rng.range(-reach, reach) + pull,
                rng.range(-0.3, 0.3) * reach,
            ]
        };
        let (from, to) = (target(number), target(number + 1));
        let share = smoothstep(0.45, 1.0, time_s / GLANCE_S - number as f32);
        [0, 1].map(|axis| from[axis] + (to[axis] - from[axis]) * share)
    }

    /// Closure of the lids: one blink per span.
    fn blink(&self, time_s: f32) -> f32 {
        const SPAN_S: f32 = 1.9;
        let number = (time_s / SPAN_S) as u64;
        let mut rng = Rng::new(self.seed ^ number.wrapping_mul(0x85EB_CA77), 67);
        let at = number as f32 * SPAN_S + rng.range(0.3, SPAN_S - 0.3);
        smoothstep(0.15, 0.05, (time_s - at).abs())
    }

    /// Proximity of a stressed vowel, 0 ..= 1.
    fn stress(&self, time_s: f32) -> f32 {
        let Some(speech) = &self.speech else {
            return 0.0;
        };
        let stressed = speech
            .utterance
            .phonemes
            .iter()
            .filter(|phoneme| phoneme.stress == Stress::Primary);
        stressed
            .map(|phoneme| {
                let middle = speech.start_s + phoneme.start_s + phoneme.duration_s * 0.5;
                smoothstep(0.22, 0.0, (time_s - middle).abs())
            })
            .fold(0.0, f32::max)
    }
}

/// Synthesises the line of a portrait so that it fits a default clip; `None` for text that cannot be spoken.
fn speech(portrait: &Portrait, text: Option<&str>, start_s: f32) -> Option<Speech> {
    let line: Line = portrait.line?;
    let text = text.unwrap_or(line.text());
    let language = match Line::of_text(text) {
        Some(line) => line.language(),
        None => line_language(text),
    };
    let (name, pitch) = portrait.voice();
    let voice = Voice::named(name)?;
    let voice = voice.with_pitch(voice.pitch_hz() * pitch).ok()?;
    let calm = speak(text, language, &voice, 1.0).ok()?;
    let pace = (calm.duration_s() / LONGEST_S).clamp(1.0, 1.6);
    let utterance = if pace > 1.0 {
        speak(text, language, &voice, pace).ok()?
    } else {
        calm
    };
    Some(Speech {
        text: text.to_string(),
        voice: name,
        start_s,
        utterance,
    })
}

/// Detects French by its accented letters.
fn line_language(text: &str) -> kinora_sound::speech::Language {
    if text.chars().any(|letter| "àâçéèêëîïôûùœ".contains(letter)) {
        kinora_sound::speech::Language::French
    } else {
        kinora_sound::speech::Language::English
    }
}
