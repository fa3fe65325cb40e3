//! The decoding of a clip: tokens → frames, one latent frame at a time.
//!
//! The subjects' layers are refined on the engine; the host lays them over the place as the camera sees it, behind the lens; the
//! engine then refines the whole.

use kinora_contract::plan::{SUBFRAMES, SUBJECTS};
use kinora_engine::{EngineError, Executor, Handle};
use kinora_model::decoder::{Chunk, to_byte};
use kinora_model::given::Tokens;
use kinora_model::layers::{HEAD, Layer, mouth};
use kinora_model::overlay::LatentFrame;

use crate::error::GenerateError;
use crate::estimate::{Estimator, Work};
use crate::event::{Event, Stage};
use crate::generate::{Job, persist};
use crate::plan::Staged;
use crate::runtime::Network;

impl Job<'_> {
    /// The work that is ahead once the plan says who is where.
    pub(crate) async fn estimate(&mut self, staged: &Staged) -> Result<(), EngineError> {
        let mut flops = Vec::new();
        for network in [
            Network::Dit(self.grid, self.guidance),
            Network::LayerRefiner,
            Network::Decoder(self.grid, Chunk::First),
            Network::Decoder(self.grid, Chunk::Next),
        ] {
            let handle = self.runtime.load(network).await?;
            flops.push(self.runtime.flops(handle)?);
        }
        let frames = self.latent_frames;
        let layers: usize = (0..frames).map(|j| drawn(staged, j)).sum();
        let steps = f64::from(self.recipe.steps) * self.windows.len() as f64;
        let decode = layers as f64 * flops[1] + flops[2] + (frames - 1) as f64 * flops[3];
        self.estimator = Estimator::new(flops[0] * steps, decode);
        Ok(())
    }

    /// Tokens → frames; returns the BLAKE3 of all of them.
    pub(crate) async fn decode(
        &mut self,
        tokens: &Tokens,
        Staged {
            plan,
            shot,
            pictures,
        }: &Staged,
    ) -> Result<String, GenerateError> {
        self.enter(Stage::Decode);
        let mut hasher = blake3::Hasher::new();
        let mut previous: Option<Vec<f32>> = None;
        let mut next_index = 0;
        for index in 0..self.latent_frames {
            self.estimator.start();
            let (video, layers) = tokens.of_latent_frame(index, self.latent_frames);
            let chunk = if index == 0 {
                Chunk::First
            } else {
                Chunk::Next
            };
            let subframes = 0..chunk.frames();
            let overlayer = &self.runtime.overlayer;
            let rough = overlayer.layers(layers, plan, index, subframes.clone(), pictures);
            let (layers, refined) = persist!(self, self.refine_layers(&rough, mouth(plan, index)));
            let latent = LatentFrame {
                index,
                video,
                layers: &layers,
                pictures,
            };
            let base = self.runtime.overlayer.frames(latent, plan, shot, subframes);
            let (handle, frames, last) =
                persist!(self, self.refine_frames(chunk, &base, previous.as_deref()));
            previous = Some(last);
            for rgb in frames {
                hasher.update(&rgb);
                self.emit(Event::Frame {
                    index: next_index,
                    rgb,
                });
                next_index += 1;
            }
            let flops = refined + self.runtime.flops(handle)?;
            let seconds_left = self.estimator.finish(Work::Decode, flops);
            self.emit(Event::Estimate { seconds_left });
        }
        Ok(hasher.finalize().to_hex().to_string())
    }

    /// The layers of a latent frame after their net, and the FLOPs that it took; only a head has a mouth.
    async fn refine_layers(
        &mut self,
        rough: &[Option<Layer>; SUBJECTS],
        mouth: [f32; SUBFRAMES],
    ) -> Result<([Option<Layer>; SUBJECTS], f64), EngineError> {
        let handle = self.runtime.load(Network::LayerRefiner).await?;
        let (mut layers, mut flops) = ([const { None }; SUBJECTS], 0.0);
        for (s, (refined, rough)) in layers.iter_mut().zip(rough).enumerate() {
            let Some(Layer(values)) = rough else { continue };
            let mouth = if s == HEAD { mouth } else { [0.0; SUBFRAMES] };
            let executor = &mut self.runtime.executor;
            executor.write(handle, "layer", values).await?;
            executor.write(handle, "mouth", &mouth).await?;
            executor.run(handle, self.cancel).await?;
            *refined = Some(Layer(executor.read(handle, "refined").await?));
            flops += self.runtime.flops(handle)?;
        }
        Ok((layers, flops))
    }

    /// The frames of one latent frame → RGB bytes, and what the next chunk needs to know of them.
    async fn refine_frames(
        &mut self,
        chunk: Chunk,
        base: &[f32],
        previous: Option<&[f32]>,
    ) -> Result<(Handle, Vec<Vec<u8>>, Vec<f32>), EngineError> {
        let handle = self
            .runtime
            .load(Network::Decoder(self.grid, chunk))
            .await?;
        let executor = &mut self.runtime.executor;
        executor.write(handle, "base", base).await?;
        if let Some(previous) = previous {
            executor.write(handle, "previous", previous).await?;
        }
        executor.run(handle, self.cancel).await?;
        let values = executor.read(handle, "frames").await?;
        let last = executor.read(handle, "last").await?;
        let frames = values.chunks_exact(values.len() / chunk.frames());
        let bytes = frames.map(|frame| frame.iter().map(|&value| to_byte(value)).collect());
        Ok((handle, bytes.collect(), last))
    }
}

/// Subjects that the plan has somewhere in a latent frame, and whose pictures are not given.
fn drawn(Staged { plan, pictures, .. }: &Staged, latent_frame: usize) -> usize {
    let somewhere = |s: &usize| {
        let mut states = (0..SUBFRAMES).filter_map(|i| plan.subframe(latent_frame, i));
        pictures.cutouts[*s].is_none() && states.any(|state| state.subjects[*s].is_present())
    };
    (0..SUBJECTS).filter(somewhere).count()
}
