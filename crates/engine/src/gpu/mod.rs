//! WebGPU executor: loading turns a program into pipelines, bind groups and a flat list of dispatches, and a run replays
//! the list. A run creates no buffer and no bind group and reads nothing back.

mod device;
mod lower;
mod matmul;
mod prepare;
mod replay;
mod shader;
mod upload;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

pub use device::AdapterChoice;
use device::Gpu;
use lower::Tuning;
use prepare::PreparedProgram;
pub use shader::{Access, Binding, Kernel};

use crate::executor::{
    Cancel, DeviceInfo, DispatchCounter, EngineError, Executor, Handle, RunStats, YieldFn,
};
use crate::graph::{Graph, ValueKind};
use crate::program::Program;
use crate::weights::Weights;

/// Kernel family.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kernels {
    /// Tiled on a GPU, direct on a software adapter.
    #[default]
    Auto,
    /// Tiles in workgroup memory; weights stay int8.
    Tiled,
    /// No workgroup memory, no barriers; weights become f32 at load.
    Direct,
}

/// Returns the kernels of a graph, one per dispatch, without a device. Returns an error if a weight is missing or has the
/// wrong shape. For tools and tests.
pub fn kernels_of(
    graph: &Graph,
    weights: &Weights,
    kernels: Kernels,
) -> Result<Vec<Kernel>, EngineError> {
    let dispatches = dispatches_of(&Program::new(graph), weights, kernels)?;
    Ok(dispatches.into_iter().map(|d| d.kernel).collect())
}

fn dispatches_of(
    program: &Program,
    weights: &Weights,
    kernels: Kernels,
) -> Result<Vec<lower::Dispatch>, EngineError> {
    let tuning = Tuning {
        kernels,
        max_flops: 1e8,
    };
    let buffers = upload::plan(program, weights, kernels == Kernels::Tiled)?;
    Ok(lower::lower(program, tuning, &|v| buffers.layout(v)))
}

/// Activity of an executor since its creation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Dispatches submitted.
    pub dispatches: usize,
    /// Command buffers submitted.
    pub submits: usize,
    /// Pipelines compiled.
    pub pipelines: usize,
    /// Bind groups created.
    pub bind_groups: usize,
    /// Buffers created.
    pub buffers: usize,
    /// Total size of the buffers created.
    pub bytes_allocated: u64,
    /// Bytes written by the host.
    pub bytes_written: u64,
    /// Bytes read by the host.
    pub bytes_read: u64,
}

/// Runs programs on WebGPU.
pub struct GpuExecutor {
    gpu: Gpu,
    tuning: Tuning,
    pipelines: HashMap<Kernel, prepare::Pipeline>,
    programs: Vec<Option<PreparedProgram>>,
    /// Everything but the dispatches.
    counters: Counters,
    dispatched: DispatchCounter,
    yield_now: Option<YieldFn>,
    /// Work per submission, adapted to the measured speed.
    budget: f64,
}

impl GpuExecutor {
    /// Opens a device and selects its kernel family. Returns [`EngineError::NoAdapter`] without an adapter of this kind.
    pub async fn new(choice: AdapterChoice) -> Result<Self, EngineError> {
        Self::with_kernels(choice, Kernels::Auto).await
    }

    /// Opens a device with a given kernel family. Returns [`EngineError::NoAdapter`] without an adapter of this kind.
    pub async fn with_kernels(
        choice: AdapterChoice,
        kernels: Kernels,
    ) -> Result<Self, EngineError> {
        let gpu = Gpu::new(choice).await?;
        let software = gpu.info.is_software;
        let kernels = match kernels {
            Kernels::Auto if software => Kernels::Direct,
            Kernels::Auto => Kernels::Tiled,
            other => other,
        };
        // 50 ms at 2 GFLOP/s on a CPU, at 400 GFLOP/s on a slow GPU.
        let max_flops = if software { 1e8 } else { 2e10 };
        Ok(Self {
            gpu,
            tuning: Tuning { kernels, max_flops },
            pipelines: HashMap::new(),
            programs: Vec::new(),
            counters: Counters::default(),
            dispatched: DispatchCounter::default(),
            yield_now: None,
            budget: max_flops,
        })
    }

    /// The kernel family in use.
    pub fn kernels(&self) -> Kernels {
        self.tuning.kernels
    }

    /// Returns a function that destroys the device, as a driver reset does. For tests of device loss.
    pub fn saboteur(&self) -> impl Fn() + 'static {
        let device = self.gpu.device.clone();
        move || device.destroy()
    }

    /// Activity since the creation of the executor.
    pub fn counters(&self) -> Counters {
        Counters {
            dispatches: self.dispatched.get(),
            ..self.counters
        }
    }

    fn prepared(&self, handle: Handle) -> Result<&PreparedProgram, EngineError> {
        self.programs
            .get(handle.0 as usize)
            .and_then(Option::as_ref)
            .ok_or(EngineError::UnknownHandle)
    }
}

impl Executor for GpuExecutor {
    async fn load(&mut self, graph: &Graph, weights: &Weights) -> Result<Handle, EngineError> {
        self.gpu.check()?;
        let prepared = self.prepare(Program::new(graph), weights).await?;
        self.programs.push(Some(prepared));
        Ok(Handle(self.programs.len() as u32 - 1))
    }

    fn unload(&mut self, handle: Handle) {
        if let Some(prepared) = self
            .programs
            .get_mut(handle.0 as usize)
            .and_then(Option::take)
        {
            prepared.destroy();
        }
    }

    fn program(&self, handle: Handle) -> Result<&Program, EngineError> {
        Ok(&self.prepared(handle)?.program)
    }

    async fn write(&mut self, handle: Handle, name: &str, data: &[f32]) -> Result<(), EngineError> {
        self.gpu.check()?;
        let prepared = self.prepared(handle)?;
        let value = prepared
            .program
            .find_writable(name)
            .ok_or_else(|| EngineError::UnknownName(name.to_owned()))?;
        let (want, got) = (prepared.program.len(value), data.len());
        if want != got {
            return Err(EngineError::WrongLength {
                name: name.to_owned(),
                want,
                got,
            });
        }
        let offset = prepared.offset(value);
        self.gpu
            .queue
            .write_buffer(&prepared.arena, offset, bytemuck::cast_slice(data));
        self.counters.bytes_written += 4 * got as u64;
        Ok(())
    }

    async fn run(&mut self, handle: Handle, cancel: &Cancel) -> Result<RunStats, EngineError> {
        self.replay(handle, cancel).await
    }

    async fn read(&mut self, handle: Handle, name: &str) -> Result<Vec<f32>, EngineError> {
        let prepared = self.prepared(handle)?;
        let value = prepared
            .program
            .find(name)
            .ok_or_else(|| EngineError::UnknownName(name.to_owned()))?;
        debug_assert_ne!(prepared.program.kind(value), ValueKind::Weight);
        self.read_back(handle, value).await
    }

    fn set_yield(&mut self, yield_now: YieldFn) {
        self.yield_now = Some(yield_now);
    }

    fn device(&self) -> DeviceInfo {
        self.gpu.info.clone()
    }

    fn dispatch_counter(&self) -> DispatchCounter {
        self.dispatched.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use crate::graph::Value;
    use lower::Operand;

    /// True if the operand is in a weight buffer.
    fn is_weight(program: &Program, operand: Operand) -> bool {
        let (Operand::Value(value) | Operand::Scales(value)) = operand;
        let root: Value = program.placement(value).root;
        program.region(root).is_none()
    }

    #[test]
    fn weights_are_bound_read_only_and_the_arena_read_write() {
        let (mut weights, mut arena) = (0, 0);
        for case in crate::cases::cases().unwrap() {
            for kernels in [Kernels::Tiled, Kernels::Direct] {
                let program = Program::new(&case.graph);
                for dispatch in dispatches_of(&program, &case.weights, kernels).unwrap() {
                    for binding in dispatch.kernel.bindings() {
                        let operand = dispatch.operands.iter().find(|(i, _)| *i == binding.index);
                        let expected = match operand {
                            None => Access::Uniform,
                            Some((_, operand)) if is_weight(&program, *operand) => Access::Read,
                            Some(_) => Access::ReadWrite,
                        };
                        let (case, shader) = (&case.name, dispatch.kernel.name());
                        let name = binding.name;
                        assert_eq!(binding.access, expected, "{case}: {shader}.{name}");
                        weights += usize::from(expected == Access::Read);
                        arena += usize::from(expected == Access::ReadWrite);
                    }
                }
            }
        }
        assert!(
            weights > 100 && arena > 100,
            "{weights} weights, {arena} values"
        );
    }

    #[test]
    fn dropping_an_executor_destroys_its_device() {
        pollster::block_on(async {
            let mut executor = GpuExecutor::new(AdapterChoice::Any)
                .await
                .expect("this test needs a Vulkan adapter, for example mesa-vulkan-drivers");
            let case = crate::cases::cases().unwrap().swap_remove(0);
            executor.load(&case.graph, &case.weights).await.unwrap();
            // wgpu reports the destruction only while the queue lives.
            let (device, _queue) = (executor.gpu.device.clone(), executor.gpu.queue.clone());
            let destroyed = Arc::new(AtomicBool::new(false));
            let observer = Arc::clone(&destroyed);
            device.set_device_lost_callback(move |reason, _| {
                let by_us = reason == wgpu::DeviceLostReason::Destroyed;
                observer.store(by_us, Ordering::Relaxed);
            });
            // A failed poll is the loss itself.
            let _ = device.poll(wgpu::PollType::Poll);
            assert!(
                !destroyed.load(Ordering::Relaxed),
                "destroyed before the drop"
            );
            drop(executor);
            // The callback runs after the work in flight.
            let _ = device.poll(wgpu::PollType::wait_indefinitely());
            assert!(destroyed.load(Ordering::Relaxed), "alive after the drop");
        });
    }
}
