//! The CPU executor: the graph evaluated with burn tensors on Flex. It is the twin that every kernel is compared with,
//! and the fallback where there is no WebGPU.

mod epilogue;
mod layout;
mod ops;

use std::time::Duration;

use burn_tensor::{Device, Tensor, TensorData};
use web_time::Instant;

use crate::executor::{Cancel, DeviceInfo, EngineError, Executor, Handle, RunStats, YieldFn};
use crate::graph::{Graph, Value, ValueKind};
use crate::program::Program;
use crate::shape;
use crate::weights::Weights;

/// How long the executor computes before it lets the event loop in.
const SLICE: Duration = Duration::from_millis(30);

/// Evaluates programs with burn on the CPU.
#[derive(Default)]
pub struct CpuExecutor {
    programs: Vec<Option<Loaded>>,
    yield_now: Option<YieldFn>,
}

/// A value in use: rows × columns.
type Slot = Option<Tensor<2>>;

struct Loaded {
    program: Program,
    /// Inputs, states and weights; never empty for those.
    kept: Vec<Slot>,
    /// Results of the last run.
    results: Vec<Slot>,
    /// For every node the values that nothing needs after it.
    dead_after: Vec<Vec<Value>>,
}

impl CpuExecutor {
    /// An executor without programs.
    pub fn new() -> Self {
        Self::default()
    }

    fn loaded(&self, handle: Handle) -> Result<&Loaded, EngineError> {
        self.programs
            .get(handle.0 as usize)
            .and_then(Option::as_ref)
            .ok_or(EngineError::UnknownHandle)
    }

    fn loaded_mut(&mut self, handle: Handle) -> Result<&mut Loaded, EngineError> {
        self.programs
            .get_mut(handle.0 as usize)
            .and_then(Option::as_mut)
            .ok_or(EngineError::UnknownHandle)
    }
}

impl Executor for CpuExecutor {
    async fn load(&mut self, graph: &Graph, weights: &Weights) -> Result<Handle, EngineError> {
        let program = Program::new(graph);
        let mut kept: Vec<Slot> = vec![None; graph.values().len()];
        for (slot, info) in kept.iter_mut().zip(graph.values()) {
            let data = match info.kind {
                ValueKind::Weight => weights.expect(&info.name, &info.shape)?.to_f32(),
                ValueKind::Input | ValueKind::State => vec![0.0; info.len()],
                ValueKind::Computed => continue,
            };
            *slot = Some(tensor(data, &info.shape));
        }
        let dead_after = dead_after(&program);
        let results = Vec::new();
        self.programs.push(Some(Loaded {
            program,
            kept,
            results,
            dead_after,
        }));
        Ok(Handle(self.programs.len() as u32 - 1))
    }

    fn unload(&mut self, handle: Handle) {
        if let Some(slot) = self.programs.get_mut(handle.0 as usize) {
            *slot = None;
        }
    }

    fn program(&self, handle: Handle) -> Result<&Program, EngineError> {
        Ok(&self.loaded(handle)?.program)
    }

    async fn write(&mut self, handle: Handle, name: &str, data: &[f32]) -> Result<(), EngineError> {
        let loaded = self.loaded_mut(handle)?;
        let value = loaded
            .program
            .find_writable(name)
            .ok_or_else(|| EngineError::UnknownName(name.to_owned()))?;
        let shape = loaded.program.shape(value);
        let (want, got) = (shape::len(shape), data.len());
        if want != got {
            return Err(EngineError::WrongLength {
                name: name.to_owned(),
                want,
                got,
            });
        }
        loaded.kept[value.index()] = Some(tensor(data.to_vec(), shape));
        Ok(())
    }

    async fn run(&mut self, handle: Handle, cancel: &Cancel) -> Result<RunStats, EngineError> {
        let yield_now = self.yield_now.clone();
        let loaded = self.loaded_mut(handle)?;
        let started = Instant::now();
        let mut slice = started;
        let mut dispatches = 0;
        let mut slots = loaded.kept.clone();
        slots.resize(
            loaded
                .program
                .nodes()
                .iter()
                .map(|n| n.output.index() + 1)
                .max()
                .unwrap_or(0)
                .max(slots.len()),
            None,
        );
        for (node, dead) in loaded.program.nodes().iter().zip(&loaded.dead_after) {
            cancel.check()?;
            let result = ops::evaluate(&loaded.program, node, &mut slots);
            slots[node.output.index()] = Some(result);
            dead.iter().for_each(|v| slots[v.index()] = None);
            dispatches += 1;
            if let Some(yield_now) = yield_now.as_ref().filter(|_| slice.elapsed() > SLICE) {
                yield_now().await;
                slice = Instant::now();
            }
        }
        cancel.check()?;
        for (state, value) in loaded.program.updates() {
            let shape = loaded.program.shape(*state);
            loaded.kept[state.index()] = slots[value.index()]
                .clone()
                .map(|t| t.reshape([shape::rows(shape), shape::cols(shape)]));
        }
        loaded.results = slots;
        Ok(RunStats {
            elapsed: started.elapsed(),
            dispatches,
            submits: 0,
            flops: loaded.program.flops(),
        })
    }

    async fn read(&mut self, handle: Handle, name: &str) -> Result<Vec<f32>, EngineError> {
        let loaded = self.loaded(handle)?;
        let value = loaded
            .program
            .find(name)
            .ok_or_else(|| EngineError::UnknownName(name.to_owned()))?;
        let slot = match loaded.program.kind(value) {
            ValueKind::Computed => loaded.results.get(value.index()).and_then(Option::as_ref),
            _ => loaded.kept[value.index()].as_ref(),
        };
        // An output that was never computed reads as zeros, as a fresh arena does.
        Ok(slot.map_or_else(|| vec![0.0; loaded.program.len(value)], |t| host(t.clone())))
    }

    fn set_yield(&mut self, yield_now: YieldFn) {
        self.yield_now = Some(yield_now);
    }

    fn device(&self) -> DeviceInfo {
        DeviceInfo {
            kind: "cpu".to_owned(),
            name: "CPU".to_owned(),
            backend: "burn-flex".to_owned(),
            is_software: true,
        }
    }
}

/// A tensor of rows × columns.
fn tensor(data: Vec<f32>, shape: &[usize]) -> Tensor<2> {
    Tensor::from_data(
        TensorData::new(data, [shape::rows(shape), shape::cols(shape)]),
        &Device::flex(),
    )
}

/// The numbers of a tensor; no copy if nobody else holds it.
fn host(tensor: Tensor<2>) -> Vec<f32> {
    tensor
        .into_data()
        .try_into_vec()
        .expect("every tensor is f32")
}

fn dead_after(program: &Program) -> Vec<Vec<Value>> {
    let mut last = std::collections::BTreeMap::new();
    for (i, node) in program.nodes().iter().enumerate() {
        last.insert(node.output, i);
        for operand in node.op.operands() {
            if program.kind(operand) == ValueKind::Computed {
                last.insert(operand, i);
            }
        }
    }
    program.results().for_each(|v| {
        last.remove(&v);
    });
    let mut dead = vec![Vec::new(); program.nodes().len()];
    last.into_iter().for_each(|(value, i)| dead[i].push(value));
    dead
}
