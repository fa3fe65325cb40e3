//! The model on the device that a run asks for: made at the first run, remade when the device changes.

use super::breath::breath;
use crate::protocol::{Adapter, Device, Model};
use kinora_contract::Recipe;
use kinora_contract::event::{Event, Summary};
use kinora_engine::{
    AdapterChoice, AnyExecutor, Cancel, CpuExecutor, EngineError, Executor, GpuExecutor, YieldFn,
};
use kinora_model::Starter;
use kinora_pipeline::{GenerateError, Ladder, MakeExecutor, Runtime, generate};
use std::rc::Rc;

/// The starter and, after the first run, the runtime that it is loaded into.
pub struct Maker {
    adapter: Adapter,
    breath: YieldFn,
    starter: Rc<Starter>,
    /// With the wish that its ladder was made for.
    runtime: Option<(Device, Runtime)>,
}

impl Maker {
    /// A maker that has not chosen its device yet.
    pub fn new(starter: Starter, adapter: Adapter) -> Self {
        Self {
            adapter,
            breath: breath(),
            starter: Rc::new(starter),
            runtime: None,
        }
    }

    /// What the page needs to know about the model.
    pub fn model(&self) -> Model {
        let config = &self.starter.config;
        Model {
            id: config.id.clone(),
            hash: config.weights_blake3.clone(),
            steps: config.sampler.steps,
            guidance_scale: config.sampler.guidance_scale,
        }
    }

    /// The executor that a wish leads to, as long as no device fails.
    pub fn device(&self, wish: Device) -> Device {
        self.adapter.choose(wish)
    }

    /// Generates on the device that the wish leads to. A graphics card that fails by our own choice gives way to the
    /// processor; one that the person asked for does not.
    pub async fn generate(
        &mut self,
        recipe: &Recipe,
        wish: Device,
        watch: &mut dyn FnMut(Event),
        cancel: &Cancel,
    ) -> Result<(Device, Summary), GenerateError> {
        let runtime = self.runtime(wish).await?;
        let summary = generate(recipe, runtime, watch, cancel).await?;
        Ok((Device::of_executor(&summary.device), summary))
    }

    async fn runtime(&mut self, wish: Device) -> Result<&mut Runtime, EngineError> {
        let runtime = match self.runtime.take() {
            Some((used, runtime)) if used == wish => runtime,
            _ => Runtime::new(Rc::clone(&self.starter), self.ladder(wish)).await?,
        };
        Ok(&mut self.runtime.insert((wish, runtime)).1)
    }

    fn ladder(&self, wish: Device) -> Ladder {
        let rungs: &[Device] = match (wish, self.adapter.choose(wish)) {
            (Device::Auto, Device::WebGpu) => &[Device::WebGpu, Device::Cpu],
            (_, Device::WebGpu) => &[Device::WebGpu],
            _ => &[Device::Cpu],
        };
        let make = |&device: &Device| -> MakeExecutor {
            let breath = self.breath.clone();
            Box::new(move || Box::pin(executor(device, breath.clone())))
        };
        rungs.iter().map(make).collect()
    }
}

async fn executor(device: Device, breath: YieldFn) -> Result<AnyExecutor, EngineError> {
    let mut executor = match device {
        Device::WebGpu => AnyExecutor::Gpu(Box::new(GpuExecutor::new(AdapterChoice::Any).await?)),
        Device::Auto | Device::Cpu => AnyExecutor::Cpu(CpuExecutor::new()),
    };
    executor.set_yield(breath);
    Ok(executor)
}
