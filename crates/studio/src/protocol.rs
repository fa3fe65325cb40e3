//! What the page and its worker say to each other. Bulk bytes travel beside a message, transferred and not copied.

use js_sys::{Array, ArrayBuffer, Uint8Array};
use kinora_contract::event::Event;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};

/// Where a clip is to be made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Device {
    /// A real WebGPU adapter if there is one, the processor otherwise.
    #[default]
    Auto,
    /// WebGPU, even on a software adapter.
    WebGpu,
    /// The processor.
    Cpu,
}

impl Device {
    /// The name used in addresses (`?device=cpu`) and form values.
    pub fn name(self) -> &'static str {
        match self {
            Device::Auto => "auto",
            Device::WebGpu => "webgpu",
            Device::Cpu => "cpu",
        }
    }

    /// The device behind an executor's own name for itself.
    pub fn of_executor(kind: &str) -> Self {
        match kind {
            "webgpu" => Device::WebGpu,
            _ => Device::Cpu,
        }
    }

    /// Reads [`Device::name`]; anything else is `None`.
    pub fn from_name(name: &str) -> Option<Self> {
        [Device::Auto, Device::WebGpu, Device::Cpu]
            .into_iter()
            .find(|d| d.name() == name)
    }
}

/// What the worker found when it asked the browser for a graphics adapter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adapter {
    /// The adapter's own description, empty where the browser hides it or has none.
    pub name: String,
    /// What kind of adapter that is.
    pub kind: AdapterKind,
}

/// The three cases that decide where clips are made by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AdapterKind {
    /// A graphics card: the default executor is WebGPU.
    Hardware,
    /// WebGPU emulated on the processor: our own processor code is faster.
    Software,
    /// No WebGPU in this browser.
    #[default]
    None,
}

impl Adapter {
    /// The executor that `wish` leads to on this adapter, never [`Device::Auto`].
    pub fn choose(&self, wish: Device) -> Device {
        match (wish, self.kind) {
            (Device::Cpu, _) | (_, AdapterKind::None) => Device::Cpu,
            (Device::WebGpu, _) | (Device::Auto, AdapterKind::Hardware) => Device::WebGpu,
            (Device::Auto, AdapterKind::Software) => Device::Cpu,
        }
    }
}

/// From the page to the worker.
#[allow(clippy::large_enum_variant)] // one message at a time crosses; boxing would only complicate the senders
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ToWorker {
    /// Fetch (or find) the starter's weights; also the answer to a failed attempt.
    LoadWeights,
    /// Make a clip from a recipe's canonical bytes, which travel beside this message.
    Generate {
        /// The page's number for this run; every [`Update`] about it carries the number.
        job: u32,
        /// Where to run it.
        device: Device,
    },
    /// Stop that run at the next dispatch.
    Cancel {
        /// The run to stop.
        job: u32,
    },
    /// Keep this clip again: the earlier attempt met a full store. The MP4 travels beside this message.
    Keep {
        /// What the history shows of the clip.
        record: ClipRecord,
    },
    /// Run the engine's kernel cases on WebGPU and report.
    SelfTest,
}

/// From the worker to the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ToPage {
    /// The worker listens. Nothing sent before this arrives.
    Hello {
        /// What the browser offers.
        adapter: Adapter,
    },
    /// How far the weights are.
    Weights(Weights),
    /// Something about a run.
    Job {
        /// The number given in [`ToWorker::Generate`].
        job: u32,
        /// What happened.
        update: Update,
    },
    /// A clip is (or is not) in the history.
    Kept {
        /// The clip.
        id: String,
        /// `None` when it was stored, else why not, as a sentence.
        refusal: Option<String>,
    },
    /// The result of [`ToWorker::SelfTest`].
    SelfTest {
        /// The cases, or why there are none, as a sentence.
        outcome: Result<Vec<CaseReport>, String>,
    },
    /// The worker met a defect and can no longer be trusted.
    Broken {
        /// The panic message, for the console and a report.
        message: String,
    },
}

/// How one of the engine's kernel cases went on this device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseReport {
    /// Kernels and case.
    pub name: String,
    /// Largest deviation from the reference, relative to the largest number.
    pub error: f64,
    /// How much is allowed.
    pub tolerance: f64,
    /// Whether it stayed within.
    pub passed: bool,
}

/// The state of the starter's weights.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Weights {
    /// Nothing known yet.
    #[default]
    Unknown,
    /// Bytes are coming.
    Fetching {
        /// Bytes so far.
        received: f64,
        /// Bytes in all, 0 when the server does not say.
        total: f64,
    },
    /// The model can run.
    Ready {
        /// Bytes that came over the network in this visit; 0 when the store had them all.
        downloaded: f64,
        /// The model that can run.
        model: Model,
        /// Why the store does not have the weights, as a sentence.
        unkept: Option<String>,
    },
    /// They cannot be used.
    Failed {
        /// What happened and what to do, as a sentence.
        sentence: String,
    },
}

/// A model and what it recommends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// Its name, as recipes carry it.
    pub id: String,
    /// BLAKE3 of its weights, hexadecimal.
    pub hash: String,
    /// Denoising steps unless the person asks otherwise.
    pub steps: u32,
    /// Guidance unless the person asks otherwise.
    pub guidance_scale: f32,
}

/// What happens in a run, from the request to the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Update {
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

/// What the history keeps beside each MP4.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClipRecord {
    /// Folder name in the store: sorts by time.
    pub id: String,
    /// The sentence.
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
    /// The MP4's size.
    pub bytes: f64,
    /// Seconds from start to file.
    pub took: f32,
    /// `webgpu` or `cpu`.
    pub device: String,
    /// BLAKE3 over all RGB frames before encoding, hexadecimal.
    pub frames_hash: String,
    /// What the sound and video are coded with, for people.
    pub codecs: String,
    /// What can be heard: seconds and a word.
    #[serde(default)]
    pub captions: Vec<(f32, String)>,
}

/// A message and its bytes as one JS value, with the list of what to transfer.
///
/// Panics never: a message that cannot be serialised is a defect that tests would meet; it becomes `null`.
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

/// The reverse of [`pack`]; `None` for anything that is not one of ours.
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
    fn auto_takes_webgpu_only_on_hardware() {
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
    fn a_wish_is_followed_where_it_can_be() {
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
