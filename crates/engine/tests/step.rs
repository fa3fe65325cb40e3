//! A denoise step: its dispatches, that it allocates and reads back nothing, and cancellation.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use std::cell::Cell;
use std::rc::Rc;

use kinora_engine::cases::{Case, CaseBuilder};
use kinora_engine::{
    AdapterChoice, Attention, Cancel, CpuExecutor, EngineError, Epilogue, Executor, GpuExecutor,
    Graph, GraphError, Linear, Norm, NormModulate, Value, Weights,
};

const TOKENS: usize = 20;
const WIDTH: usize = 64;

/// A small transformer step. `z` is a state; the host writes only the coefficients.
fn step(blocks: usize) -> Result<Case, GraphError> {
    let mut builder = CaseBuilder::new("step");
    builder.magnitude = 0.2;
    let z = builder.state("z", &[TOKENS, WIDTH])?;
    let coeffs = builder.fixed("coeffs", &[4], vec![0.9, 0.1, 0.0, 0.0])?;
    let modulation = builder.input("modulation", &[6, WIDTH])?;
    let mut x = z;
    for i in 0..blocks {
        x = block(&mut builder, x, modulation, i)?;
    }
    let next = builder.graph().euler_x0(z, x, coeffs)?;
    builder.graph().update(z, next)?;
    builder.finish(x, 1e-4)
}

/// A Wan block: modulated self-attention, then a modulated feed-forward network.
fn block(
    builder: &mut CaseBuilder,
    x: Value,
    modulation: Value,
    i: usize,
) -> Result<Value, GraphError> {
    let rows = (0..6)
        .map(|r| builder.graph().slice_rows(modulation, r, 1))
        .collect::<Result<Vec<_>, _>>()?;
    let norm = |shift, scale| NormModulate {
        scale: Some(scale),
        shift: Some(shift),
        ..NormModulate::new(Norm::Layer, 1e-6)
    };
    let a = builder.graph().norm_modulate(x, norm(rows[0], rows[1]))?;
    let mut project = |name: &str, x: Value, n: usize, k: usize, options: Linear| {
        let w = builder.weight_q8(&format!("{i}.{name}"), &[n, k])?;
        builder.graph().linear(x, w, options)
    };
    let [q, k, v] = [
        project("q", a, WIDTH, WIDTH, Linear::default())?,
        project("k", a, WIDTH, WIDTH, Linear::default())?,
        project("v", a, WIDTH, WIDTH, Linear::default())?,
    ];
    let attended = builder.graph().attention(
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
        let w = builder.weight_q8(&format!("{i}.{name}"), &[n, k])?;
        builder.graph().linear(x, w, options)
    };
    let gated = |gate, residual| Linear {
        gate: Some(gate),
        residual: Some(residual),
        ..Linear::default()
    };
    let x = project("o", attended, WIDTH, WIDTH, gated(rows[2], x))?;
    let b = builder.graph().norm_modulate(x, norm(rows[3], rows[4]))?;
    let w = builder.weight_q8(&format!("{i}.up"), &[4 * WIDTH, WIDTH])?;
    let hidden = builder.graph().linear(
        b,
        w,
        Linear {
            epilogue: Epilogue::GeluTanh,
            ..Linear::default()
        },
    )?;
    let w = builder.weight_q8(&format!("{i}.down"), &[WIDTH, 4 * WIDTH])?;
    builder.graph().linear(hidden, w, gated(rows[5], x))
}

async fn gpu() -> GpuExecutor {
    let executor = GpuExecutor::new(AdapterChoice::Any).await;
    executor.expect("these tests need a Vulkan adapter, for example mesa-vulkan-drivers")
}

#[test]
fn a_step_allocates_nothing_and_reads_nothing_back() {
    pollster::block_on(async {
        let case = step(2).unwrap();
        let mut gpu = gpu().await;
        let handle = gpu.load(&case.graph, &case.weights).await.unwrap();
        for (name, data) in &case.inputs {
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
    for (name, data) in &case.inputs {
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
fn a_cancelled_run_keeps_the_state() {
    pollster::block_on(async {
        cancelled(&mut CpuExecutor::new()).await;
        cancelled(&mut gpu().await).await;
    });
}

async fn cancelled(executor: &mut impl Executor) {
    let case = step(1).unwrap();
    let handle = executor.load(&case.graph, &case.weights).await.unwrap();
    for (name, data) in &case.inputs {
        executor.write(handle, name, data).await.unwrap();
    }
    let cancel = Cancel::new();
    cancel.cancel();
    let stopped = executor.run(handle, &cancel).await;
    assert!(matches!(stopped, Err(EngineError::Cancelled)));
    assert_eq!(executor.read(handle, "z").await.unwrap(), case.inputs["z"]);
    executor.run(handle, &Cancel::new()).await.unwrap();
    assert_ne!(executor.read(handle, "z").await.unwrap(), case.inputs["z"]);
}

/// A chain of 400 linears: long enough to yield several times on every executor, and several submissions on any GPU.
fn long_chain() -> (Graph, Weights) {
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
    (graph, weights)
}

#[test]
fn no_dispatch_follows_a_cancel_at_a_yield() {
    pollster::block_on(async {
        cancel_at_a_yield(&mut CpuExecutor::new()).await;
        cancel_at_a_yield(&mut gpu().await).await;
    });
}

/// Cancels at the second yield, as a page does whose cancel message arrives there.
async fn cancel_at_a_yield(executor: &mut impl Executor) {
    let (graph, weights) = long_chain();
    let handle = executor.load(&graph, &weights).await.unwrap();
    let cancel = Cancel::new();
    let dispatched = executor.dispatch_counter();
    let yields = Rc::new(Cell::new(0));
    let at_cancel = Rc::new(Cell::new(None));
    executor.set_yield({
        let (cancel, dispatched) = (cancel.clone(), dispatched.clone());
        let (yields, at_cancel) = (Rc::clone(&yields), Rc::clone(&at_cancel));
        Rc::new(move || {
            yields.set(yields.get() + 1);
            if yields.get() == 2 {
                cancel.cancel();
                at_cancel.set(Some(dispatched.get()));
            }
            Box::pin(std::future::ready(()))
        })
    });
    let stopped = executor.run(handle, &cancel).await;
    assert!(
        matches!(stopped, Err(EngineError::Cancelled)),
        "{stopped:?}"
    );
    let at_cancel = at_cancel.get().expect("the run yields twice");
    assert!(
        0 < at_cancel && at_cancel < 400,
        "cancelled after {at_cancel}"
    );
    assert_eq!(dispatched.get(), at_cancel, "dispatches after the cancel");
    assert_eq!(yields.get(), 2, "yields after the cancel");
}

/// A cancel from another thread, in the middle of a dispatch, stops the CPU executor before the next one.
#[test]
fn at_most_one_dispatch_follows_a_cancel_from_another_thread() {
    let (graph, weights) = long_chain();
    let mut cpu = CpuExecutor::new();
    let cancel = Cancel::new();
    let (canceller, dispatched) = (cancel.clone(), cpu.dispatch_counter());
    let other = std::thread::spawn({
        let dispatched = dispatched.clone();
        move || {
            while dispatched.get() < 3 {
                std::thread::yield_now();
            }
            canceller.cancel();
            dispatched.get()
        }
    });
    let stopped = pollster::block_on(async {
        let handle = cpu.load(&graph, &weights).await.unwrap();
        cpu.run(handle, &cancel).await
    });
    let at_cancel = other.join().unwrap();
    assert!(
        matches!(stopped, Err(EngineError::Cancelled)),
        "{stopped:?}"
    );
    let after = dispatched.get() - at_cancel;
    assert!(after <= 1, "{after} dispatches after the cancel");
}

#[test]
fn counters_and_statistics_agree_on_both_executors() {
    pollster::block_on(async {
        counted(&mut CpuExecutor::new()).await;
        counted(&mut gpu().await).await;
    });
}

async fn counted(executor: &mut impl Executor) {
    let case = step(1).unwrap();
    let handle = executor.load(&case.graph, &case.weights).await.unwrap();
    let dispatched = executor.dispatch_counter();
    assert_eq!(dispatched.get(), 0);
    for run in 1..=2 {
        let stats = executor.run(handle, &Cancel::new()).await.unwrap();
        assert!(stats.dispatches > 0);
        assert_eq!(dispatched.get(), run * stats.dispatches);
    }
}

#[test]
fn wrong_names_lengths_and_weights_are_errors() {
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
