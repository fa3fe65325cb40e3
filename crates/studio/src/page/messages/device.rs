//! Messages about the device that generates.

use super::format::listed;
use crate::protocol::{Adapter, AdapterKind, CaseReport, Device};

/// States the device on which clips render, and why.
pub fn device(adapter: &Adapter, requested: Device) -> String {
    let named = |fallback: &str| {
        if adapter.name.is_empty() {
            fallback.to_owned()
        } else {
            adapter.name.clone()
        }
    };
    match (adapter.choose(requested), adapter.kind, requested) {
        (Device::WebGpu, AdapterKind::Hardware, _) => {
            format!("Clips render on your graphics card ({}).", named("WebGPU"))
        }
        (Device::WebGpu, ..) => format!(
            "Clips render on WebGPU, as requested. This browser emulates it in software ({}), which is slow.",
            named("software")
        ),
        (_, AdapterKind::None, Device::WebGpu) => {
            "WebGPU is not available in this browser. Clips render on the CPU instead.".to_owned()
        }
        (_, _, Device::Cpu) => "Clips render on the CPU, as requested.".to_owned(),
        (_, AdapterKind::Software, _) => format!(
            "This browser emulates WebGPU in software ({}). Clips render on the CPU: same result, a little slower.",
            named("software")
        ),
        (_, AdapterKind::None, _) => {
            "WebGPU is not available in this browser. Clips render on the CPU: same result, a little slower.".to_owned()
        }
        (_, AdapterKind::Hardware, _) => "Clips render on the CPU.".to_owned(),
    }
}

/// Summarises the kernel cases.
pub fn self_test(outcome: &Result<Vec<CaseReport>, String>) -> String {
    match outcome {
        Err(error) => format!("The kernels could not be tested on this device: {error}."),
        Ok(cases) => {
            let failed: Vec<_> = cases
                .iter()
                .filter(|case| !case.passed)
                .map(|case| case.name.clone())
                .collect();
            match failed.len() {
                0 => format!("All {} kernel cases pass on this device.", cases.len()),
                n => format!(
                    "{n} of {} kernel cases fail on this device: {}.",
                    cases.len(),
                    listed(&failed)
                ),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emulated_and_missing_adapters_are_explained() {
        let adapter = Adapter {
            name: "SwiftShader".to_owned(),
            kind: AdapterKind::Software,
        };
        assert!(device(&adapter, Device::Auto).contains("emulates"));
        assert!(device(&adapter, Device::WebGpu).contains("as requested"));
        assert!(device(&Adapter::default(), Device::WebGpu).contains("not available"));
    }
}
