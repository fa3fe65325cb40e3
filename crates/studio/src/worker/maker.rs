//! The model on the device that a run asks for: made at the first run, remade when the device changes.

use super::breath::breath;
use crate::protocol::{Adapter, Device, Model, News};
use kinora_contract::Recipe;
use kinora_engine::{
    AdapterChoice, AnyExecutor, Cancel, CpuExecutor, EngineError, Executor, GpuExecutor, YieldFn,
};
use kinora_model::{Starter, StarterConfig};
use kinora_pipeline::{Event, GenerateError, Runtime, Summary, generate};
use std::cell::RefCell;
use std::rc::Rc;

/// The starter and, after the first run, the executor that it is loaded into.
pub struct Maker {
    config: StarterConfig,
    adapter: Adapter,
    breath: YieldFn,
    /// One of the two; none only after weights that fit no executor.
    idle: Option<Starter>,
    runtime: Option<(Device, Runtime)>,
}

impl Maker {
    /// A maker that has not chosen its device yet.
    pub fn new(starter: Starter, adapter: Adapter) -> Self {
        Self {
            config: starter.config.clone(),
            adapter,
            breath: breath(),
            idle: Some(starter),
            runtime: None,
        }
    }

    /// What the page needs to know about the model.
    pub fn model(&self) -> Model {
        Model {
            id: self.config.id.clone(),
            hash: self.config.weights_blake3.clone(),
            steps: self.config.sampler.steps,
            guidance_scale: self.config.sampler.guidance_scale,
        }
    }

    /// Generates on the device that the wish leads to. A graphics card that fails by our own choice gives way to the
    /// processor; one that the person asked for does not.
    pub async fn generate(
        &mut self,
        recipe: &Recipe,
        wish: Device,
        watch: &mut Watcher<'_>,
        cancel: &Cancel,
    ) -> Result<(Device, Summary), GenerateError> {
        let device = self.adapter.choose(wish);
        let outcome = self.generate_on(recipe, device, watch, cancel).await;
        match outcome {
            Err(GenerateError::Engine(error))
                if device == Device::WebGpu && wish == Device::Auto =>
            {
                (watch.news)(News::FellBack {
                    reason: error.to_string(),
                });
                self.generate_on(recipe, Device::Cpu, watch, cancel).await
            }
            outcome => outcome,
        }
    }

    async fn generate_on(
        &mut self,
        recipe: &Recipe,
        device: Device,
        watch: &mut Watcher<'_>,
        cancel: &Cancel,
    ) -> Result<(Device, Summary), GenerateError> {
        (watch.news)(News::Started { device });
        let runtime = self.runtime(device).await?;
        let summary = generate(recipe, runtime, watch.events, cancel).await?;
        Ok((device, summary))
    }

    async fn runtime(&mut self, device: Device) -> Result<&mut Runtime, EngineError> {
        let before = self.runtime.take();
        if let Some((used, runtime)) = before {
            if used == device {
                return Ok(&mut self.runtime.insert((used, runtime)).1);
            }
            self.idle = Some(runtime.starter);
        }
        // The first executor is made before the starter is given away, so that a device that fails costs nothing.
        let first = Rc::new(RefCell::new(Some(
            executor(device, self.breath.clone()).await?,
        )));
        let starter = self.idle.take().ok_or(EngineError::UnknownHandle)?;
        let breath = self.breath.clone();
        let make = move || {
            let (ready, breath) = (first.borrow_mut().take(), breath.clone());
            let made = async move {
                match ready {
                    Some(executor) => Ok(executor),
                    None => executor(device, breath).await,
                }
            };
            Box::pin(made) as _
        };
        let runtime = Runtime::new(starter, Box::new(make)).await?;
        Ok(&mut self.runtime.insert((device, runtime)).1)
    }
}

/// Who hears of a run.
pub struct Watcher<'a> {
    /// Hears where it runs.
    pub news: &'a dyn Fn(News),
    /// Hears what the pipeline tells.
    pub events: &'a mut dyn FnMut(Event),
}

async fn executor(device: Device, breath: YieldFn) -> Result<AnyExecutor, EngineError> {
    let mut executor = match device {
        Device::WebGpu => AnyExecutor::Gpu(Box::new(GpuExecutor::new(AdapterChoice::Any).await?)),
        Device::Auto | Device::Cpu => AnyExecutor::Cpu(CpuExecutor::new()),
    };
    executor.set_yield(breath);
    Ok(executor)
}
