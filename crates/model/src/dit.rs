//! The video model: video and sound tokens denoised in one sequence, steered by text and plan.

use kinora_contract::plan::PLAN_DIM;
use kinora_engine::{Graph, GraphError, Value};

use crate::features::PLAN_FEATURES;
use crate::net::{Built, Net};
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

    /// Tokens of one latent frame.
    pub fn tokens_per_frame(&self) -> usize {
        self.rows * self.cols
    }

    /// Video tokens.
    pub fn video_tokens(&self) -> usize {
        self.latent_frames * self.tokens_per_frame()
    }

    /// Video and sound tokens.
    pub fn tokens(&self) -> usize {
        self.video_tokens() + self.latent_frames
    }
}

/// Whether a step also asks the network what it would do without the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Guidance {
    /// One pass.
    None,
    /// Two passes and input `guidance` [1]; the second sees inputs `null_text` and `null_text_bias`.
    ClassifierFree,
}

/// One denoising step.
///
/// States `video` [video tokens, 192] and `sound` [T, 40]; inputs `text` [rows, text_dim], `text_bias` [heads, tokens,
/// rows], `plan_features` [video tokens, 60], `plan` [T, 68], `time` [1, freq_dim], `coeffs` [4], `rope.cos` and
/// `rope.sin`; outputs `video_x0` and `sound_x0`. The states take the step.
pub fn dit_graph(
    config: &WanConfig,
    grid: Grid,
    text_rows: usize,
    guidance: Guidance,
) -> Result<Graph, GraphError> {
    let mut graph = Graph::new("dit");
    let inputs = Inputs::declare(&mut graph, config, grid)?;
    let coeffs = graph.input("coeffs", &[4])?;
    let mut net = Net::new(&mut graph, "dit.");
    let time = wan::time_embedding(&mut net, config, inputs.time)?;
    let embedded = inputs.embed(&mut net, config)?;

    let context = text_context(&mut net, config, grid, text_rows, "text")?;
    let (mut video, mut sound) =
        denoise(&mut net, config, grid, embedded, time, context, inputs.rope)?;
    if guidance == Guidance::ClassifierFree {
        let null = text_context(&mut net, config, grid, text_rows, "null_text")?;
        let (no_video, no_sound) =
            denoise(&mut net, config, grid, embedded, time, null, inputs.rope)?;
        let strength = net.graph.input("guidance", &[1])?;
        video = net.graph.guide(video, no_video, strength)?;
        sound = net.graph.guide(sound, no_sound, strength)?;
    }

    let next_video = graph.euler_x0(inputs.video, video, coeffs)?;
    let next_sound = graph.euler_x0(inputs.sound, sound, coeffs)?;
    graph.output("video_x0", video)?;
    graph.output("sound_x0", sound)?;
    graph.update(inputs.video, next_video)?;
    graph.update(inputs.sound, next_sound)?;
    Ok(graph)
}

struct Inputs {
    video: Value,
    sound: Value,
    plan_features: Value,
    plan: Value,
    time: Value,
    rope: Rope,
}

impl Inputs {
    fn declare(graph: &mut Graph, config: &WanConfig, grid: Grid) -> Result<Self, GraphError> {
        let half = config.head_dim() / 2;
        Ok(Self {
            video: graph.state("video", &[grid.video_tokens(), TOKEN_DIM])?,
            sound: graph.state("sound", &[grid.latent_frames, SOUND_DIM])?,
            plan_features: graph.input("plan_features", &[grid.video_tokens(), PLAN_FEATURES])?,
            plan: graph.input("plan", &[grid.latent_frames, PLAN_DIM])?,
            time: graph.input("time", &[1, config.freq_dim])?,
            rope: Rope {
                cos: graph.input("rope.cos", &[grid.tokens(), half])?,
                sin: graph.input("rope.sin", &[grid.tokens(), half])?,
            },
        })
    }

    /// Tokens of both modalities with what the plan says of each, `[tokens, dim]`.
    fn embed(&self, net: &mut Net, config: &WanConfig) -> Built {
        let dim = config.dim;
        let modality = net.weight("modality", &[2, dim])?;
        let parts = [
            (
                "patch_embedding",
                self.video,
                "plan_embedding",
                self.plan_features,
            ),
            (
                "sound_embedding",
                self.sound,
                "sound_plan_embedding",
                self.plan,
            ),
        ];
        let mut rows = Vec::with_capacity(parts.len());
        for (i, (embedding, tokens, plan_embedding, plan)) in parts.into_iter().enumerate() {
            let kind = net.graph.slice_rows(modality, i, 1)?;
            let planned = net.linear(plan_embedding, plan, dim)?;
            let planned = net.graph.add(planned, kind)?;
            let tail = kinora_engine::Linear {
                residual: Some(planned),
                ..Default::default()
            };
            rows.push(net.linear_with(embedding, tokens, dim, tail)?);
        }
        net.graph.concat_rows(&rows)
    }
}

fn text_context(
    net: &mut Net,
    config: &WanConfig,
    grid: Grid,
    text_rows: usize,
    name: &str,
) -> Result<Context, GraphError> {
    let text = net.graph.input(name, &[text_rows, config.text_dim])?;
    let shape = [config.heads, grid.tokens(), text_rows];
    let bias = Some(net.graph.input(&format!("{name}_bias"), &shape)?);
    Ok(Context {
        rows: wan::text_embedding(net, config, text)?,
        bias,
    })
}

/// All blocks and the head: the predicted clip as (video tokens, sound tokens).
fn denoise(
    net: &mut Net,
    config: &WanConfig,
    grid: Grid,
    embedded: Value,
    time: TimeEmbedding,
    context: Context,
    rope: Rope,
) -> Result<(Value, Value), GraphError> {
    let mut x = embedded;
    for i in 0..config.layers {
        let mut net = net.child(&format!("blocks.{i}"));
        x = wan::block(&mut net, config, x, time.modulation, context, rope)?;
    }
    let x = wan::head_norm(net, config, x, time.temb)?;
    let video = net.graph.slice_rows(x, 0, grid.video_tokens())?;
    let sound = net
        .graph
        .slice_rows(x, grid.video_tokens(), grid.latent_frames)?;
    let video = net.linear("proj_out", video, TOKEN_DIM)?;
    let sound = net.linear("sound_out", sound, SOUND_DIM)?;
    Ok((video, sound))
}
