//! The video model: video, sound and layer tokens denoised in one sequence, steered by text and plan.
//!
//! Video tokens are the place with everything but the subjects, in the stage ([`crate::place`]); a layer token is one subject in its
//! own frame ([`crate::layers`]).
//! Some tokens may be given ([`crate::given`]): the start of a clip that goes on, or what a person looks like.

use kinora_contract::plan::SUBJECTS;
use kinora_engine::{Graph, GraphError, Value};

use crate::features::{LAYER_FEATURES, PLAN_FEATURES, SOUND_FEATURES};
use crate::net::{Built, Net};
use crate::said::SaidWidths;
use crate::wan::{self, Context, Rope, TimeEmbedding, WanConfig};

/// Values of a video token: 2 × 2 latents of 48 channels.
pub const TOKEN_DIM: usize = 192;
/// Values of a sound token.
pub const SOUND_DIM: usize = 40;

/// Size of a clip in tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Grid {
    /// Latent frames.
    pub latent_frames: usize,
    /// Token rows.
    pub rows: usize,
    /// Token columns.
    pub cols: usize,
}

impl Grid {
    /// Pixels along a token's side: 16 per latent, 2 latents.
    pub const TOKEN_PIXELS: usize = 32;

    /// The grid of a clip; sizes are multiples of 32 and frames are 4n + 1.
    pub fn of_clip(width: usize, height: usize, frames: usize) -> Self {
        Self {
            latent_frames: frames.div_ceil(4),
            rows: height / Self::TOKEN_PIXELS,
            cols: width / Self::TOKEN_PIXELS,
        }
    }

    /// Pixels from left to right.
    pub fn pixel_width(&self) -> usize {
        self.cols * Self::TOKEN_PIXELS
    }

    /// Pixels from top to bottom.
    pub fn pixel_height(&self) -> usize {
        self.rows * Self::TOKEN_PIXELS
    }

    /// Video tokens of one latent frame.
    pub fn tokens_per_frame(&self) -> usize {
        self.rows * self.cols
    }

    /// Video tokens.
    pub fn video_tokens(&self) -> usize {
        self.latent_frames * self.tokens_per_frame()
    }

    /// Layer tokens: one per subject for what it looks like elsewhere (its reference), then one per latent frame and subject.
    pub fn layer_tokens(&self) -> usize {
        (self.latent_frames + 1) * SUBJECTS
    }

    /// Video, sound and layer tokens.
    pub fn tokens(&self) -> usize {
        self.video_tokens() + self.latent_frames + self.layer_tokens()
    }
}

/// Whether a step also asks the network what it would do without the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Guidance {
    /// One pass.
    None,
    /// Two passes and input `guidance` [1]; the second sees inputs `null_text`, `null_text_bias`, `null_said.scene` and
    /// `null_said.subjects`.
    ClassifierFree,
}

/// One denoising step.
///
/// States `video` [video tokens, 192], `sound` [T, 40] and `layers` [layer tokens, layer_dim], ordered by latent frame,
/// then subject; inputs `text` [rows, text_dim], `text_bias` [heads, tokens, rows], `plan_features` [video tokens,
/// [`PLAN_FEATURES`]], `plan` [T, [`SOUND_FEATURES`]], `layer_plan` [layer tokens, [`LAYER_FEATURES`]], `time` [1, freq_dim],
/// `coeffs` [4], `rope.cos` and `rope.sin`, `said.scene` [1, scene] and `said.subjects` [SUBJECTS, subject] ([`crate::said`]), and for
/// each state `{state}.free` and `{state}.held` of its shape
/// ([`crate::given::Given::holds`]); outputs `video_x0`, `sound_x0` and `layers_x0`. The states take the step.
pub fn dit_graph(
    config: &WanConfig,
    (layer_dim, said): (usize, SaidWidths),
    grid: Grid,
    text_rows: usize,
    guidance: Guidance,
) -> Result<Graph, GraphError> {
    let mut graph = Graph::new("dit");
    let inputs = Inputs::declare(&mut graph, config, layer_dim, grid)?;
    let coeffs = graph.input("coeffs", &[4])?;
    let mut net = Net::new(&mut graph, "dit.");
    let time = wan::time_embedding(&mut net, config, inputs.time)?;
    let embedded = inputs.embed(&mut net, config)?;

    let words = Words::declare(&mut net, config, (grid, text_rows, said), "")?;
    let mut x0 = inputs.denoise(&mut net, config, embedded, time, words)?;
    if guidance == Guidance::ClassifierFree {
        let null = Words::declare(&mut net, config, (grid, text_rows, said), "null_")?;
        let unguided = inputs.denoise(&mut net, config, embedded, time, null)?;
        let strength = net.graph.input("guidance", &[1])?;
        for (x0, unguided) in x0.iter_mut().zip(unguided) {
            *x0 = net.graph.guide(*x0, unguided, strength)?;
        }
    }

    for (part, x0) in inputs.parts.iter().zip(x0) {
        let x0 = graph.mul(x0, part.free)?;
        let x0 = graph.add(x0, part.held)?;
        let next = graph.euler_x0(part.tokens, x0, coeffs)?;
        graph.output(&format!("{}_x0", part.names.state), x0)?;
        graph.update(part.tokens, next)?;
    }
    Ok(graph)
}

/// What the parts of the sequence are called in the graph and in the weights.
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
    /// What the plan says of each, `[count, features]`.
    plan: Value,
    /// 1 where a step may change a value, `[count, width]`.
    free: Value,
    /// What stands where it may not, `[count, width]`.
    held: Value,
    count: usize,
    width: usize,
    /// Kinds of tokens, one after the other and again: the subjects among the layers.
    kinds: usize,
}

struct Inputs {
    parts: [Part; 3],
    time: Value,
    rope: Rope,
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
                free: graph.input(&format!("{}.free", names.state), &[count, width])?,
                held: graph.input(&format!("{}.held", names.state), &[count, width])?,
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
            rope: Rope {
                cos: graph.input("rope.cos", &[grid.tokens(), half])?,
                sin: graph.input("rope.sin", &[grid.tokens(), half])?,
            },
        })
    }

    /// Tokens of each part with what the plan says of each, `[count, dim]`.
    fn embed(&self, net: &mut Net, config: &WanConfig) -> Result<[Value; 3], GraphError> {
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

    /// All blocks and the heads: the predicted clip, part by part.
    fn denoise(
        &self,
        net: &mut Net,
        config: &WanConfig,
        mut embedded: [Value; 3],
        time: TimeEmbedding,
        words: Words,
    ) -> Result<[Value; 3], GraphError> {
        let [.., layers] = &mut embedded;
        let [.., part] = &self.parts;
        *layers = part.add_kinds(net, *layers, words.subjects, config.dim)?;
        let x = net.graph.concat_rows(&embedded)?;
        let mut x = net.graph.add(x, words.scene)?;
        for i in 0..config.layers {
            let mut net = net.child(&format!("blocks.{i}"));
            x = wan::block(
                &mut net,
                config,
                x,
                time.modulation,
                words.context,
                self.rope,
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
    /// Adds a row per kind `[kinds, dim]` to all rows `[count, dim]` of that kind.
    fn add_kinds(&self, net: &mut Net, rows: Value, kinds: Value, dim: usize) -> Built {
        // The kinds repeat: seen as rows of all kinds, every row gets the same added.
        let by_kinds = [self.count / self.kinds, self.kinds * dim];
        let rows = net.graph.reshape(rows, &by_kinds)?;
        let rows = net.graph.add(rows, kinds)?;
        net.graph.reshape(rows, &[self.count, dim])
    }
}

/// What one pass is told in words.
#[derive(Clone, Copy)]
struct Words {
    context: Context,
    /// What they say of the scene, for every token: `[1, dim]`.
    scene: Value,
    /// What they say of each subject, for its tokens: `[SUBJECTS, dim]`.
    subjects: Value,
}

impl Words {
    fn declare(
        net: &mut Net,
        config: &WanConfig,
        (grid, text_rows, said): (Grid, usize, SaidWidths),
        prefix: &str,
    ) -> Result<Self, GraphError> {
        let name = |input: &str| format!("{prefix}{input}");
        let text = net
            .graph
            .input(&name("text"), &[text_rows, config.text_dim])?;
        let shape = [config.heads, grid.tokens(), text_rows];
        let bias = Some(net.graph.input(&name("text_bias"), &shape)?);
        let scene = net.graph.input(&name("said.scene"), &[1, said.scene])?;
        let subjects = net
            .graph
            .input(&name("said.subjects"), &[SUBJECTS, said.subject])?;
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
