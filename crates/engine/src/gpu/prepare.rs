//! Loads a program: weights and arena in buffers, one pipeline per kernel, one bind group per set of operands.

use std::collections::HashMap;
use std::num::NonZeroU64;
use std::rc::Rc;

use super::lower::{Dispatch, Operand, lower};
use super::shader::{Access, Binding, Kernel, ParamWords};
use super::upload::{self, BufferRange, WeightBuffers};
use super::{GpuExecutor, Kernels, device};
use crate::executor::EngineError;
use crate::graph::Value;
use crate::program::{ALIGN, Program};
use crate::weights::Weights;

/// A pipeline with its bindings.
#[derive(Clone)]
pub struct Pipeline {
    pipeline: Rc<wgpu::ComputePipeline>,
    layout: Rc<wgpu::BindGroupLayout>,
    bindings: Rc<[Binding]>,
}

/// A dispatch, ready to be recorded.
pub struct PreparedDispatch {
    /// The pipeline.
    pub pipeline: Rc<wgpu::ComputePipeline>,
    /// The operands.
    pub bind_group: Rc<wgpu::BindGroup>,
    /// Offset of the parameters in the uniform buffer, in bytes.
    pub params: u32,
    /// Workgroups per axis.
    pub groups: [u32; 3],
    /// FLOPs plus bytes moved. Limits the dispatches per submission.
    pub work: f64,
}

/// A program on the device.
pub struct PreparedProgram {
    /// The program.
    pub program: Program,
    /// Inputs, states and everything computed.
    pub arena: wgpu::Buffer,
    /// The dispatches of a run, in order.
    pub dispatches: Vec<PreparedDispatch>,
    /// FLOPs of a run.
    pub flops: f64,
    buffers: Vec<wgpu::Buffer>,
}

impl PreparedProgram {
    /// Offset of a value in the arena, in bytes.
    pub fn offset(&self, value: Value) -> u64 {
        let placement = self.program.placement(value);
        let region = self
            .program
            .region(placement.root)
            .expect("inputs, states and outputs are in the arena");
        (region.offset + placement.offset) as u64
    }

    /// Frees the memory now, not when the last reference is dropped.
    pub fn destroy(self) {
        self.arena.destroy();
        self.buffers.iter().for_each(wgpu::Buffer::destroy);
    }
}

/// Key of a bind group: (binding, buffer range). None stands for the uniform block.
type Ranges = Vec<(u32, Option<BufferRange>)>;

impl GpuExecutor {
    /// Loads a program. Returns an error if the device is out of memory or rejects a shader.
    pub(super) async fn prepare(
        &mut self,
        program: Program,
        weights: &Weights,
    ) -> Result<PreparedProgram, EngineError> {
        let memory = self
            .gpu
            .device
            .push_error_scope(wgpu::ErrorFilter::OutOfMemory);
        let validation = self
            .gpu
            .device
            .push_error_scope(wgpu::ErrorFilter::Validation);
        let prepared = self.build(program, weights);
        let validation = validation.pop().await;
        let memory = memory.pop().await;
        if let Some(error) = memory.or(validation) {
            // A lost device reports everything as invalid: the loss is the error.
            self.gpu.check()?;
            return Err(device::typed(error));
        }
        prepared
    }

    fn build(
        &mut self,
        program: Program,
        weights: &Weights,
    ) -> Result<PreparedProgram, EngineError> {
        let keep_q8 = self.tuning.kernels == Kernels::Tiled;
        let weight_buffers = upload::plan(&program, weights, keep_q8)?;
        let dispatches = lower(&program, self.tuning, &|v| weight_buffers.layout(v));
        let largest = weight_buffers
            .sizes
            .iter()
            .copied()
            .chain([program.arena_bytes() as u64])
            .max()
            .unwrap_or(0);
        if largest > self.gpu.limits.max_buffer_size {
            let limit = self.gpu.limits.max_buffer_size;
            return Err(EngineError::OutOfMemory(format!(
                "a buffer needs {largest} bytes, the device allows {limit}"
            )));
        }
        let mut buffers = Vec::new();
        for size in &weight_buffers.sizes {
            buffers.push(self.buffer(
                "weights",
                *size,
                wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST,
            ));
        }
        upload::upload(&program, weights, &weight_buffers, |range, bytes| {
            self.gpu
                .queue
                .write_buffer(&buffers[range.buffer], range.offset, bytes);
            self.counters.bytes_written += bytes.len() as u64;
        })?;
        let usage = wgpu::BufferUsages::STORAGE
            | wgpu::BufferUsages::COPY_DST
            | wgpu::BufferUsages::COPY_SRC;
        let arena = self.buffer("arena", program.arena_bytes() as u64, usage);
        let params = self.params(&dispatches);
        let context = Context {
            program: &program,
            weights: &weight_buffers,
            buffers: &buffers,
            arena: &arena,
            params: &params,
        };
        let dispatches = self.bind(dispatches, &context);
        buffers.push(params);
        let flops = program.flops();
        Ok(PreparedProgram {
            program,
            arena,
            dispatches,
            flops,
            buffers,
        })
    }

    /// Creates a buffer and counts it.
    pub(super) fn buffer(
        &mut self,
        label: &str,
        size: u64,
        usage: wgpu::BufferUsages,
    ) -> wgpu::Buffer {
        let size = size.next_multiple_of(4).max(16);
        self.counters.buffers += 1;
        self.counters.bytes_allocated += size;
        let descriptor = wgpu::BufferDescriptor {
            label: Some(label),
            size,
            usage,
            mapped_at_creation: false,
        };
        self.gpu.device.create_buffer(&descriptor)
    }

    /// Writes the parameters of all dispatches into one uniform buffer, [`ALIGN`] bytes apart.
    fn params(&mut self, dispatches: &[Dispatch]) -> wgpu::Buffer {
        let mut bytes = vec![0u8; dispatches.len().max(1) * ALIGN];
        for (slot, dispatch) in bytes.chunks_mut(ALIGN).zip(dispatches) {
            let params: &[u8] = bytemuck::cast_slice(&dispatch.params);
            slot[..params.len()].copy_from_slice(params);
        }
        let usage = wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST;
        let buffer = self.buffer("params", bytes.len() as u64, usage);
        self.gpu.queue.write_buffer(&buffer, 0, &bytes);
        buffer
    }

    fn bind(&mut self, dispatches: Vec<Dispatch>, context: &Context) -> Vec<PreparedDispatch> {
        let mut groups: HashMap<(Kernel, Ranges), Rc<wgpu::BindGroup>> = HashMap::new();
        let mut prepared = Vec::with_capacity(dispatches.len());
        for (slot, dispatch) in dispatches.into_iter().enumerate() {
            let pipeline = self.pipeline(&dispatch.kernel);
            let ranges = context.ranges(&pipeline.bindings, &dispatch);
            let key = (dispatch.kernel, ranges);
            let bind_group = match groups.get(&key) {
                Some(group) => Rc::clone(group),
                None => {
                    let group = Rc::new(self.bind_group(&pipeline, &key.1, context));
                    groups.insert(key, Rc::clone(&group));
                    group
                }
            };
            let params = (slot * ALIGN) as u32;
            let Pipeline { pipeline, .. } = pipeline;
            prepared.push(PreparedDispatch {
                pipeline,
                bind_group,
                params,
                groups: dispatch.groups,
                work: dispatch.work,
            });
        }
        prepared
    }

    fn bind_group(
        &mut self,
        pipeline: &Pipeline,
        ranges: &Ranges,
        context: &Context,
    ) -> wgpu::BindGroup {
        self.counters.bind_groups += 1;
        let entries: Vec<_> = ranges
            .iter()
            .map(|(binding, range)| wgpu::BindGroupEntry {
                binding: *binding,
                resource: context.resource(*range),
            })
            .collect();
        let descriptor = wgpu::BindGroupDescriptor {
            label: None,
            layout: &pipeline.layout,
            entries: &entries,
        };
        self.gpu.device.create_bind_group(&descriptor)
    }

    fn pipeline(&mut self, kernel: &Kernel) -> Pipeline {
        if let Some(pipeline) = self.pipelines.get(kernel) {
            return pipeline.clone();
        }
        self.counters.pipelines += 1;
        let device = &self.gpu.device;
        let source = kernel.source();
        let bindings: Rc<[Binding]> = kernel.bindings().collect();
        let entries: Vec<_> = bindings.iter().map(layout_entry).collect();
        let descriptor = wgpu::BindGroupLayoutDescriptor {
            label: Some(kernel.name()),
            entries: &entries,
        };
        let layout = Rc::new(device.create_bind_group_layout(&descriptor));
        let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some(kernel.name()),
            bind_group_layouts: &[Some(&layout)],
            immediate_size: 0,
        });
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some(kernel.name()),
            source: wgpu::ShaderSource::Wgsl(source.into()),
        });
        let pipeline = Rc::new(
            device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(kernel.name()),
                layout: Some(&pipeline_layout),
                module: &module,
                entry_point: Some("main"),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                cache: None,
            }),
        );
        let pipeline = Pipeline {
            pipeline,
            layout,
            bindings,
        };
        self.pipelines.insert(kernel.clone(), pipeline.clone());
        pipeline
    }
}

/// Buffers of a program while its bind groups are created.
struct Context<'a> {
    program: &'a Program,
    weights: &'a WeightBuffers,
    buffers: &'a [wgpu::Buffer],
    arena: &'a wgpu::Buffer,
    params: &'a wgpu::Buffer,
}

/// Buffer number of the arena in a [`BufferRange`].
const ARENA: usize = usize::MAX;

impl Context<'_> {
    fn ranges(&self, bindings: &[Binding], dispatch: &Dispatch) -> Ranges {
        let one = |binding: &Binding| {
            if binding.access == Access::Uniform {
                return (binding.index, None);
            }
            let operand = dispatch
                .operands
                .iter()
                .find(|(index, _)| *index == binding.index);
            let (_, operand) = operand
                .unwrap_or_else(|| panic!("{} binds no {}", dispatch.kernel.name(), binding.name));
            (binding.index, Some(self.range(*operand)))
        };
        bindings.iter().map(one).collect()
    }

    fn range(&self, operand: Operand) -> BufferRange {
        let value = match operand {
            Operand::Scales(value) => return self.weights.scales[&value],
            Operand::Value(value) => value,
        };
        let placement = self.program.placement(value);
        let (start, size) = (placement.offset as u64, 4 * self.program.len(value) as u64);
        match self.program.region(placement.root) {
            Some(region) => BufferRange {
                buffer: ARENA,
                offset: region.offset as u64 + start,
                size,
            },
            None if self.weights.scales.contains_key(&value) => self.weights.values[&value],
            None => self.weights.values[&placement.root].slice(start..start + size),
        }
    }

    fn resource(&self, range: Option<BufferRange>) -> wgpu::BindingResource<'_> {
        let (buffer, offset, size) = match range {
            None => (self.params, 0, size_of::<ParamWords>() as u64),
            Some(range) if range.buffer == ARENA => (self.arena, range.offset, range.size),
            Some(range) => (&self.buffers[range.buffer], range.offset, range.size),
        };
        wgpu::BindingResource::Buffer(wgpu::BufferBinding {
            buffer,
            offset,
            size: NonZeroU64::new(size),
        })
    }
}

fn layout_entry(binding: &Binding) -> wgpu::BindGroupLayoutEntry {
    let ty = match binding.access {
        Access::Uniform => wgpu::BufferBindingType::Uniform,
        Access::Read => wgpu::BufferBindingType::Storage { read_only: true },
        Access::ReadWrite => wgpu::BufferBindingType::Storage { read_only: false },
    };
    wgpu::BindGroupLayoutEntry {
        binding: binding.index,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer {
            ty,
            has_dynamic_offset: binding.access == Access::Uniform,
            min_binding_size: None,
        },
        count: None,
    }
}
