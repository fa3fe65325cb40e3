//! What an executor does, and what can go wrong.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::graph::{Graph, GraphError};
use crate::program::Program;
use crate::weights::Weights;

/// A program that an executor has loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Handle(pub(crate) u32);

/// Lets the event loop of the page in, so that a cancel message can arrive. Injected by whoever knows the platform.
pub type YieldFn = Rc<dyn Fn() -> Pin<Box<dyn Future<Output = ()>>>>;

/// A wish to stop, shared between who runs and who may change their mind.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Not cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks every run that holds this to stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// True after [`Cancel::cancel`].
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// `Err(Cancelled)` after [`Cancel::cancel`].
    pub fn check(&self) -> Result<(), EngineError> {
        if self.is_cancelled() {
            Err(EngineError::Cancelled)
        } else {
            Ok(())
        }
    }
}

/// Why the engine stopped.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EngineError {
    /// The run was cancelled; states keep their old contents.
    #[error("cancelled")]
    Cancelled,
    /// The graph is wrong.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// A weight is missing or has the wrong shape.
    #[error("weight \"{name}\" {reason}")]
    Weight {
        /// The weight.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No value of this name can be written or read.
    #[error("the program has no input, state or output \"{0}\"")]
    UnknownName(String),
    /// The numbers written do not fill the value.
    #[error("\"{name}\" holds {want} numbers, got {got}")]
    WrongLength {
        /// The value.
        name: String,
        /// Its length.
        want: usize,
        /// The length of what was written.
        got: usize,
    },
    /// The handle is not loaded.
    #[error("this program is not loaded")]
    UnknownHandle,
    /// There is no adapter of the wanted kind.
    #[error("no WebGPU adapter: {0}")]
    NoAdapter(String),
    /// The device does not have the memory.
    #[error("out of device memory: {0}")]
    OutOfMemory(String),
    /// The device went away; load everything again on a new one.
    #[error("the GPU device was lost: {0}")]
    DeviceLost(String),
    /// The device refused a shader or a command: a defect of the engine or of the driver.
    #[error("the GPU reported an error: {0}")]
    Device(String),
}

impl EngineError {
    /// Fills in the name of the weight that an anonymous weight error speaks of.
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

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunStats {
    /// Wall time.
    pub elapsed: Duration,
    /// Ops run (CPU) or dispatches recorded (GPU).
    pub dispatches: usize,
    /// Command buffers submitted; 0 on the CPU.
    pub submits: usize,
    /// Arithmetic of the program.
    pub flops: f64,
}

/// The device behind an executor.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// "webgpu" or "cpu".
    pub kind: String,
    /// The adapter's own name.
    pub name: String,
    /// The driver or API behind it.
    pub backend: String,
    /// True for a CPU that plays GPU (SwiftShader, lavapipe) and for the CPU executor.
    pub is_software: bool,
}

/// Loads programs and replays them. Futures are local to a thread: the GPU lives in one worker.
#[allow(async_fn_in_trait)] // used statically through `AnyExecutor`, never as a trait object
pub trait Executor {
    /// Prepares a graph: memory, weights, pipelines. Everything that is slow or allocates happens here.
    async fn load(&mut self, graph: &Graph, weights: &Weights) -> Result<Handle, EngineError>;

    /// Frees a program.
    fn unload(&mut self, handle: Handle);

    /// The loaded program, for inspection.
    fn program(&self, handle: Handle) -> Result<&Program, EngineError>;

    /// Fills an input or a state.
    async fn write(&mut self, handle: Handle, name: &str, data: &[f32]) -> Result<(), EngineError>;

    /// Runs the program once; at the end the states take their updates. A cancelled or failed run leaves states as they were.
    async fn run(&mut self, handle: Handle, cancel: &Cancel) -> Result<RunStats, EngineError>;

    /// Reads an output or a state.
    async fn read(&mut self, handle: Handle, name: &str) -> Result<Vec<f32>, EngineError>;

    /// Says how to let the event loop in.
    fn set_yield(&mut self, yield_now: YieldFn);

    /// The device.
    fn device(&self) -> DeviceInfo;
}

/// An executor chosen at run time.
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
}
