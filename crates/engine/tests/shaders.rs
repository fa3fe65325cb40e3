//! Validates the WGSL of every kernel that the op cases use, and its bindings against naga's reading.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use std::collections::BTreeSet;

use kinora_engine::{Access, Kernel, Kernels, cases, kernels_of};

/// Storage buffers per stage that WebGPU guarantees.
const MAX_STORAGE_BUFFERS: usize = 8;

/// The kernels of all cases, in both families: with f32 rows, packed and int8 weights.
fn kernels() -> Vec<Kernel> {
    let mut all = Vec::new();
    for case in cases::cases().unwrap() {
        for family in [Kernels::Tiled, Kernels::Direct] {
            all.extend(kernels_of(&case.graph, &case.weights, family).unwrap());
        }
    }
    all
}

fn access(variable: &naga::GlobalVariable) -> Access {
    match variable.space {
        naga::AddressSpace::Uniform => Access::Uniform,
        naga::AddressSpace::Storage { access } if access == naga::StorageAccess::LOAD => {
            Access::Read
        }
        naga::AddressSpace::Storage { .. } => Access::ReadWrite,
        other => panic!("{:?} is in {other:?}", variable.name),
    }
}

#[test]
fn kernels_are_valid_and_their_bindings_match_naga() {
    let mut seen = BTreeSet::new();
    for kernel in kernels() {
        let source = kernel.source();
        if !seen.insert(source.clone()) {
            continue;
        }
        let module = naga::front::wgsl::parse_str(&source)
            .unwrap_or_else(|e| panic!("{}: {}", kernel.name(), e.emit_to_string(&source)));
        naga::valid::Validator::new(
            naga::valid::ValidationFlags::all(),
            // naga counts unpack2x16float as a capability; WGSL has it without an extension.
            naga::valid::Capabilities::SHADER_FLOAT16_IN_FLOAT32,
        )
        .validate(&module)
        .unwrap_or_else(|e| panic!("{}: {}", kernel.name(), e.emit_to_string(&source)));
        let mut parsed: Vec<_> = module
            .global_variables
            .iter()
            .filter_map(|(_, v)| Some((v.binding.as_ref()?.binding, v.name.as_deref()?, access(v))))
            .collect();
        let mut declared: Vec<_> = kernel
            .bindings()
            .map(|b| (b.index, b.name, b.access))
            .collect();
        parsed.sort_by_key(|(index, ..)| *index);
        declared.sort_by_key(|(index, ..)| *index);
        assert_eq!(declared, parsed, "{}", kernel.name());
        let storage = declared.iter().filter(|b| b.2 != Access::Uniform).count();
        assert!(
            storage <= MAX_STORAGE_BUFFERS,
            "{} binds {storage} storage buffers",
            kernel.name()
        );
    }
    assert!(seen.len() > 100, "{} kernels", seen.len());
}

#[test]
fn the_cases_use_every_shader() {
    let used: BTreeSet<String> = kernels().iter().map(|k| k.name().to_owned()).collect();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shaders");
    let files: BTreeSet<String> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| Some(name.strip_suffix(".wgsl")?.to_owned()))
        .collect();
    assert_eq!(used, files);
}

#[test]
fn shader_files_have_a_summary_and_at_most_150_lines() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shaders");
    let mut files = 0;
    for folder in [root.to_owned(), format!("{root}/shared")] {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "wgsl") {
                let text = std::fs::read_to_string(&path).unwrap();
                let path = path.display();
                assert!(text.starts_with("// "), "{path} has no summary line");
                assert!(text.lines().count() <= 150, "{path} is too long");
                files += 1;
            }
        }
    }
    assert!(files >= 14);
}
