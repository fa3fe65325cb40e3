//! Reading the prompt and planning: words → rows → what happens in every frame.

use std::rc::Rc;

use kinora_contract::plan::{CameraState, PLAN_DIM, Plan};
use kinora_engine::{EngineError, Executor};
use kinora_model::given;
use kinora_model::overlay::{Shot, Thin};
use kinora_model::pictures::Pictures;
use kinora_model::rope::{rope_tables, time_positions};
use kinora_model::said::Said;
use kinora_model::water::Water;

use crate::bouncing;
use crate::camera;
use crate::dialogue::Speech;
use crate::error::GenerateError;
use crate::event::{Stage, Understood};
use crate::framing;
use crate::generate::Job;
use crate::noise::{Purpose, standard_normal};
use crate::prompt::{self, EncodedPrompt};
use crate::rolling;
use crate::runtime::Network;
use crate::schedule::euler_steps;
use crate::source::{Look, Start};
use crate::window::Window;

/// A plan, how its clip is looked at, what it is given to see and what its words say of it.
#[derive(Debug, Clone)]
pub(crate) struct Staged {
    pub plan: Plan,
    pub shot: Shot,
    pub pictures: Rc<Pictures>,
    /// By latent frame.
    pub said: Vec<Rc<Said>>,
}

impl Job<'_> {
    pub(crate) async fn text(
        &mut self,
        before: &[Understood],
    ) -> Result<EncodedPrompt, GenerateError> {
        self.enter(Stage::Text);
        let text = prompt::encode(self.recipe, before, self.runtime, self.cancel).await?;
        self.emit(text.words.clone());
        Ok(text)
    }

    /// The plan as the planner has it, `[latent frames, PLAN_DIM]`; what goes on begins with the rows of its clip.
    pub(crate) async fn plan(
        &mut self,
        text: &EncodedPrompt,
        start: &Start,
    ) -> Result<Vec<f32>, GenerateError> {
        self.enter(Stage::Plan);
        let mut rows = match start {
            Start::Extend(made) => made.rows.clone(),
            Start::Nothing | Start::Remix(..) => Vec::new(),
        };
        for window in self.windows.clone() {
            let known = &rows[rows.len() - window.known * PLAN_DIM..];
            let planned = self.plan_window(window, text, known).await?;
            rows.extend_from_slice(&planned[window.known * PLAN_DIM..window.used * PLAN_DIM]);
        }
        Ok(rows)
    }

    /// The rows of a plan in which what rolls turns ([`rolling::turn`]) and what bounces comes back as high as it should
    /// ([`bouncing::bounce`]); the first `drawn` pixel frames stay as they are.
    pub(crate) fn by_law(
        &self,
        rows: Vec<f32>,
        text: &EncodedPrompt,
        drawn: usize,
    ) -> Result<Vec<f32>, GenerateError> {
        let said = |slot| text.understood_as(slot);
        let mut plan = self.plan_of(rows)?;
        match said("action") {
            "roll" => rolling::turn(&mut plan, said("object1"), drawn),
            // A clip that goes on is in the middle of its bounces.
            "bounce" if drawn == 0 => {
                let what = ["object1", "material1", "place"].map(said);
                bouncing::bounce(&mut plan, what, self.recipe.fps as f32);
            }
            _ => {}
        }
        Ok(plan.into_rows())
    }

    fn plan_of(&self, rows: Vec<f32>) -> Result<Plan, EngineError> {
        let plan = Plan::from_rows(self.latent_frames, rows);
        plan.map_err(|e| EngineError::Device(e.to_string()))
    }

    /// A plan as the camera shoots it ([`camera::direct`]), in its frame ([`framing::frame`]) and on its stage
    /// ([`framing::stage`]), with the mouth of whoever speaks.
    pub(crate) fn staged(
        &self,
        rows: Vec<f32>,
        text: &EncodedPrompt,
        speech: &Speech,
        look: Look,
        pictures: Rc<Pictures>,
        said: Vec<Rc<Said>>,
    ) -> Result<Staged, GenerateError> {
        let mut plan = self.plan_of(rows)?;
        let aspect = self.recipe.width as f32 / self.recipe.height as f32;
        let fps = self.recipe.fps as f32;
        camera::direct(&mut plan, look.camera, fps, look.deciding);
        framing::frame(&mut plan, aspect, look.deciding);
        let stage = framing::stage(&mut plan, aspect, look.deciding);
        if text.is_understood("action", "talk") {
            speech.move_mouth(&mut plan, fps);
        }
        let shot = self.shot(&plan, stage, look);
        Ok(Staged {
            plan,
            shot,
            pictures,
            said,
        })
    }

    /// How the frames of a staged plan are composited.
    pub(crate) fn shot(&self, plan: &Plan, stage: CameraState, look: Look) -> Shot {
        let fps = self.recipe.fps as f32;
        let water = |it| Water::of(plan, look.deciding, fps, it);
        let thin = Thin {
            rope: look.hangs,
            water: look.pours.and_then(water),
            falling: look.falling,
        };
        Shot::new(self.grid, stage, thin, look.lens, fps)
    }

    /// The rows of a window `[latent_frames, PLAN_DIM]`, which begin with the known ones.
    async fn plan_window(
        &mut self,
        window: Window,
        text: &EncodedPrompt,
        known: &[f32],
    ) -> Result<Vec<f32>, GenerateError> {
        let frames = self.grid.latent_frames;
        let config = self.runtime.starter.config.clone();
        let handle = self.runtime.load(Network::Planner(frames)).await?;
        let positions: Vec<_> = time_positions(frames).collect();
        let rope = rope_tables(&positions, config.planner.head_dim());
        let (seed, length) = (self.recipe.seed, frames * PLAN_DIM);
        let mut start = standard_normal(seed, Purpose::Plan, window.index, length);
        start[..known.len()].copy_from_slice(known);
        let fixed: Vec<bool> = (0..frames).map(|j| j < window.known).collect();
        let (free, held) = given::hold(&fixed, &start);
        let inputs = [
            ("plan", start),
            ("given", fixed.iter().copied().map(f32::from).collect()),
            ("free", free),
            ("held", held),
            ("text", text.rows.clone()),
            (
                "text_bias",
                text.attention_bias(config.planner.heads * frames),
            ),
            ("rope.cos", rope.cos),
            ("rope.sin", rope.sin),
        ];
        self.write(handle, &inputs).await?;
        for step in euler_steps(config.sampler.planner_steps, config.sampler.planner_shift) {
            self.write_step(handle, step, config.planner.freq_dim)
                .await?;
            self.runtime.executor.run(handle, self.cancel).await?;
        }
        Ok(self.runtime.executor.read(handle, "plan").await?)
    }
}
