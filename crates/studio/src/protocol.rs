//! Messages between the page and its worker. Bulk bytes travel beside a message as a transferred `ArrayBuffer`.

use js_sys::{Array, ArrayBuffer, Uint8Array};
use kinora_contract::event::Event;
use kinora_contract::manifest::Limits;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};

/// The device requested for a clip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Device {
    /// A hardware WebGPU adapter if there is one, the CPU otherwise.
    #[default]
    Auto,
    /// WebGPU, even on a software adapter.
    WebGpu,
    /// The CPU.
    Cpu,
}

impl Device {
    /// Returns the name used in addresses (`?device=cpu`) and form values.
    pub fn name(self) -> &'static str {
        match self {
            Device::Auto => "auto",
            Device::WebGpu => "webgpu",
            Device::Cpu => "cpu",
        }
    }

    /// Returns the device of an executor, given the executor's name for it.
    pub fn of_executor(kind: &str) -> Self {
        match kind {
            "webgpu" => Device::WebGpu,
            _ => Device::Cpu,
        }
    }

    /// Parses [`Device::name`]; returns `None` for anything else.
    pub fn from_name(name: &str) -> Option<Self> {
        [Device::Auto, Device::WebGpu, Device::Cpu]
            .into_iter()
            .find(|d| d.name() == name)
    }
}

/// The graphics adapter that the browser offers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adapter {
    /// The adapter's description; empty where the browser hides it.
    pub name: String,
    /// Hardware, emulated or absent.
    pub kind: AdapterKind,
}

/// Kinds of adapter; they decide the default device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AdapterKind {
    /// A graphics card: WebGPU is the default.
    Hardware,
    /// WebGPU emulated on the CPU: the CPU executor is faster and the default.
    Software,
    /// No WebGPU in this browser.
    #[default]
    None,
}

impl Adapter {
    /// Resolves a requested device to one that this adapter has, never [`Device::Auto`].
    pub fn choose(&self, requested: Device) -> Device {
        match (requested, self.kind) {
            (Device::Cpu, _) | (_, AdapterKind::None) => Device::Cpu,
            (Device::WebGpu, _) | (Device::Auto, AdapterKind::Hardware) => Device::WebGpu,
            (Device::Auto, AdapterKind::Software) => Device::Cpu,
        }
    }
}

/// Messages from the page to the worker.
#[allow(clippy::large_enum_variant)] // one message at a time crosses; boxing would only complicate the senders
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ToWorker {
    /// Loads a model from the cache or the network; also retries a failed attempt.
    LoadModel {
        /// URL of the model's manifest, relative to the site.
        manifest: String,
    },
    /// Loads the library of things from the cache or the network; also retries a failed attempt.
    LoadLibrary,
    /// Generates a clip from a recipe's canonical bytes, which travel beside this message.
    Generate {
        /// The page's number of this run; each of its [`RunUpdate`]s carries it.
        job: u32,
        /// The requested device.
        device: Device,
    },
    /// Stops a run at the next dispatch.
    Cancel {
        /// Number of the run.
        job: u32,
    },
    /// Saves a clip to the history after an earlier attempt failed. The MP4 travels beside this message.
    Save {
        /// The clip's history entry.
        record: ClipRecord,
    },
    /// Runs the engine's kernel cases on WebGPU.
    SelfTest,
}

/// Messages from the worker to the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ToPage {
    /// The worker is up; it handles no message sent before this one.
    Hello {
        /// The adapter that the browser offers.
        adapter: Adapter,
    },
    /// Progress of loading the model.
    Weights(Weights),
    /// Progress of loading the library of things.
    Library(LibraryState),
    /// Progress of a run.
    Job {
        /// The number from [`ToWorker::Generate`].
        job: u32,
        /// The update.
        update: RunUpdate,
    },
    /// Outcome of saving a clip to the history.
    Saved {
        /// The clip.
        id: String,
        /// `None` on success, otherwise the reason as a sentence.
        refusal: Option<String>,
    },
    /// The result of [`ToWorker::SelfTest`].
    SelfTest {
        /// The cases, or the error as a sentence.
        outcome: Result<Vec<CaseReport>, String>,
    },
    /// The worker panicked; its state is undefined.
    Panicked {
        /// The panic message, for the console.
        message: String,
    },
}

/// Result of one kernel case on this device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseReport {
    /// Kernels and case.
    pub name: String,
    /// Largest deviation from the reference, relative to the largest number.
    pub error: f64,
    /// Largest allowed deviation.
    pub tolerance: f64,
    /// Whether the deviation is within the tolerance.
    pub passed: bool,
}

/// State of the model's weights.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Weights {
    /// Not requested yet.
    #[default]
    Unknown,
    /// The download runs.
    Fetching {
        /// Bytes received.
        received: f64,
        /// Bytes in total, 0 while unknown.
        total: f64,
    },
    /// The model is loaded.
    Ready {
        /// Bytes of weights downloaded in this visit; 0 if the cache had them all.
        downloaded: f64,
        /// The loaded model.
        model: Model,
        /// Why the weights could not be cached, as a sentence.
        not_cached: Option<String>,
    },
    /// Loading failed.
    Failed {
        /// What happened and what to do, as a sentence.
        sentence: String,
    },
}

/// State of the library of things.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum LibraryState {
    /// Not requested: the visitor saves data.
    #[default]
    Absent,
    /// It is being loaded; clips that show it wait.
    Loading {
        /// BLAKE3 of the library, hexadecimal.
        hash: String,
    },
    /// It is loaded.
    Ready {
        /// BLAKE3 of the library, hexadecimal.
        hash: String,
    },
    /// Loading failed: the model draws everything.
    Failed {
        /// Why, for the console.
        reason: String,
    },
}

impl LibraryState {
    /// Returns the hash that recipes store, once the library is here or on its way.
    pub fn hash(&self) -> Option<&str> {
        match self {
            Self::Loading { hash } | Self::Ready { hash } => Some(hash),
            Self::Absent | Self::Failed { .. } => None,
        }
    }

    /// Returns the value of the page's `data-library`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Loading { .. } => "loading",
            Self::Ready { .. } => "ready",
            Self::Failed { .. } => "failed",
        }
    }
}

/// A loaded model and its recommended sampler settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// Name, as recipes store it.
    pub id: String,
    /// BLAKE3 of the weights, hexadecimal.
    pub hash: String,
    /// Default number of denoising steps.
    pub steps: u32,
    /// Default guidance scale.
    pub guidance_scale: f32,
    /// Sizes, rate and lengths of its clips.
    pub limits: Limits,
}

/// An update of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RunUpdate {
    /// Another tab is generating; this run starts when that one ends.
    Waiting,
    /// The run has begun on this executor.
    Started {
        /// [`Device::WebGpu`] or [`Device::Cpu`].
        device: Device,
    },
    /// An event of the generation. The RGB bytes of a frame travel beside this message; `rgb` is empty.
    Event(Event),
    /// The clip is made; the MP4 travels beside this message.
    Made {
        /// The clip's entry in the history.
        record: ClipRecord,
        /// Bytes of the worker's memory after this run.
        heap: f64,
    },
    /// The user stopped the run.
    Cancelled,
    /// An error ended the run.
    Failed {
        /// What happened and what to do, as a sentence.
        sentence: String,
    },
}

/// The history entry of a clip, stored beside its MP4.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClipRecord {
    /// Folder name in the history; sorts by time.
    pub id: String,
    /// The prompt.
    pub prompt: String,
    /// The recipe as a link fragment, without `#`.
    pub recipe: String,
    /// Milliseconds since 1970.
    pub made_at: f64,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Pixel frames.
    pub frames: u32,
    /// Frames per second.
    pub fps: u32,
    /// Size of the MP4, bytes.
    pub bytes: f64,
    /// Seconds from the start of the run to the finished file.
    pub took: f32,
    /// `webgpu` or `cpu`.
    pub device: String,
    /// BLAKE3 over all RGB frames before encoding, hexadecimal.
    pub frames_hash: String,
    /// Names of the video and audio codec.
    pub codecs: String,
    /// Captions: seconds from the start, and the text.
    #[serde(default)]
    pub captions: Vec<(f32, String)>,
}

/// Packs a message and its bytes into one JS value, and returns the list of objects to transfer.
///
/// A message that cannot be serialised becomes `null`.
pub fn pack<M: Serialize>(message: &M, bytes: Option<Uint8Array>) -> (JsValue, Array) {
    let body = serde_wasm_bindgen::to_value(message).unwrap_or(JsValue::NULL);
    let envelope = Array::of1(&body);
    let transfer = Array::new();
    if let Some(bytes) = bytes {
        transfer.push(&bytes.buffer());
        envelope.push(&bytes.buffer());
    }
    (envelope.into(), transfer)
}

/// Reverses [`pack`]; returns `None` for any other value.
pub fn unpack<M: for<'a> Deserialize<'a>>(data: JsValue) -> Option<(M, Option<Uint8Array>)> {
    let envelope: Array = data.dyn_into().ok()?;
    let message = serde_wasm_bindgen::from_value(envelope.get(0)).ok()?;
    let bytes = envelope
        .get(1)
        .dyn_into::<ArrayBuffer>()
        .ok()
        .map(|b| Uint8Array::new(&b));
    Some((message, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auto_uses_webgpu_only_on_hardware() {
        let on = |kind| Adapter {
            name: String::new(),
            kind,
        };
        assert_eq!(
            on(AdapterKind::Hardware).choose(Device::Auto),
            Device::WebGpu
        );
        assert_eq!(on(AdapterKind::Software).choose(Device::Auto), Device::Cpu);
        assert_eq!(on(AdapterKind::None).choose(Device::Auto), Device::Cpu);
    }

    #[test]
    fn requested_device_is_used_where_available() {
        let software = Adapter {
            name: String::new(),
            kind: AdapterKind::Software,
        };
        assert_eq!(software.choose(Device::WebGpu), Device::WebGpu);
        assert_eq!(Adapter::default().choose(Device::WebGpu), Device::Cpu);
        for device in [Device::Auto, Device::WebGpu, Device::Cpu] {
            assert_eq!(Device::from_name(device.name()), Some(device));
        }
        assert_eq!(Device::from_name("cuda"), None);
    }
}
