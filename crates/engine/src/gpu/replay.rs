//! Runs a prepared program: bounded work per submission, at most two submissions in flight.

use std::collections::VecDeque;
use std::time::Duration;

use futures_channel::oneshot;
use web_time::Instant;

use super::GpuExecutor;
use super::device::Gpu;
use super::prepare::PreparedDispatch;
use crate::executor::{Cancel, EngineError, Handle, RunStats};
use crate::graph::Value;

/// Target duration of a submission. Desktops stutter and cancellation feels late from about 200 ms.
const TARGET: Duration = Duration::from_millis(80);
/// Submissions in flight: one runs while the next is recorded.
const IN_FLIGHT: usize = 2;

/// A submission that the device has not completed.
struct Submission {
    index: wgpu::SubmissionIndex,
    done: oneshot::Receiver<()>,
    sent: Instant,
    work: f64,
}

impl GpuExecutor {
    /// Runs a program once. Checks `cancel` before every submission.
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
        let mut in_flight = VecDeque::new();
        let mut last_done = started;
        let mut stopped = Ok(());
        let (mut next, mut submits) = (0, 0);
        while next < total {
            stopped = cancel.check().and_then(|()| self.gpu.check());
            if stopped.is_err() {
                break;
            }
            let prepared = self.prepared(handle)?;
            let end = batch_end(&prepared.dispatches, next, self.budget);
            in_flight.push_back(submit(&self.gpu, &prepared.dispatches[next..end]));
            self.dispatched.add(end - next);
            (next, submits) = (end, submits + 1);
            if in_flight.len() >= IN_FLIGHT {
                self.retire(&mut in_flight, &mut last_done).await;
            }
            if let Some(yield_now) = &self.yield_now {
                yield_now().await;
            }
        }
        while !in_flight.is_empty() {
            self.retire(&mut in_flight, &mut last_done).await;
        }
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

    /// Copies a value of the arena to the host.
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
            // The receiver is gone only if the read was dropped.
            let _ = send.send(result);
        });
        wait_native(&self.gpu, None);
        self.gpu.check()?;
        let mapped = receive
            .await
            .map_err(|_| EngineError::DeviceLost("the readback was dropped".to_owned()))?;
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

    /// Waits for the oldest submission and adapts the work budget to its duration.
    async fn retire(&mut self, in_flight: &mut VecDeque<Submission>, last_done: &mut Instant) {
        let Some(submission) = in_flight.pop_front() else {
            return;
        };
        wait_native(&self.gpu, Some(submission.index));
        if self.gpu.check().is_err() {
            // A lost device never signals completion.
            return;
        }
        // A dropped sender means a lost device, which the next check reports.
        let _ = submission.done.await;
        let now = Instant::now();
        let duration = now
            .duration_since(submission.sent.max(*last_done))
            .max(Duration::from_micros(200));
        *last_done = now;
        let speed = submission.work / duration.as_secs_f64();
        let target = speed * TARGET.as_secs_f64();
        self.budget = target.clamp(self.budget / 2.0, self.budget * 2.0).max(1e6);
    }
}

/// End of the dispatches from `start` on that fit into a budget; at least one.
fn batch_end(dispatches: &[PreparedDispatch], start: usize, budget: f64) -> usize {
    let mut work = 0.0;
    let fits = |d: &&PreparedDispatch| {
        work += d.work;
        work <= budget
    };
    start + dispatches[start..].iter().take_while(fits).count().max(1)
}

fn submit(gpu: &Gpu, dispatches: &[PreparedDispatch]) -> Submission {
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
        // The receiver is gone if the run was dropped.
        let _ = send.send(());
    });
    Submission {
        index,
        done,
        sent: Instant::now(),
        work: dispatches.iter().map(|d| d.work).sum(),
    }
}

/// Polls the device until a submission completes. In a browser the event loop does this.
#[cfg(not(target_arch = "wasm32"))]
fn wait_native(gpu: &Gpu, submission_index: Option<wgpu::SubmissionIndex>) {
    // A failed poll means a lost device, which the caller's check reports.
    let _ = gpu.device.poll(wgpu::PollType::Wait {
        submission_index,
        timeout: None,
    });
}

#[cfg(target_arch = "wasm32")]
fn wait_native(_gpu: &Gpu, _submission_index: Option<wgpu::SubmissionIndex>) {}
