//! The loaded model and its runtime. The runtime is created by the first run and again when the requested device changes.

use super::model_files;
use super::yield_now::yield_fn;
use crate::protocol::{Adapter, Device, Model, Weights};
use kinora_contract::Recipe;
use kinora_contract::event::{Event, Summary};
use kinora_engine::{
    AdapterChoice, AnyExecutor, Cancel, CpuExecutor, EngineError, Executor, GpuExecutor, YieldFn,
};
use kinora_library::Library;
use kinora_model::VideoModel;
use kinora_models::AnyModel;
use kinora_pipeline::{ExecutorChain, GenerateError, MakeExecutor, Runtime, generate};
use std::sync::Arc;

/// A model and, after the first run, its runtime.
pub struct ModelHost {
    adapter: Adapter,
    yield_fn: YieldFn,
    model: AnyModel,
    library: Option<Arc<Library>>,
    /// The runtime and the device that was requested for it.
    runtime: Option<(Device, Runtime)>,
}

impl ModelHost {
    /// Loads the model whose manifest is at `url`. Calls `on_progress` with the bytes received and in total. Returns the
    /// host and the state to show, [`Weights::Ready`]. Errors are sentences for the user.
    pub async fn load(
        url: &str,
        adapter: Adapter,
        on_progress: &dyn Fn(f64, f64),
    ) -> Result<(Self, Weights), String> {
        let (manifest, loaded) = model_files::load(url, on_progress).await?;
        let model = kinora_models::open(manifest, &loaded.files)
            .map_err(|error| format!("The model cannot be used: {error}. Reload the page."))?;
        let (reference, defaults) = (model.manifest().model_ref(), model.sampler_defaults());
        let ready = Weights::Ready {
            downloaded: loaded.downloaded,
            model: Model {
                id: reference.id,
                hash: reference.hash,
                steps: defaults.steps,
                guidance_scale: defaults.guidance_scale,
                limits: model.manifest().limits.clone(),
            },
            not_cached: loaded.not_cached,
        };
        let host = Self {
            adapter,
            yield_fn: yield_fn(),
            model,
            library: None,
            runtime: None,
        };
        Ok((host, ready))
    }

    /// Lets later clips show the pictures of a library.
    pub fn set_library(&mut self, library: Option<Arc<Library>>) {
        self.library = library;
    }

    /// Resolves a requested device to the one that a run starts on.
    pub fn device(&self, requested: Device) -> Device {
        self.adapter.choose(requested)
    }

    /// Generates a clip. If [`Device::Auto`] led to WebGPU and it fails, the CPU takes over; a requested WebGPU does not
    /// fall back. Returns the device of the last executor.
    pub async fn generate(
        &mut self,
        recipe: &Recipe,
        requested: Device,
        on_event: &mut dyn FnMut(Event),
        cancel: &Cancel,
    ) -> Result<(Device, Summary), GenerateError> {
        // An unfit runtime is dropped first: its memory is free before the new one takes its own.
        let runtime = match self.runtime.take().filter(|(used, _)| *used == requested) {
            Some((_, runtime)) => runtime,
            None => Runtime::new(self.executors(requested)).await?,
        };
        let (_, runtime) = self.runtime.insert((requested, runtime));
        runtime.set_library(self.library.clone());
        let summary = generate(&self.model, recipe, runtime, on_event, cancel).await?;
        Ok((Device::of_executor(&summary.device), summary))
    }

    /// Returns the fallback chain for a requested device.
    fn executors(&self, requested: Device) -> ExecutorChain {
        let devices: &[Device] = match (requested, self.device(requested)) {
            (Device::Auto, Device::WebGpu) => &[Device::WebGpu, Device::Cpu],
            (_, Device::WebGpu) => &[Device::WebGpu],
            _ => &[Device::Cpu],
        };
        let make = |&device: &Device| -> MakeExecutor {
            let yield_fn = self.yield_fn.clone();
            Box::new(move || Box::pin(executor(device, yield_fn.clone())))
        };
        devices.iter().map(make).collect()
    }
}

async fn executor(device: Device, yield_fn: YieldFn) -> Result<AnyExecutor, EngineError> {
    let mut executor = match device {
        Device::WebGpu => AnyExecutor::Gpu(Box::new(GpuExecutor::new(AdapterChoice::Any).await?)),
        Device::Auto | Device::Cpu => AnyExecutor::Cpu(CpuExecutor::new()),
    };
    executor.set_yield(yield_fn);
    Ok(executor)
}
