//! The mouth of the first subject on the sub-frames of the plan.

use kinora_sound::speech::Viseme;
use kinora_sound::tokens;

use crate::heads::Expression;
use crate::motion::simulation::Simulation;

/// Values per sub-frame: opening 0 ..= 1, width −1 ..= 1, one-hot viseme ±1.
pub const MOUTH_SUBFRAME: usize = 2 + Viseme::ALL.len();
/// Values per latent frame.
pub const MOUTH_DIM: usize = tokens::SUBFRAMES * MOUTH_SUBFRAME;
/// Computes rows `[latent_frames, MOUTH_DIM]`; at rest in scenes without a portrait.
pub(super) fn mouth_rows(simulation: &Simulation) -> Vec<f32> {
    let mut rows = vec![0.0; tokens::latent_frames(simulation.frames) * MOUTH_DIM];
    for (index, values) in rows.chunks_exact_mut(MOUTH_SUBFRAME).enumerate() {
        let frame = tokens::pixel_frame(index / tokens::SUBFRAMES, index % tokens::SUBFRAMES);
        let act = simulation.performance.as_ref().map(|play| play.acts[frame]);
        let mouth = act
            .map_or(Expression::default(), |act| act.expression)
            .mouth;
        values[0] = mouth.open;
        values[1] = mouth.width;
        values[2..].fill(-1.0);
        values[2 + mouth.viseme as usize] = 1.0;
    }
    rows
}
