//! The toy's networks: Wan blocks over latent tokens, a linear decoder, and hashed words as text.

use kinora_contract::Recipe;
use kinora_contract::plan::{SUBFRAMES, latent_frames};
use kinora_engine::{EngineError, Graph, GraphError, Handle, Weights};
use kinora_model::blocks::GraphBuilder;
use kinora_model::blocks::rotary::Position;
use kinora_model::blocks::wan::{
    Context, RotaryInputs, WanConfig, block, head_norm, text_embedding, time_embedding,
};
use kinora_model::{ProgramKey, Session};
use serde::Deserialize;

use crate::Parts;

/// Values of a token.
pub const TOKEN_DIM: usize = 16;
/// Pixels along a token's side.
pub const TOKEN_PIXELS: usize = 8;
/// Values that the decoder predicts for a token: RGB of its pixels in all sub-frames.
pub const DECODED_DIM: usize = SUBFRAMES * TOKEN_PIXELS * TOKEN_PIXELS * 3;

/// `config.json`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToyConfig {
    /// The denoiser.
    pub dit: WanConfig,
    /// Rows of the word table.
    pub vocabulary: usize,
    /// Text rows of every prompt; further words are dropped.
    pub text_rows: usize,
}

/// Size of a clip in tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    pub latent_frames: usize,
    pub rows: usize,
    pub cols: usize,
}

impl Shape {
    /// Returns the shape of a recipe's clip.
    pub fn of(recipe: &Recipe) -> Self {
        Self {
            latent_frames: latent_frames(recipe.frames as usize),
            rows: recipe.height as usize / TOKEN_PIXELS,
            cols: recipe.width as usize / TOKEN_PIXELS,
        }
    }

    /// Tokens of one latent frame.
    pub fn tokens_per_frame(self) -> usize {
        self.rows * self.cols
    }

    /// Tokens of the clip.
    pub fn tokens(self) -> usize {
        self.latent_frames * self.tokens_per_frame()
    }

    /// Positions of all tokens by frame, row and column.
    pub fn positions(self) -> Vec<Position> {
        let position = |at: usize| {
            let (frame, at) = (at / self.tokens_per_frame(), at % self.tokens_per_frame());
            [frame, at / self.cols, at % self.cols].map(|it| it as i32)
        };
        (0..self.tokens()).map(position).collect()
    }
}

/// Looks up the words of a prompt in the table; returns `[text_rows, text_dim]`. Missing rows are zeros.
pub fn text_rows(
    config: &ToyConfig,
    weights: &Weights,
    prompt: &str,
) -> Result<Vec<f32>, EngineError> {
    let width = config.dit.text_dim;
    let table = weights.expect("words.weight", &[config.vocabulary, width])?;
    let table = table.to_f32();
    // FNV-1a, so that the same words give the same rows everywhere.
    let hash = |word: &str| {
        word.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    let words = prompt.split_whitespace().take(config.text_rows);
    let mut rows: Vec<f32> = words
        .flat_map(|word| {
            let row = (hash(word) % config.vocabulary as u64) as usize;
            table[row * width..(row + 1) * width].to_vec()
        })
        .collect();
    rows.resize(config.text_rows * width, 0.0);
    Ok(rows)
}

impl Parts {
    /// Loads the denoiser.
    pub async fn denoiser(
        &self,
        session: &mut Session<'_>,
        shape: Shape,
    ) -> Result<Handle, EngineError> {
        let key = ProgramKey {
            network: "toy.dit",
            shape: [shape.latent_frames, shape.rows, shape.cols, 0],
        };
        let graph = || denoiser_graph(&self.config, shape);
        session.program(key, &self.weights, graph).await
    }

    /// Loads the decoder of one latent frame.
    pub async fn decoder(
        &self,
        session: &mut Session<'_>,
        shape: Shape,
    ) -> Result<Handle, EngineError> {
        let key = ProgramKey {
            network: "toy.decoder",
            shape: [shape.rows, shape.cols, 0, 0],
        };
        let graph = || {
            let mut graph = Graph::new("toy.decoder");
            let tokens = graph.input("tokens", &[shape.tokens_per_frame(), TOKEN_DIM])?;
            let mut net = GraphBuilder::new(&mut graph, "decoder.");
            let pixels = net.linear("proj", tokens, DECODED_DIM)?;
            graph.output("pixels", pixels)?;
            Ok(graph)
        };
        session.program(key, &self.weights, graph).await
    }
}

/// Builds one guided denoising step with velocity prediction.
///
/// State `latents` `[tokens, TOKEN_DIM]`; inputs `text` `[text_rows, text_dim]`, `time` `[1, freq_dim]`, `minus_t`
/// `[1, TOKEN_DIM]`, `coeffs` `[4]`, `guidance` `[1]`, `rope.cos` and `rope.sin`; output `x0`. The weight `null_text` is the text of
/// the unconditional branch.
fn denoiser_graph(config: &ToyConfig, shape: Shape) -> Result<Graph, GraphError> {
    let (wan, tokens) = (&config.dit, shape.tokens());
    let text_shape = [config.text_rows, wan.text_dim];
    let mut graph = Graph::new("toy.dit");
    let latents = graph.state("latents", &[tokens, TOKEN_DIM])?;
    let text = graph.input("text", &text_shape)?;
    let time = graph.input("time", &[1, wan.freq_dim])?;
    let minus_t = graph.input("minus_t", &[1, TOKEN_DIM])?;
    let coeffs = graph.input("coeffs", &[4])?;
    let guidance = graph.input("guidance", &[1])?;
    let half = wan.head_dim() / 2;
    let rotary = RotaryInputs {
        cos: graph.input("rope.cos", &[tokens, half])?,
        sin: graph.input("rope.sin", &[tokens, half])?,
    };
    let mut net = GraphBuilder::new(&mut graph, "dit.");
    let null_text = net.weight("null_text", &text_shape)?;
    let embedded = net.linear("patch_embedding", latents, wan.dim)?;
    let time = time_embedding(&mut net, wan, time)?;
    let mut velocities = [embedded; 2];
    for (x, text) in velocities.iter_mut().zip([text, null_text]) {
        let context = Context {
            rows: text_embedding(&mut net, wan, text)?,
            bias: None,
        };
        for i in 0..wan.layers {
            let mut net = net.child(&format!("blocks.{i}"));
            *x = block(&mut net, wan, *x, time.modulation, context, rotary)?;
        }
        let normed = head_norm(&mut net, wan, *x, time.temb)?;
        *x = net.linear("proj_out", normed, TOKEN_DIM)?;
    }
    let [conditional, unconditional] = velocities;
    let velocity = graph.guide(conditional, unconditional, guidance)?;
    // z = (1 − t) x + t · noise and v = noise − x, so x = z − t · v.
    let step_back = graph.mul(velocity, minus_t)?;
    let x0 = graph.add(latents, step_back)?;
    let next = graph.euler_x0(latents, x0, coeffs)?;
    graph.output("x0", x0)?;
    graph.update(latents, next)?;
    Ok(graph)
}
