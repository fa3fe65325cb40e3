//! Loading: weights and arena in buffers, one pipeline per kernel, one bind group per set of operands.

use std::collections::HashMap;
use std::num::NonZeroU64;
use std::rc::Rc;

use super::lower::{Dispatch, Operand, lower};
use super::shader::{self, Binding, Kernel};
use super::upload::{self, Layout, Range64};
use super::{GpuExecutor, Kernels, device};
use crate::executor::EngineError;
use crate::graph::Value;
use crate::program::{ALIGN, Program};
use crate::weights::Weights;

/// A pipeline with the bindings that its shader declares.
#[derive(Clone)]
pub struct Pipeline {
    pipeline: Rc<wgpu::ComputePipeline>,
    layout: Rc<wgpu::BindGroupLayout>,
    bindings: Rc<[Binding]>,
}

/// A dispatch that only needs to be recorded.
pub struct Ready {
    /// The pipeline.
    pub pipeline: Rc<wgpu::ComputePipeline>,
    /// Its operands.
    pub bind_group: Rc<wgpu::BindGroup>,
    /// Where its parameters lie in the uniform buffer.
    pub params: u32,
    /// Workgroups.
    pub groups: [u32; 3],
    /// For cutting submits.
    pub work: f64,
}

/// A program on the device.
pub struct Prepared {
    /// The program.
    pub program: Program,
    /// Inputs, states and everything computed.
    pub arena: wgpu::Buffer,
    /// What a run records.
    pub dispatches: Vec<Ready>,
    /// The arithmetic of a run.
    pub flops: f64,
    buffers: Vec<wgpu::Buffer>,
}

impl Prepared {
    /// Where a value lies in the arena, in bytes.
    pub fn offset(&self, value: Value) -> u64 {
        let place = self.program.placement(value);
        let region = self
            .program
            .region(place.root)
            .expect("what the host reads or writes lies in the arena");
        (region.offset + place.offset) as u64
    }

    /// Frees the memory at once instead of when the last reference goes.
    pub fn destroy(self) {
        self.arena.destroy();
        self.buffers.iter().for_each(wgpu::Buffer::destroy);
    }
}

/// The key of a bind group: the shader's binding numbers with the ranges behind them.
type Ranges = Vec<(u32, Option<Range64>)>;

impl GpuExecutor {
    /// Loads a program; out-of-memory and refused shaders come back as errors.
    pub(super) async fn prepare(
        &mut self,
        program: Program,
        weights: &Weights,
    ) -> Result<Prepared, EngineError> {
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
            // On a device that is gone everything is invalid.
            self.gpu.check()?;
            return Err(device::typed(error));
        }
        prepared
    }

    fn build(&mut self, program: Program, weights: &Weights) -> Result<Prepared, EngineError> {
        let layout = upload::layout(&program, weights, self.tuning.kernels == Kernels::Tiled)?;
        let dispatches = lower(&program, self.tuning, &|v| layout.form(v));
        let largest = layout
            .buffers
            .iter()
            .copied()
            .chain([program.arena_bytes() as u64])
            .max()
            .unwrap_or(0);
        if largest > self.gpu.limits.max_buffer_size {
            let limit = self.gpu.limits.max_buffer_size;
            return Err(EngineError::OutOfMemory(format!(
                "a buffer of {largest} bytes, the device takes {limit}"
            )));
        }
        let mut buffers = Vec::new();
        for size in &layout.buffers {
            buffers.push(self.buffer(
                "weights",
                *size,
                wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST,
            ));
        }
        upload::upload(&program, weights, &layout, |range, bytes| {
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
            layout: &layout,
            buffers: &buffers,
            arena: &arena,
            params: &params,
        };
        let ready = self.bind(dispatches, &context);
        buffers.push(params);
        let flops = program.flops();
        Ok(Prepared {
            program,
            arena,
            dispatches: ready,
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

    /// The parameters of all dispatches in slots of one uniform buffer.
    fn params(&mut self, dispatches: &[Dispatch]) -> wgpu::Buffer {
        let mut bytes = vec![0u8; dispatches.len().max(1) * ALIGN];
        for (slot, dispatch) in bytes.chunks_mut(ALIGN).zip(dispatches) {
            let params = bytemuck::bytes_of(&dispatch.params);
            slot[..params.len()].copy_from_slice(params);
        }
        let usage = wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST;
        let buffer = self.buffer("params", bytes.len() as u64, usage);
        self.gpu.queue.write_buffer(&buffer, 0, &bytes);
        buffer
    }

    fn bind(&mut self, dispatches: Vec<Dispatch>, context: &Context) -> Vec<Ready> {
        let mut groups: HashMap<(Kernel, Ranges), Rc<wgpu::BindGroup>> = HashMap::new();
        let mut ready = Vec::with_capacity(dispatches.len());
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
            ready.push(Ready {
                pipeline,
                bind_group,
                params,
                groups: dispatch.groups,
                work: dispatch.work,
            });
        }
        ready
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
        let bindings: Rc<[Binding]> = shader::bindings(&source).into();
        let entries: Vec<_> = bindings.iter().map(layout_entry).collect();
        let descriptor = wgpu::BindGroupLayoutDescriptor {
            label: Some(kernel.name),
            entries: &entries,
        };
        let layout = Rc::new(device.create_bind_group_layout(&descriptor));
        let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some(kernel.name),
            bind_group_layouts: &[Some(&layout)],
            immediate_size: 0,
        });
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some(kernel.name),
            source: wgpu::ShaderSource::Wgsl(source.into()),
        });
        let pipeline = Rc::new(
            device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(kernel.name),
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

/// The buffers of a program while its bind groups are made.
struct Context<'a> {
    program: &'a Program,
    layout: &'a Layout,
    buffers: &'a [wgpu::Buffer],
    arena: &'a wgpu::Buffer,
    params: &'a wgpu::Buffer,
}

/// Stands for the arena where a weight buffer has its number.
const ARENA: usize = usize::MAX;

impl Context<'_> {
    fn ranges(&self, bindings: &[Binding], dispatch: &Dispatch) -> Ranges {
        let one = |binding: &Binding| {
            if binding.uniform {
                return (binding.index, None);
            }
            let operand = dispatch
                .operands
                .iter()
                .find(|(name, _)| *name == binding.name);
            let (_, operand) = operand
                .unwrap_or_else(|| panic!("{} has no {}", dispatch.kernel.name, binding.name));
            (binding.index, Some(self.range(*operand)))
        };
        bindings.iter().map(one).collect()
    }

    fn range(&self, operand: Operand) -> Range64 {
        let value = match operand {
            Operand::Scales(value) => return self.layout.scales[&value],
            Operand::Value(value) => value,
        };
        let place = self.program.placement(value);
        let (start, size) = (place.offset as u64, 4 * self.program.len(value) as u64);
        match self.program.region(place.root) {
            Some(region) => Range64 {
                buffer: ARENA,
                offset: region.offset as u64 + start,
                size,
            },
            None if self.layout.scales.contains_key(&value) => self.layout.values[&value],
            None => self.layout.values[&place.root].slice(start..start + size),
        }
    }

    fn resource(&self, range: Option<Range64>) -> wgpu::BindingResource<'_> {
        let (buffer, offset, size) = match range {
            None => (self.params, 0, 32),
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
    let ty = match binding.uniform {
        true => wgpu::BufferBindingType::Uniform,
        false => wgpu::BufferBindingType::Storage { read_only: false },
    };
    wgpu::BindGroupLayoutEntry {
        binding: binding.index,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer {
            ty,
            has_dynamic_offset: binding.uniform,
            min_binding_size: None,
        },
        count: None,
    }
}
