//! A denoise step on the GPU: what it records, that it allocates and reads nothing, and that it can be cancelled.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use kinora_engine::cases::{Case, Maker};
use kinora_engine::{
    AdapterChoice, Attention, Cancel, CpuExecutor, EngineError, Epilogue, Executor, GpuExecutor,
    Graph, GraphError, Linear, Norm, NormModulate, Value, Weights,
};

const TOKENS: usize = 20;
const WIDTH: usize = 64;

/// A small transformer step: `z` is a state, coefficients are the only thing that the host writes.
fn step(blocks: usize) -> Result<Case, GraphError> {
    let mut make = Maker::new("step");
    make.magnitude = 0.2;
    let z = make.state("z", &[TOKENS, WIDTH])?;
    let coeffs = make.fixed("coeffs", &[4], vec![0.9, 0.1, 0.0, 0.0])?;
    let modulation = make.input("modulation", &[6, WIDTH])?;
    let mut x = z;
    for i in 0..blocks {
        x = block(&mut make, x, modulation, i)?;
    }
    let next = make.graph().euler_x0(z, x, coeffs)?;
    make.graph().update(z, next)?;
    make.finish(x, 1e-4)
}

/// A block of the Wan family: modulated self-attention, then a modulated feed-forward part.
fn block(make: &mut Maker, x: Value, modulation: Value, i: usize) -> Result<Value, GraphError> {
    let rows = (0..6)
        .map(|r| make.graph().slice_rows(modulation, r, 1))
        .collect::<Result<Vec<_>, _>>()?;
    let norm = |shift, scale| NormModulate {
        scale: Some(scale),
        shift: Some(shift),
        ..NormModulate::new(Norm::Layer, 1e-6)
    };
    let a = make.graph().norm_modulate(x, norm(rows[0], rows[1]))?;
    let mut project = |name: &str, x: Value, n: usize, k: usize, options: Linear| {
        let w = make.weight_q8(&format!("{i}.{name}"), &[n, k])?;
        make.graph().linear(x, w, options)
    };
    let [q, k, v] = [
        project("q", a, WIDTH, WIDTH, Linear::default())?,
        project("k", a, WIDTH, WIDTH, Linear::default())?,
        project("v", a, WIDTH, WIDTH, Linear::default())?,
    ];
    let attended = make.graph().attention(
        q,
        k,
        v,
        Attention {
            heads: 2,
            scale: 0.2,
            bias: None,
        },
    )?;
    let mut project = |name: &str, x: Value, n: usize, k: usize, options: Linear| {
        let w = make.weight_q8(&format!("{i}.{name}"), &[n, k])?;
        make.graph().linear(x, w, options)
    };
    let gated = |gate, residual| Linear {
        gate: Some(gate),
        residual: Some(residual),
        ..Linear::default()
    };
    let x = project("o", attended, WIDTH, WIDTH, gated(rows[2], x))?;
    let b = make.graph().norm_modulate(x, norm(rows[3], rows[4]))?;
    let w = make.weight_q8(&format!("{i}.up"), &[4 * WIDTH, WIDTH])?;
    let hidden = make.graph().linear(
        b,
        w,
        Linear {
            epilogue: Epilogue::GeluTanh,
            ..Linear::default()
        },
    )?;
    let w = make.weight_q8(&format!("{i}.down"), &[WIDTH, 4 * WIDTH])?;
    make.graph().linear(hidden, w, gated(rows[5], x))
}

async fn gpu() -> GpuExecutor {
    let executor = GpuExecutor::new(AdapterChoice::Any).await;
    executor
        .expect("these tests need a Vulkan adapter: install mesa-vulkan-drivers for a software one")
}

#[test]
fn a_step_allocates_nothing_and_reads_nothing_back() {
    pollster::block_on(async {
        let case = step(2).unwrap();
        let mut gpu = gpu().await;
        let handle = gpu.load(&case.graph, &case.weights).await.unwrap();
        for (name, data) in &case.given {
            gpu.write(handle, name, data).await.unwrap();
        }
        let cancel = Cancel::new();
        gpu.run(handle, &cancel).await.unwrap();
        let before = gpu.counters();
        gpu.write(handle, "coeffs", &[0.8, 0.2, 0.0, 0.0])
            .await
            .unwrap();
        let stats = gpu.run(handle, &cancel).await.unwrap();
        let after = gpu.counters();
        // Per block: 2 norms, 6 products, attention; then the sampler and the copy into the state.
        assert_eq!(stats.dispatches, 2 * 9 + 2);
        assert_eq!(after.dispatches - before.dispatches, stats.dispatches);
        assert_eq!(after.submits - before.submits, stats.submits);
        assert!(
            (1..=4).contains(&stats.submits),
            "{} submits",
            stats.submits
        );
        assert_eq!(after.bytes_written - before.bytes_written, 16);
        assert_eq!(after.buffers, before.buffers);
        assert_eq!(after.bind_groups, before.bind_groups);
        assert_eq!(after.pipelines, before.pipelines);
        assert_eq!(after.bytes_read, before.bytes_read);
    });
}

#[test]
fn several_steps_agree_on_both_executors() {
    pollster::block_on(async {
        let case = step(2).unwrap();
        let on_cpu = four_steps(&mut CpuExecutor::new(), &case).await;
        let on_gpu = four_steps(&mut gpu().await, &case).await;
        let as_reference: Vec<f64> = on_cpu.iter().map(|v| f64::from(*v)).collect();
        let deviation = kinora_engine::cases::deviation(&on_gpu, &as_reference);
        assert!(deviation < 1e-4, "{deviation:e}");
    });
}

async fn four_steps(executor: &mut impl Executor, case: &Case) -> Vec<f32> {
    let handle = executor.load(&case.graph, &case.weights).await.unwrap();
    for (name, data) in &case.given {
        executor.write(handle, name, data).await.unwrap();
    }
    for i in 0..4 {
        let t = i as f32 / 4.0;
        executor
            .write(handle, "coeffs", &[1.0 - t, t, 0.0, 0.0])
            .await
            .unwrap();
        executor.run(handle, &Cancel::new()).await.unwrap();
    }
    executor.read(handle, "z").await.unwrap()
}

#[test]
fn a_cancelled_run_leaves_the_state_alone() {
    pollster::block_on(async {
        cancelled(&mut CpuExecutor::new()).await;
        cancelled(&mut gpu().await).await;
    });
}

async fn cancelled(executor: &mut impl Executor) {
    let case = step(1).unwrap();
    let handle = executor.load(&case.graph, &case.weights).await.unwrap();
    for (name, data) in &case.given {
        executor.write(handle, name, data).await.unwrap();
    }
    let cancel = Cancel::new();
    cancel.cancel();
    let stopped = executor.run(handle, &cancel).await;
    assert!(matches!(stopped, Err(EngineError::Cancelled)));
    assert_eq!(executor.read(handle, "z").await.unwrap(), case.given["z"]);
    executor.run(handle, &Cancel::new()).await.unwrap();
    assert_ne!(executor.read(handle, "z").await.unwrap(), case.given["z"]);
}

/// A cancel that arrives while a long run is under way ends it within 200 ms, wherever it is.
#[test]
fn a_cancel_in_the_middle_is_answered_at_once() {
    let mut graph = Graph::new("long");
    let mut weights = Weights::new();
    let mut x = graph.input("x", &[512, 512]).unwrap();
    let w = graph.weight("w", &[512, 512]).unwrap();
    weights
        .insert_f32("w", &[512, 512], vec![0.001; 512 * 512])
        .unwrap();
    for _ in 0..400 {
        x = graph.linear(x, w, Linear::default()).unwrap();
    }
    graph.output("y", x).unwrap();
    let (graph, weights) = (&graph, &weights);
    pollster::block_on(async {
        in_the_middle(&mut CpuExecutor::new(), graph, weights).await;
        in_the_middle(&mut gpu().await, graph, weights).await;
    });
}

async fn in_the_middle(executor: &mut impl Executor, graph: &Graph, weights: &Weights) {
    let handle = executor.load(graph, weights).await.unwrap();
    let cancel = Cancel::new();
    let sender = cancel.clone();
    let other = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(150));
        sender.cancel();
        std::time::Instant::now()
    });
    let stopped = executor.run(handle, &cancel).await;
    let waited = other.join().unwrap().elapsed();
    assert!(
        matches!(stopped, Err(EngineError::Cancelled)),
        "the run ended before the cancel: {stopped:?}"
    );
    assert!(waited.as_millis() < 400, "answered after {waited:?}");
}

#[test]
fn wrong_names_lengths_and_weights_are_refused() {
    pollster::block_on(async {
        let case = step(1).unwrap();
        let mut cpu = CpuExecutor::new();
        let handle = cpu.load(&case.graph, &case.weights).await.unwrap();
        assert!(matches!(
            cpu.write(handle, "nothing", &[]).await,
            Err(EngineError::UnknownName(_))
        ));
        assert!(matches!(
            cpu.write(handle, "coeffs", &[1.0]).await,
            Err(EngineError::WrongLength {
                want: 4,
                got: 1,
                ..
            })
        ));
        assert!(matches!(
            cpu.write(handle, "result", &[1.0]).await,
            Err(EngineError::UnknownName(_))
        ));
        let missing = cpu.load(&case.graph, &Weights::new()).await.unwrap_err();
        assert_eq!(missing.to_string(), "weight \"0.q\" is missing");
        cpu.unload(handle);
        assert!(matches!(
            cpu.run(handle, &Cancel::new()).await,
            Err(EngineError::UnknownHandle)
        ));
    });
}
