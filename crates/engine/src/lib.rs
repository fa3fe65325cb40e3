//! Op graph, memory planner, and two executors: WebGPU (WGSL) and burn (CPU).
//!
//! A network is a [`Graph`] of fused ops on row-major f32 tensors. [`Program`] fixes its memory and order, and an
//! [`Executor`] runs it. Weights are named and come from [`Weights`].

mod builder;
mod executor;
mod graph;
mod op;
mod program;
mod shape;
mod weights;

pub use builder::{Attention, Conv, Linear, NormModulate};
pub use executor::{
    AnyExecutor, Cancel, DeviceInfo, DispatchCounter, EngineError, Executor, Handle, RunStats,
    YieldFn,
};
pub use graph::{Graph, GraphError, Node, Value, ValueInfo, ValueKind};
pub use op::{ChannelOrder, Epilogue, Norm, Op, Resample};
pub use program::{OpCost, Placement, Program, Region};
pub use weights::{BLOCK, WeightData, WeightTensor, Weights};

#[cfg(feature = "cpu")]
mod cpu;
#[cfg(feature = "cpu")]
pub use cpu::CpuExecutor;

#[cfg(feature = "gpu")]
mod gpu;
#[cfg(feature = "gpu")]
pub use gpu::{Access, AdapterChoice, Binding, Counters, GpuExecutor, Kernel, Kernels, kernels_of};

#[cfg(feature = "cases")]
pub mod reference;

pub mod bench;
#[cfg(feature = "cases")]
pub mod cases;
