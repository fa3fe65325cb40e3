//! Running: records the prepared dispatches, a bounded amount of work per submit, at most two submits in flight.

use std::collections::VecDeque;
use std::time::Duration;

use futures_channel::oneshot;
use web_time::Instant;

use super::GpuExecutor;
use super::device::Gpu;
use super::prepare::Ready;
use crate::executor::{Cancel, EngineError, Handle, RunStats};
use crate::graph::Value;

/// What a submit should take; well under the 200 ms after which a desktop stutters and a cancel feels late.
const TARGET: Duration = Duration::from_millis(80);
/// Submits in flight: one runs while the next is recorded.
const IN_FLIGHT: usize = 2;

/// A submit under way.
struct Flight {
    index: wgpu::SubmissionIndex,
    done: oneshot::Receiver<()>,
    sent: Instant,
    work: f64,
}

impl GpuExecutor {
    /// Runs a program once.
    pub(super) async fn replay(
        &mut self,
        handle: Handle,
        cancel: &Cancel,
    ) -> Result<RunStats, EngineError> {
        self.gpu.check()?;
        let started = Instant::now();
        let (total, flops) = {
            let prepared = self.prepared(handle)?;
            (prepared.dispatches.len(), prepared.flops)
        };
        let mut flights = VecDeque::new();
        let mut last_done = started;
        let mut stopped = Ok(());
        let (mut next, mut submits) = (0, 0);
        while next < total {
            stopped = cancel.check().and_then(|()| self.gpu.check());
            if stopped.is_err() {
                break;
            }
            let prepared = self.prepared(handle)?;
            let end = cut(&prepared.dispatches, next, self.budget);
            flights.push_back(submit(&self.gpu, &prepared.dispatches[next..end]));
            (next, submits) = (end, submits + 1);
            if flights.len() >= IN_FLIGHT {
                self.land(&mut flights, &mut last_done).await;
            }
            if let Some(yield_now) = &self.yield_now {
                yield_now().await;
            }
        }
        while !flights.is_empty() {
            self.land(&mut flights, &mut last_done).await;
        }
        self.counters.dispatches += next;
        self.counters.submits += submits;
        stopped?;
        self.gpu.check()?;
        Ok(RunStats {
            elapsed: started.elapsed(),
            dispatches: total,
            submits,
            flops,
        })
    }

    /// Copies a value to the host.
    pub(super) async fn read_back(
        &mut self,
        handle: Handle,
        value: Value,
    ) -> Result<Vec<f32>, EngineError> {
        self.gpu.check()?;
        let size = 4 * self.prepared(handle)?.program.len(value) as u64;
        let usage = wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ;
        let staging = self.buffer("staging", size, usage);
        let prepared = self.prepared(handle)?;
        let mut encoder = self
            .gpu
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        encoder.copy_buffer_to_buffer(
            &prepared.arena,
            prepared.offset(value),
            &staging,
            0,
            Some(size),
        );
        self.gpu.queue.submit([encoder.finish()]);
        let (send, receive) = oneshot::channel();
        staging.map_async(wgpu::MapMode::Read, .., move |result| {
            // The receiver only goes if the read itself was dropped.
            let _ = send.send(result);
        });
        wait_native(&self.gpu, None);
        self.gpu.check()?;
        let mapped = receive
            .await
            .map_err(|_| EngineError::DeviceLost("a read was dropped".to_owned()))?;
        self.gpu.check()?;
        mapped.map_err(|e| EngineError::DeviceLost(e.to_string()))?;
        let view = staging
            .get_mapped_range(..size)
            .map_err(|e| EngineError::Device(e.to_string()))?;
        let data = bytemuck::pod_collect_to_vec(&view);
        drop(view);
        staging.destroy();
        self.counters.bytes_read += size;
        Ok(data)
    }

    /// Waits for the oldest submit and learns from it how much the next ones may hold.
    async fn land(&mut self, flights: &mut VecDeque<Flight>, last_done: &mut Instant) {
        let Some(flight) = flights.pop_front() else {
            return;
        };
        wait_native(&self.gpu, Some(flight.index));
        if self.gpu.check().is_err() {
            // A lost device calls nobody back.
            return;
        }
        // A dropped sender means a lost device, which the next check reports.
        let _ = flight.done.await;
        let now = Instant::now();
        let took = now
            .duration_since(flight.sent.max(*last_done))
            .max(Duration::from_micros(200));
        *last_done = now;
        let speed = flight.work / took.as_secs_f64();
        let wanted = speed * TARGET.as_secs_f64();
        self.budget = wanted.clamp(self.budget / 2.0, self.budget * 2.0).max(1e6);
    }
}

/// The end of the dispatches that fit into a submit, at least one.
fn cut(dispatches: &[Ready], start: usize, budget: f64) -> usize {
    let mut work = 0.0;
    let fits = |d: &&Ready| {
        work += d.work;
        work <= budget
    };
    start + dispatches[start..].iter().take_while(fits).count().max(1)
}

fn submit(gpu: &Gpu, dispatches: &[Ready]) -> Flight {
    let mut encoder = gpu
        .device
        .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
    for dispatch in dispatches {
        let [x, y, z] = dispatch.groups;
        pass.set_pipeline(&dispatch.pipeline);
        pass.set_bind_group(0, &*dispatch.bind_group, &[dispatch.params]);
        pass.dispatch_workgroups(x, y, z);
    }
    drop(pass);
    let index = gpu.queue.submit([encoder.finish()]);
    let (send, done) = oneshot::channel();
    gpu.queue.on_submitted_work_done(move || {
        // Nobody waits any more if the run was dropped.
        let _ = send.send(());
    });
    Flight {
        index,
        done,
        sent: Instant::now(),
        work: dispatches.iter().map(|d| d.work).sum(),
    }
}

/// Natively someone must drive the device; in a browser the event loop does.
#[cfg(not(target_arch = "wasm32"))]
fn wait_native(gpu: &Gpu, submission_index: Option<wgpu::SubmissionIndex>) {
    // A failed poll is a lost device, which the check that follows finds out.
    let _ = gpu.device.poll(wgpu::PollType::Wait {
        submission_index,
        timeout: None,
    });
}

#[cfg(target_arch = "wasm32")]
fn wait_native(_gpu: &Gpu, _submission_index: Option<wgpu::SubmissionIndex>) {}
