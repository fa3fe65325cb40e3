//! Planning: the planner's rows, computed dynamics, and the layout of the plan before the camera.

use std::rc::Rc;

use kinora_contract::event::Stage;
use kinora_contract::plan::{CameraState, PLAN_DIM, Plan, SUBJECTS};
use kinora_engine::{EngineError, Handle};
use kinora_model::blocks::rotary::{rotary_tables, time_positions};
use kinora_model::sampling::flow_match::euler_steps;
use kinora_model::sampling::noise::{NoiseStream, standard_normal};
use kinora_model::sampling::temporal_tiling::Tile;
use kinora_model::{GenerateError, ProgramKey, Session};
use kinora_scene::dynamics::motion::Pose;
use kinora_scene::dynamics::restitution::apply_restitution;
use kinora_scene::dynamics::rolling::enforce_no_slip;
use kinora_scene::dynamics::staging::{resize, scale_of, turn_towards};
use kinora_scene::effects::LiquidStream;
use kinora_scene::vocabulary::{Action, Size};
use kinora_scene::{camera_path, framing};

use super::clip_shape::ClipShape;
use crate::checkpoint::Checkpoint;
use crate::compositor::reference::ReferenceImages;
use crate::compositor::{Effects, Shot};
use crate::conditioning::conditioning_mask::split_by_mask;
use crate::conditioning::initial_state::{InitialState, RenderSettings};
use crate::networks::planner::planner_graph;
use crate::text::encoder::TEXT_ROWS;
use crate::text::prompt::EncodedPrompt;
use crate::text::slots::{SceneReading, SlotProbs};

/// Poses of the subjects by pixel frame; none where the plan says all.
pub(crate) type Poses = Rc<[[Pose; SUBJECTS]]>;

/// A plan as the camera sees it, how its clip is rendered, and its conditioning.
#[derive(Debug, Clone)]
pub(crate) struct ClipLayout {
    pub plan: Plan,
    pub shot: Shot,
    pub references: Rc<ReferenceImages>,
    /// Slot conditioning by latent frame.
    pub slots: Vec<Rc<SlotProbs>>,
}

impl ClipLayout {
    /// Returns the layout of `length` latent frames from `first` on. Past its end the last plan row is repeated.
    pub fn window(&self, first: usize, length: usize) -> Self {
        let mut plan = Plan::empty(length);
        let last = self.plan.latent_frames() - 1;
        for (j, row) in plan.rows_mut().chunks_exact_mut(PLAN_DIM).enumerate() {
            let at = (first + j).min(last) * PLAN_DIM;
            row.copy_from_slice(&self.plan.rows()[at..at + PLAN_DIM]);
        }
        Self {
            plan,
            ..self.clone()
        }
    }
}

/// Loads the planner for tiles of this many latent frames.
pub(crate) async fn load(
    checkpoint: &Checkpoint,
    session: &mut Session<'_>,
    latent_frames: usize,
) -> Result<Handle, EngineError> {
    let key = ProgramKey {
        network: "planner",
        shape: [latent_frames, 0, 0, 0],
    };
    let graph = || planner_graph(&checkpoint.config.planner, latent_frames, TEXT_ROWS);
    session.program(key, &checkpoint.weights, graph).await
}

/// Samples the planner; returns rows `[latent frames, PLAN_DIM]`. An extension begins with the rows of its source.
pub(crate) async fn plan(
    checkpoint: &Checkpoint,
    session: &mut Session<'_>,
    shape: &ClipShape,
    seed: u64,
    text: &EncodedPrompt,
    initial: &InitialState,
) -> Result<Vec<f32>, GenerateError> {
    session.enter(Stage::Plan);
    let mut rows = initial.known_rows();
    for &tile in &shape.tiles {
        let known = &rows[rows.len() - tile.overlap * PLAN_DIM..];
        let planned = plan_tile(checkpoint, session, (shape, tile, seed), text, known).await?;
        rows.extend_from_slice(&planned[tile.overlap * PLAN_DIM..tile.used * PLAN_DIM]);
    }
    Ok(rows)
}

/// Samples the rows of one tile `[latent_frames, PLAN_DIM]`; the first ones are `known`.
async fn plan_tile(
    checkpoint: &Checkpoint,
    session: &mut Session<'_>,
    (shape, tile, seed): (&ClipShape, Tile, u64),
    text: &EncodedPrompt,
    known: &[f32],
) -> Result<Vec<f32>, GenerateError> {
    let frames = shape.grid.latent_frames;
    let (config, sampler) = (&checkpoint.config.planner, &checkpoint.config.sampler);
    let handle = load(checkpoint, session, frames).await?;
    let positions: Vec<_> = time_positions(frames).collect();
    let rotary = rotary_tables(&positions, config.head_dim());
    let mut start = standard_normal(seed, NoiseStream::Plan, tile.index, frames * PLAN_DIM);
    start[..known.len()].copy_from_slice(known);
    let fixed: Vec<bool> = (0..frames).map(|j| j < tile.overlap).collect();
    let (unknown, known) = split_by_mask(&fixed, &start);
    let inputs = [
        ("plan", start),
        ("given", fixed.iter().copied().map(f32::from).collect()),
        ("unknown", unknown),
        ("known", known),
        ("text", text.rows.clone()),
        ("text_bias", text.attention_bias(config.heads * frames)),
        ("rope.cos", rotary.cos),
        ("rope.sin", rotary.sin),
    ];
    session.write(handle, &inputs).await?;
    for step in euler_steps(sampler.planner_steps, sampler.planner_shift) {
        session.write_step(handle, step, config.freq_dim).await?;
        session.run(handle).await?;
    }
    Ok(session.read(handle, "plan").await?)
}

/// Applies a stated direction, and a stated size on top of `drawn`, the size that the rows have already.
pub(crate) fn stage(
    rows: Vec<f32>,
    reading: &SceneReading,
    drawn: Option<Size>,
) -> Result<Vec<f32>, GenerateError> {
    let scale = scale_of(reading.size) / scale_of(drawn);
    if reading.direction.is_none() && scale == 1.0 {
        return Ok(rows);
    }
    let mut plan = plan_of(rows)?;
    if let Some(direction) = reading.direction {
        turn_towards(&mut plan, direction);
    }
    if scale != 1.0 {
        resize(&mut plan, scale);
    }
    Ok(plan.into_rows())
}

/// Replaces planned motion by computed motion where the reading fixes it: rolling without slip, and bounces with the material's
/// restitution. The first `known_frames` pixel frames stay as they are.
pub(crate) fn apply_dynamics(
    rows: Vec<f32>,
    reading: &SceneReading,
    known_frames: usize,
    fps: f32,
) -> Result<Vec<f32>, GenerateError> {
    let mut plan = plan_of(rows)?;
    let subject = reading.subjects[0];
    match (reading.action, subject.object, subject.material) {
        (Action::Roll, Some(object), _) => enforce_no_slip(&mut plan, object, known_frames),
        // An extension starts in the middle of its bounces.
        (Action::Bounce, Some(object), Some(material)) if known_frames == 0 => {
            apply_restitution(&mut plan, object, material, reading.place, fps);
        }
        _ => {}
    }
    Ok(plan.into_rows())
}

/// Lays a plan out for a clip: camera move, frame shape, plate, mouth and effects.
pub(crate) fn lay_out(
    rows: Vec<f32>,
    shape: &ClipShape,
    reading: &SceneReading,
    settings: RenderSettings,
    mouth_at: &dyn Fn(f32, f32) -> f32,
    (references, slots, poses): (Rc<ReferenceImages>, Vec<Rc<SlotProbs>>, Poses),
) -> Result<ClipLayout, GenerateError> {
    let mut plan = plan_of(rows)?;
    let (aspect, fps, anchor) = (shape.aspect, shape.fps, settings.anchor_frames);
    camera_path::apply_move(&mut plan, settings.camera, fps, anchor);
    framing::fit_to_aspect(&mut plan, aspect, anchor);
    let plate = framing::plate_of(&mut plan, aspect, anchor);
    if reading.action == Action::Talk {
        move_mouth(&mut plan, fps, mouth_at);
    }
    let mut layout = layout_of(plan, plate, shape, settings, (references, slots));
    layout.shot = layout.shot.with_poses(poses);
    Ok(layout)
}

/// Puts a plan that the camera shows together with its effects and lens.
pub(crate) fn layout_of(
    plan: Plan,
    plate: CameraState,
    shape: &ClipShape,
    settings: RenderSettings,
    (references, slots): (Rc<ReferenceImages>, Vec<Rc<SlotProbs>>),
) -> ClipLayout {
    let liquid = |source| LiquidStream::of(&plan, settings.anchor_frames, shape.fps, source);
    let effects = Effects {
        rope: settings.rope,
        liquid: settings.pour.and_then(liquid),
        precipitation: settings.precipitation,
    };
    ClipLayout {
        shot: Shot::new(shape.grid, plate, effects, settings.lens, shape.fps),
        plan,
        references,
        slots,
    }
}

/// Opens the mouth of every present subject as the speech does around each frame.
fn move_mouth(plan: &mut Plan, fps: f32, mouth_at: &dyn Fn(f32, f32) -> f32) {
    for frame in 0..plan.frames() {
        let Some(mut state) = plan.frame(frame) else {
            continue;
        };
        let open = mouth_at(frame as f32 / fps, 1.0 / fps);
        let present = state.subjects.iter_mut().filter(|it| it.is_present());
        present.for_each(|subject| subject.mouth = open);
        plan.set_frame(frame, &state);
    }
}

fn plan_of(rows: Vec<f32>) -> Result<Plan, EngineError> {
    let latent_frames = rows.len() / PLAN_DIM;
    let plan = Plan::from_rows(latent_frames, rows);
    plan.map_err(|e| EngineError::Device(e.to_string()))
}
