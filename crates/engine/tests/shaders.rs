//! The reflection of bindings against naga's own reading of every shader that the op cases use.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use kinora_engine::{Kernel, Kernels, bindings, kernels_of};

fn used() -> Vec<Kernel> {
    let mut all = Vec::new();
    for case in kinora_engine::cases::cases().unwrap() {
        for family in [Kernels::Tiled, Kernels::Direct] {
            all.extend(kernels_of(&case.graph, family));
        }
    }
    all
}

#[test]
fn bindings_are_what_naga_sees() {
    let kernels = used();
    assert!(kernels.len() > 100);
    for kernel in kernels {
        let source = kernel.source();
        let module = naga::front::wgsl::parse_str(&source)
            .unwrap_or_else(|e| panic!("{}: {}", kernel.name, e.emit_to_string(&source)));
        let mut seen: Vec<(u32, String, bool)> = module
            .global_variables
            .iter()
            .filter_map(|(_, v)| {
                let binding = v.binding.as_ref()?;
                Some((
                    binding.binding,
                    v.name.clone()?,
                    v.space == naga::AddressSpace::Uniform,
                ))
            })
            .collect();
        let mut ours: Vec<_> = bindings(&source)
            .into_iter()
            .map(|b| (b.index, b.name, b.uniform))
            .collect();
        seen.sort();
        ours.sort();
        assert_eq!(ours, seen, "{}", kernel.name);
        let storage = ours.iter().filter(|(_, _, uniform)| !uniform).count();
        assert!(
            storage <= 8,
            "{} binds {storage} storage buffers, WebGPU guarantees 8",
            kernel.name
        );
    }
}

#[test]
fn shaders_stay_readable() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shaders");
    let mut files = 0;
    for folder in [root.to_owned(), format!("{root}/shared")] {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "wgsl") {
                let text = std::fs::read_to_string(&path).unwrap();
                assert!(
                    text.starts_with("// "),
                    "{} does not say what it is",
                    path.display()
                );
                assert!(
                    text.lines().count() <= 150,
                    "{} is too long",
                    path.display()
                );
                files += 1;
            }
        }
    }
    assert!(files >= 14);
}
