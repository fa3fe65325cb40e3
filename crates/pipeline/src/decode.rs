//! The decoding of a clip: tokens → frames, one latent frame at a time.
//!
//! The host makes rough pictures of the stage and of the subjects; nets on the engine refine them, told what they show; the host
//! lays them over each other as the camera sees them through the lens.

use kinora_contract::plan::{SUBFRAMES, SUBJECTS};
use kinora_engine::{EngineError, Executor};
use kinora_model::given::Tokens;
use kinora_model::layers::{HEAD, mouth};
use kinora_model::overlay::{Backdrop, LatentFrame, drawn, to_byte};
use kinora_model::refine::{Moving, layer_told};
use kinora_model::said::Said;

use crate::error::GenerateError;
use crate::estimate::{Estimator, Work};
use crate::generate::{Job, persist};
use crate::plan::Staged;
use crate::runtime::Network;
use kinora_contract::event::{Event, Stage};

impl Job<'_> {
    /// The work that is ahead once the plan says who is where.
    pub(crate) async fn estimate(&mut self, staged: &Staged) -> Result<(), EngineError> {
        let mut flops = Vec::new();
        for network in [
            Network::Dit(self.grid, self.guidance),
            Network::LayerRefiner,
            self.place_refiner(),
        ] {
            let handle = self.runtime.load(network).await?;
            flops.push(self.runtime.flops(handle)?);
        }
        let frames = self.latent_frames;
        let drawn = |j| drawn(&staged.plan, j, &staged.pictures);
        let layers = (0..frames).flat_map(drawn).filter(|it| *it).count();
        let places = if staged.pictures.place.is_none() {
            frames
        } else {
            0
        };
        let steps = f64::from(self.recipe.steps) * self.windows.len() as f64;
        let decode = layers as f64 * flops[1] + places as f64 * flops[2];
        self.estimator = Estimator::new(flops[0] * steps, decode);
        Ok(())
    }

    /// The net that refines the stage of this clip.
    pub(crate) fn place_refiner(&self) -> Network {
        Network::PlaceRefiner([self.grid.pixel_height(), self.grid.pixel_width()])
    }

    /// Tokens → frames; returns the BLAKE3 of all of them.
    pub(crate) async fn decode(
        &mut self,
        tokens: &Tokens,
        Staged {
            plan,
            shot,
            pictures,
            said,
        }: &Staged,
    ) -> Result<String, GenerateError> {
        self.enter(Stage::Decode);
        let mut hasher = blake3::Hasher::new();
        let mut next_index = 0;
        for (index, said) in said.iter().enumerate() {
            self.estimator.start();
            let (video, layers) = tokens.of_latent_frame(index, self.latent_frames);
            let overlayer = &self.runtime.overlayer;
            let rough = overlayer.layers(layers, plan, index, pictures);
            let backdrop = overlayer.backdrop(video, self.grid, index, pictures);
            let mouth = mouth(plan, index);
            let (layers, mut flops) =
                persist!(self, self.refine_layers(&rough, layers, said, mouth));
            let backdrop = match backdrop {
                Backdrop::Drawn(rough) => {
                    let (refined, more) = persist!(self, self.refine_place(&rough, said));
                    flops += more;
                    Backdrop::Drawn(refined)
                }
                given => given,
            };
            let latent = LatentFrame {
                index,
                before: 0,
                backdrop: &backdrop,
                layers: &layers,
                pictures,
            };
            let frames = self
                .runtime
                .overlayer
                .frames(latent, plan, shot, 0..SUBFRAMES);
            for values in
                frames.chunks_exact(self.grid.pixel_width() * self.grid.pixel_height() * 3)
            {
                let rgb: Vec<u8> = values.iter().map(|&value| to_byte(value)).collect();
                hasher.update(&rgb);
                self.emit(Event::Frame {
                    index: next_index,
                    rgb,
                });
                next_index += 1;
            }
            let seconds_left = self.estimator.finish(Work::Decode, flops);
            self.emit(Event::Estimate { seconds_left });
        }
        Ok(hasher.finalize().to_hex().to_string())
    }

    /// The layers of a latent frame after their net, and the FLOPs that it took; only a head has a mouth.
    async fn refine_layers(
        &mut self,
        rough: &[Option<Moving>; SUBJECTS],
        tokens: &[f32],
        said: &Said,
        mouth: [f32; SUBFRAMES],
    ) -> Result<([Option<Moving>; SUBJECTS], f64), EngineError> {
        let (mut layers, mut flops) = ([const { None }; SUBJECTS], 0.0);
        for (s, (refined, rough)) in layers.iter_mut().zip(rough).enumerate() {
            let Some(rough) = rough else { continue };
            let mouth = if s == HEAD { mouth } else { [0.0; SUBFRAMES] };
            let told = layer_told(mouth, of_subject(&said.subjects, s), of_subject(tokens, s));
            let (layer, more) = self.refine(Network::LayerRefiner, rough, &told).await?;
            *refined = Some(layer);
            flops += more;
        }
        Ok((layers, flops))
    }

    /// The stage of a latent frame after its net, and the FLOPs that it took.
    async fn refine_place(
        &mut self,
        rough: &Moving,
        said: &Said,
    ) -> Result<(Moving, f64), EngineError> {
        self.refine(self.place_refiner(), rough, &said.scene).await
    }

    async fn refine(
        &mut self,
        network: Network,
        rough: &Moving,
        told: &[f32],
    ) -> Result<(Moving, f64), EngineError> {
        let handle = self.runtime.load(network).await?;
        let executor = &mut self.runtime.executor;
        executor.write(handle, "pictures", &rough.0).await?;
        executor.write(handle, "told", told).await?;
        executor.run(handle, self.cancel).await?;
        let refined = Moving(executor.read(handle, "refined").await?);
        Ok((refined, self.runtime.flops(handle)?))
    }
}

/// The values of a subject among those of all.
fn of_subject(values: &[f32], subject: usize) -> &[f32] {
    let each = values.len() / SUBJECTS;
    &values[subject * each..][..each]
}
