//! CPU executor: evaluates a graph with burn tensors on Flex. Every WGSL kernel is compared with it, and it is the
//! fallback without WebGPU.

mod data_movement;
mod epilogue;
mod ops;

use std::time::Duration;

use burn_tensor::{Device, Tensor, TensorData};
use web_time::Instant;

use crate::executor::{
    Cancel, DeviceInfo, DispatchCounter, EngineError, Executor, Handle, RunStats, YieldFn,
};
use crate::graph::{Graph, Value, ValueKind};
use crate::program::Program;
use crate::shape;
use crate::weights::Weights;

/// Time between yields to the event loop.
const YIELD_INTERVAL: Duration = Duration::from_millis(30);

/// Evaluates programs with burn on the CPU.
#[derive(Default)]
pub struct CpuExecutor {
    programs: Vec<Option<LoadedProgram>>,
    dispatched: DispatchCounter,
    yield_now: Option<YieldFn>,
}

/// A live value, as rows × columns.
type Slot = Option<Tensor<2>>;

struct LoadedProgram {
    program: Program,
    /// Inputs, states and weights. Their slots are always filled.
    persistent: Vec<Slot>,
    /// Results of the last run.
    results: Vec<Slot>,
    /// Per node: the values whose last use it is.
    dead_after: Vec<Vec<Value>>,
}

impl CpuExecutor {
    /// Creates an executor without programs.
    pub fn new() -> Self {
        Self::default()
    }

    fn loaded(&self, handle: Handle) -> Result<&LoadedProgram, EngineError> {
        self.programs
            .get(handle.0 as usize)
            .and_then(Option::as_ref)
            .ok_or(EngineError::UnknownHandle)
    }

    fn loaded_mut(&mut self, handle: Handle) -> Result<&mut LoadedProgram, EngineError> {
        self.programs
            .get_mut(handle.0 as usize)
            .and_then(Option::as_mut)
            .ok_or(EngineError::UnknownHandle)
    }
}

impl Executor for CpuExecutor {
    async fn load(&mut self, graph: &Graph, weights: &Weights) -> Result<Handle, EngineError> {
        let program = Program::new(graph);
        let mut persistent: Vec<Slot> = vec![None; graph.values().len()];
        for (slot, info) in persistent.iter_mut().zip(graph.values()) {
            let data = match info.kind {
                ValueKind::Weight => weights.expect(&info.name, &info.shape)?.to_f32(),
                ValueKind::Input | ValueKind::State => vec![0.0; info.len()],
                ValueKind::Computed => continue,
            };
            *slot = Some(tensor(data, &info.shape));
        }
        let dead_after = dead_after(&program);
        let results = Vec::new();
        self.programs.push(Some(LoadedProgram {
            program,
            persistent,
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
        loaded.persistent[value.index()] = Some(tensor(data.to_vec(), shape));
        Ok(())
    }

    async fn run(&mut self, handle: Handle, cancel: &Cancel) -> Result<RunStats, EngineError> {
        let yield_now = self.yield_now.clone();
        let dispatched = self.dispatched.clone();
        let loaded = self.loaded_mut(handle)?;
        let started = Instant::now();
        let mut last_yield = started;
        let mut dispatches = 0;
        let mut slots = loaded.persistent.clone();
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
            dispatched.add(1);
            let result = ops::evaluate(&loaded.program, node, &mut slots);
            slots[node.output.index()] = Some(result);
            dead.iter().for_each(|v| slots[v.index()] = None);
            dispatches += 1;
            let due = last_yield.elapsed() > YIELD_INTERVAL;
            if let Some(yield_now) = yield_now.as_ref().filter(|_| due) {
                yield_now().await;
                last_yield = Instant::now();
            }
        }
        cancel.check()?;
        for (state, value) in loaded.program.updates() {
            let shape = loaded.program.shape(*state);
            loaded.persistent[state.index()] = slots[value.index()]
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
            _ => loaded.persistent[value.index()].as_ref(),
        };
        // An output that was never computed reads as zeros, as in a new arena.
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

    fn dispatch_counter(&self) -> DispatchCounter {
        self.dispatched.clone()
    }
}

/// Creates a tensor of rows × columns.
fn tensor(data: Vec<f32>, shape: &[usize]) -> Tensor<2> {
    Tensor::from_data(
        TensorData::new(data, [shape::rows(shape), shape::cols(shape)]),
        &Device::flex(),
    )
}

/// Extracts the values of a tensor, without a copy if it has no other owner.
fn host(tensor: Tensor<2>) -> Vec<f32> {
    tensor
        .into_data()
        .try_into_vec()
        .expect("every tensor is f32")
}

/// Per node: the values whose last use it is.
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
