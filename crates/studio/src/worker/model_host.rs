//! The loaded model and its runtime. The runtime is created by the first run and again when the requested device changes.

use super::model_files;
use super::yield_now::yield_fn;
use crate::protocol::{Adapter, Device, Model, Weights};
use kinora_contract::Recipe;
use kinora_contract::event::{Event, Summary};
use kinora_engine::{
    AdapterChoice, AnyExecutor, Cancel, CpuExecutor, EngineError, Executor, GpuExecutor, YieldFn,
};
use kinora_model::Starter;
use kinora_pipeline::{GenerateError, Ladder, MakeExecutor, Runtime, generate};
use std::rc::Rc;

/// The family of models that this worker runs.
const FAMILY: &str = "starter";

/// A model and, after the first run, its runtime.
pub struct ModelHost {
    adapter: Adapter,
    yield_fn: YieldFn,
    starter: Rc<Starter>,
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
        let (url, manifest) = model_files::manifest(url).await?;
        if manifest.family != FAMILY {
            return Err(format!(
                "This version of Kinora cannot run models of the family “{}”. Reload the page.",
                manifest.family
            ));
        }
        let files = model_files::load(&url, &manifest, on_progress).await?;
        let text = |name| String::from_utf8_lossy(files.get(name));
        let starter = Starter::from_files(
            &text("config.json"),
            &text("tokenizer.json"),
            files.get("starter.safetensors"),
        )
        .map_err(|error| format!("The model cannot be used: {error}. Reload the page."))?;
        let config = &starter.config;
        let ready = Weights::Ready {
            downloaded: files.downloaded,
            model: Model {
                id: config.id.clone(),
                hash: config.weights_blake3.clone(),
                steps: config.sampler.steps,
                guidance_scale: config.sampler.guidance_scale,
            },
            not_cached: files.not_cached,
        };
        let host = Self {
            adapter,
            yield_fn: yield_fn(),
            starter: Rc::new(starter),
            runtime: None,
        };
        Ok((host, ready))
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
        let runtime = self.runtime(requested).await?;
        let summary = generate(recipe, runtime, on_event, cancel).await?;
        Ok((Device::of_executor(&summary.device), summary))
    }

    async fn runtime(&mut self, requested: Device) -> Result<&mut Runtime, EngineError> {
        let runtime = match self.runtime.take() {
            Some((used, runtime)) if used == requested => runtime,
            _ => Runtime::new(Rc::clone(&self.starter), self.executors(requested)).await?,
        };
        Ok(&mut self.runtime.insert((requested, runtime)).1)
    }

    /// Returns the fallback chain for a requested device.
    fn executors(&self, requested: Device) -> Ladder {
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
