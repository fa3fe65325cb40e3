//! One generation as any model needs it: programs, events, cancellation, time estimates, and recovery from a lost device.

use std::sync::Arc;

use kinora_contract::event::{Event, Stage};
use kinora_engine::{Cancel, EngineError, Executor, Graph, GraphError, Handle, Weights};
use kinora_library::Library;
use web_time::Instant;

use crate::blocks::wan::time_features;
use crate::error::GenerateError;
use crate::eta::Eta;
use crate::runtime::{ProgramKey, Runtime};
use crate::sampling::flow_match::Step;

/// Lost devices that a generation tolerates before it moves down the executor chain.
const MAX_DEVICE_LOSSES: u32 = 3;

/// One generation under way.
pub struct Session<'a> {
    runtime: &'a mut Runtime,
    events: &'a mut dyn FnMut(Event),
    cancel: &'a Cancel,
    /// Remaining time, once a model has booked its work.
    pub eta: Eta,
    /// True while a source clip is drawn; then only previews and fallbacks are reported.
    nested: bool,
    /// Seconds per stage, in order.
    seconds: Vec<(Stage, f32)>,
    stage_start: Instant,
    device_losses: u32,
}

impl<'a> Session<'a> {
    /// Starts a generation on `runtime` that reports to `events` and stops when `cancel` is set.
    pub fn new(
        runtime: &'a mut Runtime,
        events: &'a mut dyn FnMut(Event),
        cancel: &'a Cancel,
    ) -> Self {
        Self {
            runtime,
            events,
            cancel,
            eta: Eta::new(0.0, 0.0),
            nested: false,
            seconds: Vec::new(),
            stage_start: Instant::now(),
            device_losses: 0,
        }
    }

    /// Starts the generation of a source clip within this one. It reports previews and fallbacks only.
    pub fn nested(&mut self) -> Session<'_> {
        Session {
            nested: true,
            ..Session::new(self.runtime, &mut *self.events, self.cancel)
        }
    }

    /// Reports an event.
    pub fn emit(&mut self, event: Event) {
        if !self.nested || matches!(event, Event::Preview { .. } | Event::Resumed { .. }) {
            (self.events)(event);
        }
    }

    /// Enters a stage and reports it. A repeated attempt stays in its stage.
    pub fn enter(&mut self, stage: Stage) {
        if self.seconds.last().is_some_and(|(last, _)| *last == stage) {
            return;
        }
        self.close_stage();
        self.stage_start = Instant::now();
        self.seconds.push((stage, 0.0));
        self.emit(Event::Stage { stage });
    }

    /// Ends the last stage; returns the seconds per stage, in order.
    pub fn finish(&mut self) -> Vec<(Stage, f32)> {
        self.close_stage();
        std::mem::take(&mut self.seconds)
    }

    /// Returns the library with this BLAKE3.
    ///
    /// # Errors
    ///
    /// [`GenerateError::Library`] if it is not here.
    pub fn library(&self, hash: &str) -> Result<Arc<Library>, GenerateError> {
        let here = self.runtime.library();
        here.filter(|it| it.hash() == hash)
            .ok_or(GenerateError::Library)
    }

    /// Kind of the current executor: `cpu` or `webgpu`.
    pub fn device(&self) -> String {
        self.runtime.executor().device().kind
    }

    /// Reports that the executor is not the first of its chain, once.
    pub fn report_fallback(&mut self) {
        if let Some(error) = self.runtime.take_fallback_reason() {
            self.report_device(error.to_string());
        }
    }

    /// Runs `attempt` until it succeeds, on another device after each recoverable failure.
    ///
    /// The state of a generation lives on the host, so a lost device costs one attempt.
    pub async fn retry<T, E: Into<GenerateError>>(
        &mut self,
        mut attempt: impl AsyncFnMut(&mut Self) -> Result<T, E>,
    ) -> Result<T, GenerateError> {
        loop {
            match attempt(self).await {
                Ok(done) => return Ok(done),
                Err(error) => self.recover(error.into()).await?,
            }
        }
    }

    /// Moves to another device after a failure; returns errors that no device can mend.
    pub async fn recover(&mut self, error: GenerateError) -> Result<(), GenerateError> {
        let GenerateError::Engine(error) = error else {
            return Err(error);
        };
        self.device_losses += 1;
        let reason = error.to_string();
        let retry_device = self.device_losses <= MAX_DEVICE_LOSSES;
        self.runtime.recover(error, retry_device).await?;
        self.report_device(reason);
        Ok(())
    }

    /// Returns the handle of a network; the first call for a shape builds and loads its graph.
    pub async fn program(
        &mut self,
        key: ProgramKey,
        weights: &Weights,
        graph: impl FnOnce() -> Result<Graph, GraphError>,
    ) -> Result<Handle, EngineError> {
        self.cancel.check()?;
        self.runtime.program(key, weights, graph).await
    }

    /// Returns the FLOPs of one run of a program.
    pub fn flops(&self, handle: Handle) -> Result<f64, EngineError> {
        Ok(self.runtime.executor().program(handle)?.flops())
    }

    /// Writes inputs and states of a program by name.
    pub async fn write(
        &mut self,
        handle: Handle,
        inputs: &[(&str, Vec<f32>)],
    ) -> Result<(), EngineError> {
        for (name, values) in inputs {
            self.write_one(handle, name, values).await?;
        }
        Ok(())
    }

    /// Writes one input or state of a program.
    pub async fn write_one(
        &mut self,
        handle: Handle,
        name: &str,
        values: &[f32],
    ) -> Result<(), EngineError> {
        let executor = self.runtime.executor_mut();
        executor.write(handle, name, values).await
    }

    /// Writes the inputs `time` `[1, freq_dim]` and `coeffs` `[4]` of a denoising step.
    pub async fn write_step(
        &mut self,
        handle: Handle,
        step: Step,
        freq_dim: usize,
    ) -> Result<(), EngineError> {
        let inputs = [
            ("time", time_features(step.t, freq_dim)),
            ("coeffs", vec![step.keep, step.blend, 0.0, 0.0]),
        ];
        self.write(handle, &inputs).await
    }

    /// Runs a program once. Cancellation is answered between two dispatches.
    pub async fn run(&mut self, handle: Handle) -> Result<(), EngineError> {
        let executor = self.runtime.executor_mut();
        executor.run(handle, self.cancel).await.map(|_| ())
    }

    /// Reads an output or a state of a program.
    pub async fn read(&mut self, handle: Handle, name: &str) -> Result<Vec<f32>, EngineError> {
        self.runtime.executor_mut().read(handle, name).await
    }

    fn report_device(&mut self, reason: String) {
        let device = self.device();
        self.emit(Event::Resumed { device, reason });
    }

    fn close_stage(&mut self) {
        if let Some((_, seconds)) = self.seconds.last_mut() {
            *seconds = self.stage_start.elapsed().as_secs_f32();
        }
    }
}
