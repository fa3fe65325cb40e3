//! The toy's files in `tests/fixtures/toy`: seeded random weights, config and manifest.
//!
//! `KINORA_BLESS=1 cargo test -p kinora-model-toy` writes them anew.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use std::path::Path;

use kinora_contract::manifest::{Limits, MANIFEST_VERSION, Manifest, ModelFile};
use kinora_model::sampling::noise::{NoiseStream, standard_normal};
use safetensors::tensor::{Dtype, TensorView};

const DIM: usize = 64;
const FFN: usize = 64;
const TEXT_DIM: usize = 32;
const FREQ_DIM: usize = 32;
const TEXT_ROWS: usize = 8;
const VOCABULARY: usize = 64;
const TOKEN_DIM: usize = 16;
const DECODED_DIM: usize = 4 * 8 * 8 * 3;

#[test]
fn the_fixture_is_what_its_seeds_give() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/toy");
    let folder = Path::new(folder);
    let bless = std::env::var_os("KINORA_BLESS").is_some();
    for (name, bytes) in files() {
        let path = folder.join(name);
        if bless {
            std::fs::write(&path, &bytes).unwrap();
        }
        let found = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert!(
            found == bytes,
            "{name} differs; bless it if that is intended"
        );
    }
}

fn files() -> [(&'static str, Vec<u8>); 3] {
    let config = serde_json::json!({
        "dit": {
            "dim": DIM, "layers": 1, "heads": 1, "ffn": FFN, "text_dim": TEXT_DIM, "freq_dim": FREQ_DIM, "eps": 1e-6,
        },
        "vocabulary": VOCABULARY,
        "text_rows": TEXT_ROWS,
    });
    let config = serde_json::to_vec_pretty(&config).unwrap();
    let weights = weights();
    let file = |name: &str, bytes: &[u8]| ModelFile {
        name: name.to_owned(),
        bytes: bytes.len() as u64,
        blake3: blake3::hash(bytes).to_hex().to_string(),
    };
    let manifest = Manifest {
        version: MANIFEST_VERSION,
        id: "toy-1".to_owned(),
        family: "toy".to_owned(),
        licence: "MIT OR Apache-2.0".to_owned(),
        weights: "toy.safetensors".to_owned(),
        files: vec![
            file("config.json", &config),
            file("toy.safetensors", &weights),
        ],
        limits: Limits {
            sizes: vec![[128, 96], [96, 128]],
            fps: 16,
            min_frames: 5,
            max_frames: 81,
            frame_step: 4,
            default_frames: 17,
            extension_frames: 0,
        },
    };
    let manifest = serde_json::to_vec_pretty(&manifest).unwrap();
    [
        ("model.json", manifest),
        ("config.json", config),
        ("toy.safetensors", weights),
    ]
}

/// Serializes all tensors as f16: normal with a standard deviation of `1/√fan-in`, norms at 1, biases at 0.
fn weights() -> Vec<u8> {
    let mut shapes: Vec<(String, Vec<usize>)> = vec![
        ("words.weight".into(), vec![VOCABULARY, TEXT_DIM]),
        ("dit.null_text".into(), vec![TEXT_ROWS, TEXT_DIM]),
        ("dit.scale_shift_table".into(), vec![2, DIM]),
        ("dit.blocks.0.scale_shift_table".into(), vec![6, DIM]),
    ];
    let mut linear = |name: &str, out: usize, inner: usize| {
        shapes.push((format!("{name}.weight"), vec![out, inner]));
        shapes.push((format!("{name}.bias"), vec![out]));
    };
    linear("decoder.proj", DECODED_DIM, TOKEN_DIM);
    linear("dit.patch_embedding", DIM, TOKEN_DIM);
    linear("dit.proj_out", TOKEN_DIM, DIM);
    let embedder = "dit.condition_embedder";
    linear(&format!("{embedder}.time_embedder.linear_1"), DIM, FREQ_DIM);
    linear(&format!("{embedder}.time_embedder.linear_2"), DIM, DIM);
    linear(&format!("{embedder}.time_proj"), 6 * DIM, DIM);
    linear(&format!("{embedder}.text_embedder.linear_1"), DIM, TEXT_DIM);
    linear(&format!("{embedder}.text_embedder.linear_2"), DIM, DIM);
    let block = "dit.blocks.0";
    for attention in ["attn1", "attn2"] {
        for projection in ["to_q", "to_k", "to_v", "to_out.0"] {
            linear(&format!("{block}.{attention}.{projection}"), DIM, DIM);
        }
    }
    linear(&format!("{block}.ffn.net.0.proj"), FFN, DIM);
    linear(&format!("{block}.ffn.net.2"), DIM, FFN);
    for norm in [
        "attn1.norm_q",
        "attn1.norm_k",
        "attn2.norm_q",
        "attn2.norm_k",
        "norm2",
    ] {
        shapes.push((format!("{block}.{norm}.weight"), vec![DIM]));
    }
    shapes.push((format!("{block}.norm2.bias"), vec![DIM]));

    let bytes: Vec<(String, Vec<usize>, Vec<u8>)> = (0u64..)
        .zip(shapes)
        .map(|(seed, (name, shape))| {
            let count = shape.iter().product();
            let values = if name.contains("norm") && name.ends_with("weight") {
                vec![1.0; count]
            } else if name.ends_with("bias") {
                vec![0.0; count]
            } else {
                let fan_in = *shape.last().unwrap_or(&1) as f32;
                let noise = standard_normal(seed, NoiseStream::Video, 0, count);
                noise.iter().map(|value| value / fan_in.sqrt()).collect()
            };
            let halves = values.iter().map(|&value| half::f16::from_f32(value));
            let bytes = halves.flat_map(half::f16::to_le_bytes);
            (name, shape, bytes.collect())
        })
        .collect();
    let views = bytes.iter().map(|(name, shape, bytes)| {
        let view = TensorView::new(Dtype::F16, shape.clone(), bytes);
        (name.clone(), view.unwrap())
    });
    safetensors::serialize(views, None).unwrap()
}
