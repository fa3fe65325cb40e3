//! Opens an adapter and its device, and records the errors that the device reports.

use std::sync::{Arc, Mutex, PoisonError};

use crate::executor::{DeviceInfo, EngineError};

/// Adapter selection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AdapterChoice {
    /// The fastest available.
    #[default]
    Any,
    /// A hardware GPU; an error if there is none.
    Hardware,
    /// A software adapter; an error if there is none. For tests.
    Software,
}

/// A device with its queue. Dropping it destroys the device.
pub struct Gpu {
    /// The device.
    pub device: wgpu::Device,
    /// Its queue.
    pub queue: wgpu::Queue,
    /// Name and kind.
    pub info: DeviceInfo,
    /// The limits that it was created with.
    pub limits: wgpu::Limits,
    failure: Arc<Mutex<Option<EngineError>>>,
}

impl Gpu {
    /// Requests an adapter and a device. Returns [`EngineError::NoAdapter`] if there is none of this kind.
    pub async fn new(choice: AdapterChoice) -> Result<Self, EngineError> {
        let adapter = adapter(choice).await?;
        let info = describe(&adapter.get_info());
        if choice == AdapterChoice::Hardware && info.is_software {
            return Err(EngineError::NoAdapter(format!(
                "only the software adapter {} is available",
                info.name
            )));
        }
        let limits = limits(&adapter.limits());
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("kinora"),
            required_limits: limits.clone(),
            ..wgpu::DeviceDescriptor::default()
        };
        let device = adapter.request_device(&descriptor).await;
        let (device, queue) = device.map_err(|e| EngineError::NoAdapter(e.to_string()))?;
        let failure = Arc::new(Mutex::new(None));
        watch(&device, &failure);
        Ok(Self {
            device,
            queue,
            info,
            limits,
            failure,
        })
    }

    /// Returns the first error that the device reported. It persists: a failed device is not used again.
    pub fn check(&self) -> Result<(), EngineError> {
        // A native device reports its loss only when it is polled.
        #[cfg(not(target_arch = "wasm32"))]
        let _ = self.device.poll(wgpu::PollType::Poll);
        match &*self.failure.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(failure) => Err(failure.clone()),
            None => Ok(()),
        }
    }
}

impl Drop for Gpu {
    /// Frees the memory now. A browser would otherwise keep the device until it collects garbage.
    fn drop(&mut self) {
        self.device.destroy();
    }
}

// On Linux, wgpu enables the Wayland surface extension even without a window. Mesa's device selection layer then connects
// to Wayland and prints "error: XDG_RUNTIME_DIR is invalid or not set" on a headless machine. Vulkan offers no setting in
// the process; the environment variable NODEVICE_SELECT=1 turns the layer off.
async fn adapter(choice: AdapterChoice) -> Result<wgpu::Adapter, EngineError> {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
    let mut refusal = String::new();
    let fallbacks: &[bool] = match choice {
        AdapterChoice::Any => &[false, true],
        AdapterChoice::Hardware => &[false],
        AdapterChoice::Software => &[true, false],
    };
    for force_fallback_adapter in fallbacks {
        let options = wgpu::RequestAdapterOptions {
            power_preference: wgpu::PowerPreference::HighPerformance,
            force_fallback_adapter: *force_fallback_adapter,
            ..wgpu::RequestAdapterOptions::default()
        };
        match instance.request_adapter(&options).await {
            Ok(adapter)
                if choice != AdapterChoice::Software
                    || describe(&adapter.get_info()).is_software =>
            {
                return Ok(adapter);
            }
            Ok(adapter) => {
                refusal = format!("{} is not a software adapter", adapter.get_info().name)
            }
            Err(error) => refusal = error.to_string(),
        }
    }
    Err(EngineError::NoAdapter(refusal))
}

fn describe(info: &wgpu::AdapterInfo) -> DeviceInfo {
    let name = if info.name.is_empty() {
        "WebGPU".to_owned()
    } else {
        info.name.clone()
    };
    let lower = name.to_lowercase();
    let known = ["swiftshader", "llvmpipe", "lavapipe", "basic render"]
        .iter()
        .any(|s| lower.contains(s));
    DeviceInfo {
        kind: "webgpu".to_owned(),
        is_software: info.device_type == wgpu::DeviceType::Cpu || known,
        backend: format!("{} {}", info.backend, info.driver_info)
            .trim()
            .to_owned(),
        name,
    }
}

/// WebGPU's guaranteed limits, with the buffer sizes of the adapter.
fn limits(adapter: &wgpu::Limits) -> wgpu::Limits {
    wgpu::Limits {
        max_buffer_size: adapter.max_buffer_size,
        max_storage_buffer_binding_size: adapter.max_storage_buffer_binding_size,
        ..wgpu::Limits::default()
    }
}

fn watch(device: &wgpu::Device, failure: &Arc<Mutex<Option<EngineError>>>) {
    // The first error causes the others. A lost device causes all of them, even earlier ones.
    let set = |failure: &Mutex<Option<EngineError>>, error: EngineError| {
        let mut failure = failure.lock().unwrap_or_else(PoisonError::into_inner);
        if failure.is_none() || matches!(error, EngineError::DeviceLost(_)) {
            *failure = Some(error);
        }
    };
    let lost = Arc::clone(failure);
    device.set_device_lost_callback(move |_, message| set(&lost, EngineError::DeviceLost(message)));
    let failed = Arc::clone(failure);
    device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
        set(&failed, typed(error))
    }));
}

/// Converts an error of the device.
pub fn typed(error: wgpu::Error) -> EngineError {
    match error {
        wgpu::Error::OutOfMemory { source } => EngineError::OutOfMemory(source.to_string()),
        other => EngineError::Device(other.to_string()),
    }
}
