//! The executor interface and its errors.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::graph::{Graph, GraphError};
use crate::program::Program;
use crate::weights::Weights;

/// A program that an executor has loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Handle(pub(crate) u32);

/// Yields to the event loop of the platform, so that a cancel message can arrive. Supplied by the caller.
pub type YieldFn = Rc<dyn Fn() -> Pin<Box<dyn Future<Output = ()>>>>;

/// Cancellation flag, shared by its clones.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Creates a flag that is not set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops every run that holds a clone, before its next dispatch (CPU) or submission (GPU).
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Returns true after [`Cancel::cancel`].
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Returns [`EngineError::Cancelled`] after [`Cancel::cancel`].
    pub fn check(&self) -> Result<(), EngineError> {
        if self.is_cancelled() {
            Err(EngineError::Cancelled)
        } else {
            Ok(())
        }
    }
}

/// Number of dispatches that an executor has submitted since its creation. Clones share the number, so that it can be
/// read while a run borrows the executor.
#[derive(Clone, Debug, Default)]
pub struct DispatchCounter(Arc<AtomicUsize>);

impl DispatchCounter {
    /// Dispatches so far: ops on the CPU, dispatches submitted to the queue on the GPU.
    pub fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn add(&self, dispatches: usize) {
        self.0.fetch_add(dispatches, Ordering::Relaxed);
    }
}

/// Errors of the engine.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EngineError {
    /// The run was cancelled; states keep their old contents.
    #[error("cancelled")]
    Cancelled,
    /// The graph is invalid.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// A weight is missing or has the wrong shape.
    #[error("weight \"{name}\" {reason}")]
    Weight {
        /// The weight.
        name: String,
        /// The defect.
        reason: String,
    },
    /// No value of this name is writable or readable.
    #[error("the program has no input, state or output \"{0}\"")]
    UnknownName(String),
    /// The data does not have the length of the value.
    #[error("\"{name}\" holds {want} numbers, got {got}")]
    WrongLength {
        /// The value.
        name: String,
        /// Its length.
        want: usize,
        /// The length of the data.
        got: usize,
    },
    /// The handle is not loaded.
    #[error("this program is not loaded")]
    UnknownHandle,
    /// There is no adapter of the requested kind.
    #[error("no WebGPU adapter: {0}")]
    NoAdapter(String),
    /// The device has too little memory.
    #[error("out of device memory: {0}")]
    OutOfMemory(String),
    /// The device is lost. Programs must be loaded again on a new executor.
    #[error("the GPU device was lost: {0}")]
    DeviceLost(String),
    /// The device rejected a shader or a command: a defect of the engine or of the driver.
    #[error("the GPU reported an error: {0}")]
    Device(String),
}

impl EngineError {
    /// Adds the name to a weight error that has none.
    pub(crate) fn named(self, weight: &str) -> Self {
        match self {
            EngineError::Weight { name, reason } if name.is_empty() => EngineError::Weight {
                name: weight.to_owned(),
                reason,
            },
            other => other,
        }
    }
}

/// Statistics of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunStats {
    /// Wall time.
    pub elapsed: Duration,
    /// Ops run (CPU) or dispatches submitted (GPU).
    pub dispatches: usize,
    /// Submissions to the queue; 0 on the CPU.
    pub submits: usize,
    /// FLOPs of the program.
    pub flops: f64,
}

/// The device behind an executor.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// "webgpu" or "cpu".
    pub kind: String,
    /// Name that the adapter reports.
    pub name: String,
    /// API and driver.
    pub backend: String,
    /// True for software adapters (SwiftShader, lavapipe) and for the CPU executor.
    pub is_software: bool,
}

/// Loads and runs programs. Futures stay on one thread: the GPU belongs to one worker.
#[allow(async_fn_in_trait)] // used statically through `AnyExecutor`, never as a trait object
pub trait Executor {
    /// Prepares a graph: memory, weights, pipelines. All allocation and compilation happens here.
    async fn load(&mut self, graph: &Graph, weights: &Weights) -> Result<Handle, EngineError>;

    /// Frees a program.
    fn unload(&mut self, handle: Handle);

    /// The loaded program, for inspection.
    fn program(&self, handle: Handle) -> Result<&Program, EngineError>;

    /// Writes an input or a state.
    async fn write(&mut self, handle: Handle, name: &str, data: &[f32]) -> Result<(), EngineError>;

    /// Runs the program once and then updates the states. A cancelled or failed run leaves the states unchanged.
    async fn run(&mut self, handle: Handle, cancel: &Cancel) -> Result<RunStats, EngineError>;

    /// Reads an output or a state.
    async fn read(&mut self, handle: Handle, name: &str) -> Result<Vec<f32>, EngineError>;

    /// Sets the function that yields to the event loop.
    fn set_yield(&mut self, yield_now: YieldFn);

    /// The device.
    fn device(&self) -> DeviceInfo;

    /// The number of dispatches submitted so far, readable during a run.
    fn dispatch_counter(&self) -> DispatchCounter;
}

/// An executor selected at run time.
pub enum AnyExecutor {
    /// burn on the CPU.
    #[cfg(feature = "cpu")]
    Cpu(crate::CpuExecutor),
    /// WGSL on WebGPU.
    #[cfg(feature = "gpu")]
    Gpu(Box<crate::GpuExecutor>),
}

macro_rules! each {
    ($self:ident, $executor:ident => $body:expr) => {
        match $self {
            #[cfg(feature = "cpu")]
            AnyExecutor::Cpu($executor) => $body,
            #[cfg(feature = "gpu")]
            AnyExecutor::Gpu($executor) => $body,
        }
    };
}

impl Executor for AnyExecutor {
    async fn load(&mut self, graph: &Graph, weights: &Weights) -> Result<Handle, EngineError> {
        each!(self, e => e.load(graph, weights).await)
    }

    fn unload(&mut self, handle: Handle) {
        each!(self, e => e.unload(handle))
    }

    fn program(&self, handle: Handle) -> Result<&Program, EngineError> {
        each!(self, e => e.program(handle))
    }

    async fn write(&mut self, handle: Handle, name: &str, data: &[f32]) -> Result<(), EngineError> {
        each!(self, e => e.write(handle, name, data).await)
    }

    async fn run(&mut self, handle: Handle, cancel: &Cancel) -> Result<RunStats, EngineError> {
        each!(self, e => e.run(handle, cancel).await)
    }

    async fn read(&mut self, handle: Handle, name: &str) -> Result<Vec<f32>, EngineError> {
        each!(self, e => e.read(handle, name).await)
    }

    fn set_yield(&mut self, yield_now: YieldFn) {
        each!(self, e => e.set_yield(yield_now))
    }

    fn device(&self) -> DeviceInfo {
        each!(self, e => e.device())
    }

    fn dispatch_counter(&self) -> DispatchCounter {
        each!(self, e => e.dispatch_counter())
    }
}
