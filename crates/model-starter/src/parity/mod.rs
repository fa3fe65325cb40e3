//! Parity of every network with PyTorch on both executors: `tests/golden` holds random weights, inputs and outputs.

mod frames;

use kinora_contract::plan::{Plan, SUBJECTS};
use kinora_engine::{
    AdapterChoice, AnyExecutor, Cancel, CpuExecutor, Executor, GpuExecutor, Graph, Handle, Weights,
};
use kinora_model::blocks::GraphBuilder;
use kinora_model::blocks::rotary::{rotary_tables, time_positions};
use kinora_model::blocks::wan::{Context, RotaryInputs, WanConfig, block, time_features};
use kinora_model::weights::{floats, parse_weights};
use safetensors::SafeTensors;
use safetensors::tensor::Dtype;
use serde::Deserialize;

use crate::conditioning::conditioning_mask::{ConditioningMask, Tokens, split_by_mask};
use crate::conditioning::plan_conditioning::{
    layer_plan_features, sound_plan_features, video_plan_features,
};
use crate::grid::Grid;
use crate::networks::dit::{Guidance, dit_graph, dit_positions};
use crate::networks::planner::planner_graph;
use crate::text::encoder::{MASKED, TextConfig, bias_inputs, text_graph};
use crate::text::slots::SlotDims;

/// Largest absolute difference allowed in f32.
const TOLERANCE: f32 = 1e-4;

/// A golden file: weights renamed for the engine, inputs and answers as f32.
struct Golden {
    name: &'static str,
    bytes: Vec<u8>,
    weights: Weights,
}

impl Golden {
    fn open(name: &'static str, prefix: &str) -> Self {
        let path = format!(
            "{}/../../tests/golden/{name}.safetensors",
            env!("CARGO_MANIFEST_DIR")
        );
        let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
        let mut weights = Weights::new();
        let stored = stored_weights(&bytes);
        for name in stored.names() {
            let short = name.trim_start_matches("weights.");
            weights.insert(
                format!("{prefix}{short}"),
                stored.get(name).unwrap().clone(),
            );
        }
        Self {
            name,
            bytes,
            weights,
        }
    }

    fn config<T: for<'de> Deserialize<'de>>(&self) -> T {
        let (_, metadata) = SafeTensors::read_metadata(&self.bytes).unwrap();
        let json = &metadata.metadata().as_ref().unwrap()["config"];
        let config = serde_json::from_str(json);
        config.unwrap_or_else(|e| panic!("{}: {e} in {json}", self.name))
    }

    fn shape(&self, name: &str) -> Vec<usize> {
        SafeTensors::deserialize(&self.bytes)
            .unwrap()
            .tensor(name)
            .unwrap()
            .shape()
            .to_vec()
    }

    fn values(&self, name: &str) -> Vec<f32> {
        let file = SafeTensors::deserialize(&self.bytes).unwrap();
        let view = file
            .tensor(name)
            .unwrap_or_else(|e| panic!("{}: {e}", self.name));
        match view.dtype() {
            Dtype::I32 => {
                let chunks = view.data().as_chunks::<4>().0;
                chunks
                    .iter()
                    .map(|&bytes| i32::from_le_bytes(bytes) as f32)
                    .collect()
            }
            _ => floats(&view).unwrap(),
        }
    }
}

/// Runs a graph on every executor and hands each to `check`.
fn on_each_executor(
    graph: &Graph,
    weights: &Weights,
    check: impl AsyncFn(&mut AnyExecutor, Handle),
) {
    pollster::block_on(async {
        let gpu = GpuExecutor::new(AdapterChoice::Any)
            .await
            .expect("parity needs a Vulkan adapter; `cargo xtask setup` installs a software one");
        for mut executor in [
            AnyExecutor::Cpu(CpuExecutor::new()),
            AnyExecutor::Gpu(Box::new(gpu)),
        ] {
            let handle = executor.load(graph, weights).await.unwrap();
            check(&mut executor, handle).await;
        }
    });
}

async fn write(executor: &mut AnyExecutor, handle: Handle, inputs: &[(&str, Vec<f32>)]) {
    for (name, values) in inputs {
        executor
            .write(handle, name, values)
            .await
            .unwrap_or_else(|e| panic!("{name}: {e}"));
    }
}

async fn expect(executor: &mut AnyExecutor, handle: Handle, output: &str, want: &[f32]) {
    let got = executor.read(handle, output).await.unwrap();
    assert_eq!(got.len(), want.len(), "{output}");
    let worst = got
        .iter()
        .zip(want)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max);
    let device = executor.device().kind;
    assert!(worst <= TOLERANCE, "{output} on {device}: off by {worst}");
}

#[test]
fn wan_block_matches_diffusers() {
    let golden = Golden::open("wan_block", "");
    let (tokens, rows) = (golden.shape("in.x")[1], golden.shape("in.context")[1]);
    let config = WanConfig {
        dim: 128,
        layers: 1,
        heads: 2,
        ffn: golden.shape("weights.ffn.net.0.proj.weight")[0],
        text_dim: 128,
        freq_dim: 256,
        eps: 1e-6,
    };
    let mut graph = Graph::new("block");
    let x = graph.input("x", &[tokens, 128]).unwrap();
    let context = Context {
        rows: graph.input("context", &[rows, 128]).unwrap(),
        bias: None,
    };
    let temb6 = graph.input("temb6", &[6, 128]).unwrap();
    let rotary = RotaryInputs {
        cos: graph.input("rope_cos", &[tokens, 32]).unwrap(),
        sin: graph.input("rope_sin", &[tokens, 32]).unwrap(),
    };
    let y = block(
        &mut GraphBuilder::new(&mut graph, ""),
        &config,
        x,
        temb6,
        context,
        rotary,
    )
    .unwrap();
    graph.output("y", y).unwrap();

    let inputs = ["x", "context", "temb6", "rope_cos", "rope_sin"]
        .map(|name| (name, golden.values(&format!("in.{name}"))));
    let want = golden.values("out.y");
    on_each_executor(&graph, &golden.weights, async |executor, handle| {
        write(executor, handle, &inputs).await;
        executor.run(handle, &Cancel::new()).await.unwrap();
        expect(executor, handle, "y", &want).await;
    });
}

#[test]
fn rope_tables_match_diffusers() {
    let golden = Golden::open("wan_block", "");
    let tables = rotary_tables(
        &dit_positions(Grid {
            latent_frames: 3,
            rows: 2,
            cols: 3,
        }),
        64,
    );
    for (got, name) in [(tables.cos, "in.rope_cos"), (tables.sin, "in.rope_sin")] {
        let want = golden.values(name);
        assert_eq!(got.len(), want.len());
        assert!(
            got.iter().zip(&want).all(|(a, b)| (a - b).abs() < 1e-6),
            "{name}"
        );
    }
}

fn check_text(golden: &Golden, output: &str, slots: &[usize]) {
    let config = golden.config::<TextConfig>();
    let ids = golden.values("in.ids");
    let vocabulary = golden.shape("weights.shared.weight")[0];
    let graph = text_graph(&config, vocabulary, ids.len(), slots).unwrap();
    let biases = bias_inputs(&config, &golden.weights, ids.len(), ids.len());
    on_each_executor(&graph, &golden.weights, async |executor, handle| {
        write(executor, handle, &[("ids", ids.clone())]).await;
        for (name, bias) in &biases {
            executor.write(handle, name, bias).await.unwrap();
        }
        executor.run(handle, &Cancel::new()).await.unwrap();
        expect(executor, handle, "rows", &golden.values(output)).await;
        for k in 0..slots.len() {
            let want = golden.values(&format!("out.slots.{k}"));
            expect(executor, handle, &format!("slot.{k}"), &want).await;
        }
    });
}

#[test]
fn text_encoder_matches_transformers() {
    check_text(&Golden::open("umt5_encoder", "text."), "out.y", &[]);
}

#[test]
fn text_encoder_and_slot_heads_match_training() {
    let golden = Golden::open("text_toy", "text.");
    let slots: Vec<usize> = (0..3)
        .map(|k| golden.shape(&format!("weights.slot_heads.{k}.weight"))[0])
        .collect();
    check_text(&golden, "out.rows", &slots);
}

#[test]
fn planner_matches_training() {
    let golden = Golden::open("planner_toy", "planner.");
    let config = golden.config::<WanConfig>();
    let (frames, rows) = (golden.shape("in.plan")[1], golden.shape("in.text")[1]);
    let graph = planner_graph(&config, frames, rows).unwrap();
    let positions: Vec<_> = time_positions(frames).collect();
    let rope = rotary_tables(&positions, config.head_dim());
    let time = time_features(golden.values("in.t")[0], config.freq_dim);
    let fixed = flags(golden.values("in.given"));
    let (unknown, known) = split_by_mask(&fixed, &golden.values("in.plan"));
    let inputs = [
        ("plan", golden.values("in.plan")),
        ("text", golden.values("in.text")),
        ("text_bias", vec![0.0; config.heads * frames * rows]),
        ("given", golden.values("in.given")),
        ("unknown", unknown),
        ("known", known),
        ("time", time),
        ("coeffs", vec![0.25, 0.75, 0.0, 0.0]),
        ("rope.cos", rope.cos),
        ("rope.sin", rope.sin),
    ];
    let x0 = kept(golden.values("out.x0"), &fixed, &inputs[0].1);
    let stepped: Vec<f32> = inputs[0]
        .1
        .iter()
        .zip(&x0)
        .map(|(z, x)| 0.25 * z + 0.75 * x)
        .collect();
    on_each_executor(&graph, &golden.weights, async |executor, handle| {
        write(executor, handle, &inputs).await;
        executor.run(handle, &Cancel::new()).await.unwrap();
        expect(executor, handle, "x0", &x0).await;
        expect(executor, handle, "plan", &stepped).await;
    });
}

#[test]
fn a_quantised_linear_layer_matches_training() {
    let golden = Golden::open("quantised_linear", "");
    let mut graph = Graph::new("linear");
    let x = graph.input("x", &golden.shape("in.x")).unwrap();
    let width = golden.shape("out.y")[1];
    let y = GraphBuilder::new(&mut graph, "")
        .linear("linear", x, width)
        .unwrap();
    graph.output("y", y).unwrap();
    let inputs = [("x", golden.values("in.x"))];
    on_each_executor(&graph, &golden.weights, async |executor, handle| {
        write(executor, handle, &inputs).await;
        executor.run(handle, &Cancel::new()).await.unwrap();
        expect(executor, handle, "y", &golden.values("out.y")).await;
    });
}

fn check_dit(name: &'static str, rows: usize, cols: usize) {
    let golden = Golden::open(name, "dit.");
    let config = golden.config::<WanConfig>();
    let grid = Grid {
        latent_frames: golden.shape("in.sound")[1],
        rows,
        cols,
    };
    let text_rows = golden.shape("in.text")[1];
    let plan = Plan::from_rows(grid.latent_frames, golden.values("in.plan")).unwrap();
    let plate = plan.plate(cols as f32 / rows as f32);
    let rope = rotary_tables(&dit_positions(grid), config.head_dim());
    let bias = vec![0.0; config.heads * grid.tokens() * text_rows];
    let tokens = Tokens {
        video: golden.values("in.video"),
        sound: golden.values("in.sound"),
        layers: golden.values("in.layers"),
    };
    let given = ConditioningMask {
        video: flags(golden.values("in.given.video")),
        sound: flags(golden.values("in.given.sound")),
        layers: flags(golden.values("in.given.layers")),
    };
    let mut inputs = given.inputs(&tokens);
    inputs.extend([
        ("text", golden.values("in.text")),
        ("text_bias", bias.clone()),
        ("slots.scene", golden.values("in.said.scene")),
        ("slots.subjects", golden.values("in.said.subjects")),
        (
            "plan_features",
            video_plan_features(&plan, grid, &plate, &given.video),
        ),
        ("plan", sound_plan_features(&plan, &given.sound)),
        (
            "layer_plan",
            layer_plan_features(&plan, grid, &given.layers),
        ),
        (
            "time",
            time_features(golden.values("in.t")[0], config.freq_dim),
        ),
        ("coeffs", vec![0.5, 0.5, 0.0, 0.0]),
        ("rope.cos", rope.cos),
        ("rope.sin", rope.sin),
    ]);
    let null_mask = golden.values("in.null_text_mask");
    let masked = |keep: &f32| if *keep > 0.0 { 0.0 } else { MASKED };
    let null_bias: Vec<f32> = null_mask.iter().map(masked).collect();
    let null_bias = null_bias.repeat(config.heads * grid.tokens());
    let mut fixed_layers = given.layers.clone();
    fixed_layers[..SUBJECTS].fill(true);
    let expected = |prefix: &str| {
        let output = |name: &str| golden.values(&format!("out.{prefix}{name}"));
        [
            kept(output("video"), &given.video, &tokens.video),
            kept(output("sound"), &given.sound, &tokens.sound),
            kept(output("layers"), &fixed_layers, &tokens.layers),
        ]
    };
    let layer_dim = tokens.layers.len() / grid.layer_tokens();
    let slots = SlotDims {
        scene: golden.shape("in.said.scene")[1],
        subject: golden.shape("in.said.subjects")[2],
    };
    for guidance in [Guidance::None, Guidance::ClassifierFree] {
        let mut want = expected("");
        if guidance == Guidance::ClassifierFree {
            // The null differs from the prompt in rows, mask and slots: swapped branches fail.
            inputs.push(("null_text", golden.values("in.null_text")));
            inputs.push(("null_text_bias", null_bias.clone()));
            inputs.push(("null_slots.scene", golden.values("in.null_said.scene")));
            inputs.push((
                "null_slots.subjects",
                golden.values("in.null_said.subjects"),
            ));
            inputs.push(("guidance", golden.values("in.guidance")));
            want = expected("guided.");
        }
        let graph = dit_graph(&config, (layer_dim, slots), grid, text_rows, guidance).unwrap();
        on_each_executor(&graph, &golden.weights, async |executor, handle| {
            write(executor, handle, &inputs).await;
            executor.run(handle, &Cancel::new()).await.unwrap();
            expect(executor, handle, "video_x0", &want[0]).await;
            expect(executor, handle, "sound_x0", &want[1]).await;
            expect(executor, handle, "layers_x0", &want[2]).await;
        });
    }
}

#[test]
fn dit_matches_training() {
    check_dit("dit_toy", 2, 2);
}

#[test]
fn dit_matches_training_on_a_wide_clip() {
    check_dit("dit_wide_toy", 3, 5);
}

fn flags(values: Vec<f32>) -> Vec<bool> {
    values.into_iter().map(|value| value != 0.0).collect()
}

/// A prediction [rows, width] with the fixed rows as they stand in the state.
fn kept(mut predicted: Vec<f32>, fixed: &[bool], state: &[f32]) -> Vec<f32> {
    let width = state.len() / fixed.len();
    for (row, _) in fixed.iter().enumerate().filter(|(_, fixed)| **fixed) {
        let part = row * width..(row + 1) * width;
        predicted[part.clone()].copy_from_slice(&state[part]);
    }
    predicted
}

/// The file's weights without its inputs and answers.
fn stored_weights(bytes: &[u8]) -> Weights {
    let file = SafeTensors::deserialize(bytes).unwrap();
    let kept = file
        .tensors()
        .into_iter()
        .filter(|(name, _)| name.starts_with("weights."));
    parse_weights(&safetensors::serialize(kept, None).unwrap()).unwrap()
}
