//! The video model: a diffusion transformer over video, sound and layer tokens in one sequence, conditioned on text, slots and plan.
//!
//! Video tokens are the background on its plate ([`crate::latents::background`]); a layer token is one subject in its canonical frame
//! ([`crate::latents::layers`]). Some tokens may be known ([`crate::conditioning_mask`]): the start of an extension, or a reference.

use kinora_contract::plan::SUBJECTS;
use kinora_engine::{Graph, GraphError, Value};

use crate::grid::Grid;
use crate::plan_conditioning::{LAYER_FEATURES, PLAN_FEATURES, SOUND_FEATURES};
use crate::text::slots::SlotDims;
use kinora_model::blocks::rotary::{Position, time_positions};
use kinora_model::blocks::wan::{self, Context, RotaryInputs, TimeEmbedding, WanConfig};
use kinora_model::blocks::{Built, GraphBuilder};

/// Values of a video token: 2 × 2 latents of 48 channels.
pub const TOKEN_DIM: usize = 192;
/// Values of a sound token.
pub const SOUND_DIM: usize = 40;

/// Whether a step also predicts without the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Guidance {
    /// One pass.
    None,
    /// Two passes and input `guidance` [1]; the second sees inputs `null_text`, `null_text_bias`, `null_slots.scene` and
    /// `null_slots.subjects`.
    ClassifierFree,
}

/// Builds one denoising step.
///
/// States `video` [video tokens, 192], `sound` [T, 40] and `layers` [layer tokens, layer_dim], ordered by latent frame,
/// then subject; inputs `text` [rows, text_dim], `text_bias` [heads, tokens, rows], `plan_features` [video tokens,
/// [`PLAN_FEATURES`]], `plan` [T, [`SOUND_FEATURES`]], `layer_plan` [layer tokens, [`LAYER_FEATURES`]], `time` [1, freq_dim],
/// `coeffs` [4], `rope.cos` and `rope.sin`, `slots.scene` [1, scene] and `slots.subjects` [SUBJECTS, subject] ([`crate::text::slots`]), and for
/// each state `{state}.unknown` and `{state}.known` of its shape
/// ([`crate::conditioning_mask::ConditioningMask::masks`]); outputs `video_x0`, `sound_x0` and `layers_x0`. The states take the step.
pub fn dit_graph(
    config: &WanConfig,
    (layer_dim, slots): (usize, SlotDims),
    grid: Grid,
    text_rows: usize,
    guidance: Guidance,
) -> Result<Graph, GraphError> {
    let mut graph = Graph::new("dit");
    let inputs = Inputs::declare(&mut graph, config, layer_dim, grid)?;
    let coeffs = graph.input("coeffs", &[4])?;
    let mut net = GraphBuilder::new(&mut graph, "dit.");
    let time = wan::time_embedding(&mut net, config, inputs.time)?;
    let embedded = inputs.embed(&mut net, config)?;

    let text = TextConditioning::declare(&mut net, config, (grid, text_rows, slots), "")?;
    let mut x0 = inputs.denoise(&mut net, config, embedded, time, text)?;
    if guidance == Guidance::ClassifierFree {
        let null = TextConditioning::declare(&mut net, config, (grid, text_rows, slots), "null_")?;
        let unguided = inputs.denoise(&mut net, config, embedded, time, null)?;
        let strength = net.graph.input("guidance", &[1])?;
        for (x0, unguided) in x0.iter_mut().zip(unguided) {
            *x0 = net.graph.guide(*x0, unguided, strength)?;
        }
    }

    for (part, x0) in inputs.parts.iter().zip(x0) {
        let x0 = graph.mul(x0, part.unknown)?;
        let x0 = graph.add(x0, part.known)?;
        let next = graph.euler_x0(part.tokens, x0, coeffs)?;
        graph.output(&format!("{}_x0", part.names.state), x0)?;
        graph.update(part.tokens, next)?;
    }
    Ok(graph)
}

/// Names of a part of the sequence in the graph and in the weights.
struct Names {
    state: &'static str,
    embedding: &'static str,
    plan: &'static str,
    plan_embedding: &'static str,
    out: &'static str,
}

/// The parts of the sequence, in order.
const PARTS: [Names; 3] = [
    Names {
        state: "video",
        embedding: "patch_embedding",
        plan: "plan_features",
        plan_embedding: "plan_embedding",
        out: "proj_out",
    },
    Names {
        state: "sound",
        embedding: "sound_embedding",
        plan: "plan",
        plan_embedding: "sound_plan_embedding",
        out: "sound_out",
    },
    Names {
        state: "layers",
        embedding: "layer_embedding",
        plan: "layer_plan",
        plan_embedding: "layer_plan_embedding",
        out: "layer_out",
    },
];

/// A part of the sequence: tokens of one kind.
struct Part {
    names: Names,
    /// The state, `[count, width]`.
    tokens: Value,
    /// Plan features of each token, `[count, features]`.
    plan: Value,
    /// 1 where a step may change a value, else 0, `[count, width]`.
    unknown: Value,
    /// The known values, 0 elsewhere, `[count, width]`.
    known: Value,
    count: usize,
    width: usize,
    /// Kinds of tokens, interleaved: the subjects among the layer tokens.
    kinds: usize,
}

struct Inputs {
    parts: [Part; 3],
    time: Value,
    rotary: RotaryInputs,
}

impl Inputs {
    fn declare(
        graph: &mut Graph,
        config: &WanConfig,
        layer_dim: usize,
        grid: Grid,
    ) -> Result<Self, GraphError> {
        let half = config.head_dim() / 2;
        let [video, sound, layers] = PARTS;
        let mut part = |names: Names, count, width, features, kinds| {
            Ok(Part {
                tokens: graph.state(names.state, &[count, width])?,
                plan: graph.input(names.plan, &[count, features])?,
                unknown: graph.input(&format!("{}.unknown", names.state), &[count, width])?,
                known: graph.input(&format!("{}.known", names.state), &[count, width])?,
                names,
                count,
                width,
                kinds,
            })
        };
        let frames = grid.latent_frames;
        let parts = [
            part(video, grid.video_tokens(), TOKEN_DIM, PLAN_FEATURES, 1)?,
            part(sound, frames, SOUND_DIM, SOUND_FEATURES, 1)?,
            part(
                layers,
                grid.layer_tokens(),
                layer_dim,
                LAYER_FEATURES,
                SUBJECTS,
            )?,
        ];
        Ok(Self {
            parts,
            time: graph.input("time", &[1, config.freq_dim])?,
            rotary: RotaryInputs {
                cos: graph.input("rope.cos", &[grid.tokens(), half])?,
                sin: graph.input("rope.sin", &[grid.tokens(), half])?,
            },
        })
    }

    /// Embeds the tokens of each part with their plan features, `[count, dim]`.
    fn embed(&self, net: &mut GraphBuilder, config: &WanConfig) -> Result<[Value; 3], GraphError> {
        let dim = config.dim;
        let all_kinds: usize = self.parts.iter().map(|part| part.kinds).sum();
        let modality = net.weight("modality", &[all_kinds, dim])?;
        let (mut rows, mut first_kind) = ([modality; 3], 0);
        for (part, rows) in self.parts.iter().zip(&mut rows) {
            let kinds = net.graph.slice_rows(modality, first_kind, part.kinds)?;
            first_kind += part.kinds;
            let planned = net.linear(part.names.plan_embedding, part.plan, dim)?;
            let planned = part.add_kinds(net, planned, kinds, dim)?;
            let tail = kinora_engine::Linear {
                residual: Some(planned),
                ..Default::default()
            };
            *rows = net.linear_with(part.names.embedding, part.tokens, dim, tail)?;
        }
        Ok(rows)
    }

    /// Applies all blocks and the heads; returns the predicted clean tokens of each part.
    fn denoise(
        &self,
        net: &mut GraphBuilder,
        config: &WanConfig,
        mut embedded: [Value; 3],
        time: TimeEmbedding,
        text: TextConditioning,
    ) -> Result<[Value; 3], GraphError> {
        let [.., layers] = &mut embedded;
        let [.., part] = &self.parts;
        *layers = part.add_kinds(net, *layers, text.subjects, config.dim)?;
        let x = net.graph.concat_rows(&embedded)?;
        let mut x = net.graph.add(x, text.scene)?;
        for i in 0..config.layers {
            let mut net = net.child(&format!("blocks.{i}"));
            x = wan::block(
                &mut net,
                config,
                x,
                time.modulation,
                text.context,
                self.rotary,
            )?;
        }
        let x = wan::head_norm(net, config, x, time.temb)?;
        let mut x0 = [x; 3];
        let mut start = 0;
        for (part, x0) in self.parts.iter().zip(&mut x0) {
            let rows = net.graph.slice_rows(x, start, part.count)?;
            *x0 = net.linear(part.names.out, rows, part.width)?;
            start += part.count;
        }
        Ok(x0)
    }
}

impl Part {
    /// Adds one row per kind `[kinds, dim]` to all rows `[count, dim]` of that kind.
    fn add_kinds(&self, net: &mut GraphBuilder, rows: Value, kinds: Value, dim: usize) -> Built {
        // The kinds repeat: seen as rows of all kinds, every row gets the same added.
        let by_kinds = [self.count / self.kinds, self.kinds * dim];
        let rows = net.graph.reshape(rows, &by_kinds)?;
        let rows = net.graph.add(rows, kinds)?;
        net.graph.reshape(rows, &[self.count, dim])
    }
}

/// Text conditioning of one pass.
#[derive(Clone, Copy)]
struct TextConditioning {
    context: Context,
    /// Scene slots, added to every token: `[1, dim]`.
    scene: Value,
    /// Subject slots, added to the tokens of each subject: `[SUBJECTS, dim]`.
    subjects: Value,
}

impl TextConditioning {
    fn declare(
        net: &mut GraphBuilder,
        config: &WanConfig,
        (grid, text_rows, slots): (Grid, usize, SlotDims),
        prefix: &str,
    ) -> Result<Self, GraphError> {
        let name = |input: &str| format!("{prefix}{input}");
        let text = net
            .graph
            .input(&name("text"), &[text_rows, config.text_dim])?;
        let shape = [config.heads, grid.tokens(), text_rows];
        let bias = Some(net.graph.input(&name("text_bias"), &shape)?);
        let scene = net.graph.input(&name("slots.scene"), &[1, slots.scene])?;
        let subjects = net
            .graph
            .input(&name("slots.subjects"), &[SUBJECTS, slots.subject])?;
        let plain = kinora_engine::Linear::default;
        Ok(Self {
            context: Context {
                rows: wan::text_embedding(net, config, text)?,
                bias,
            },
            scene: net.matmul("scene_embedding", scene, config.dim, plain())?,
            subjects: net.matmul("subject_embedding", subjects, config.dim, plain())?,
        })
    }
}

/// Row and column of subject 0's layer tokens; each further subject is one further on both axes. Past the grid of any clip.
const LAYER_POSITION: i32 = 16;

/// Lists the positions of the sequence: video tokens by frame, row and column, then one sound token per latent frame, then one layer
/// token per latent frame and subject, the references before the first frame.
pub fn dit_positions(grid: Grid) -> Vec<Position> {
    let video = (0..grid.latent_frames).flat_map(move |t| {
        (0..grid.rows)
            .flat_map(move |r| (0..grid.cols).map(move |c| [t as i32, r as i32, c as i32]))
    });
    let layers = (-1..grid.latent_frames as i32)
        .flat_map(|t| (LAYER_POSITION..).take(SUBJECTS).map(move |at| [t, at, at]));
    video
        .chain(time_positions(grid.latent_frames))
        .chain(layers)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_and_layer_positions_follow_the_video() {
        let positions = dit_positions(Grid {
            latent_frames: 9,
            rows: 4,
            cols: 4,
        });
        assert_eq!(positions.len(), 183);
        assert_eq!(positions[143], [8, 3, 3]);
        assert_eq!(positions[144..146], [[0, 0, 0], [1, 0, 0]]);
        assert_eq!(
            positions[153..157],
            [[-1, 16, 16], [-1, 17, 17], [-1, 18, 18], [0, 16, 16]]
        );
    }
}
