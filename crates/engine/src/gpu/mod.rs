//! The WebGPU executor: a program becomes prebuilt pipelines, bind groups and a flat list of dispatches, which a run
//! only replays. A run creates no buffer and no bind group and reads nothing back.

mod device;
mod lower;
mod prepare;
mod product;
mod replay;
mod shader;
mod upload;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

pub use device::AdapterChoice;
use device::Gpu;
use lower::Tuning;
use prepare::Prepared;
pub use shader::{Binding, Kernel, bindings};

use crate::executor::{Cancel, DeviceInfo, EngineError, Executor, Handle, RunStats, YieldFn};
use crate::graph::{Graph, ValueKind};
use crate::program::Program;
use crate::weights::Weights;

/// Which family of kernels runs.
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

/// The pipelines that a graph would need, without a device: weights lie as rows of f32. For tools and tests.
pub fn kernels_of(graph: &Graph, kernels: Kernels) -> Vec<Kernel> {
    let tuning = Tuning {
        kernels,
        max_flops: 1e8,
    };
    let form = |_| lower::Form::Rows;
    lower::lower(&Program::new(graph), tuning, &form)
        .into_iter()
        .map(|d| d.kernel)
        .collect()
}

/// What an executor has done since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Dispatches recorded.
    pub dispatches: usize,
    /// Command buffers submitted.
    pub submits: usize,
    /// Pipelines compiled.
    pub pipelines: usize,
    /// Bind groups created.
    pub bind_groups: usize,
    /// Buffers created.
    pub buffers: usize,
    /// Bytes in all buffers created.
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
    programs: Vec<Option<Prepared>>,
    counters: Counters,
    yield_now: Option<YieldFn>,
    /// The work that a submit may hold, adapted by measurement.
    budget: f64,
}

impl GpuExecutor {
    /// Opens a device with the kernels that suit it.
    pub async fn new(choice: AdapterChoice) -> Result<Self, EngineError> {
        Self::with_kernels(choice, Kernels::Auto).await
    }

    /// Opens a device with a given family of kernels.
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
            yield_now: None,
            budget: max_flops,
        })
    }

    /// The family of kernels in use.
    pub fn kernels(&self) -> Kernels {
        self.tuning.kernels
    }

    /// Takes the device away when it is called, as a driver's reset does. For tests of what happens then.
    pub fn saboteur(&self) -> impl Fn() + 'static {
        let device = self.gpu.device.clone();
        move || device.destroy()
    }

    /// What has been done so far.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    fn prepared(&self, handle: Handle) -> Result<&Prepared, EngineError> {
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
}
