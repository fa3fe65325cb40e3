//! One program of the studio: from a cargo package to a wasm file with its JavaScript glue.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::Options;
use crate::asset::{self, hash, minify};
use crate::directive::Directive;

const TARGET: &str = "wasm32-unknown-unknown";

/// A `rel="rust"` directive.
pub struct Program {
    bin: String,
    manifest: PathBuf,
    features: String,
    /// Workers are started by their name, so it holds no hash.
    pub worker: bool,
    /// Worker only: also write a script that loads the glue and starts it.
    loader: bool,
    wasm_opt: Vec<String>,
}

/// The files of one program in the output directory.
pub struct Files {
    /// Name of the glue.
    pub js: String,
    /// Name of the program.
    pub wasm: String,
}

/// Compiles programs with one call of cargo, so that what they share is compiled once. Features that only one of them has
/// make the others larger, not slower.
pub fn compile(programs: &[&Program], options: &Options) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["build", "--target", TARGET, "--profile", &options.profile])
        .arg("--target-dir")
        .arg(&options.target_dir)
        .arg("--no-default-features");
    let manifests: BTreeSet<_> = programs.iter().map(|program| &program.manifest).collect();
    let [manifest] = manifests.into_iter().collect::<Vec<_>>()[..] else {
        bail!("the programs come from different packages");
    };
    command.arg("--manifest-path").arg(manifest);
    for program in programs {
        command.args(["--bin", &program.bin, "--features", &program.features]);
    }
    asset::run(&mut command)
}

impl Program {
    /// Reads a directive of a page in `dir`.
    pub fn new(directive: &Directive, dir: &Path) -> Result<Self> {
        let level = directive.get("data-wasm-opt").map(|at| format!("-O{at}"));
        let flags = directive.get("data-wasm-opt-params").unwrap_or_default();
        Ok(Self {
            bin: directive.require("data-bin")?.to_owned(),
            manifest: dir.join(directive.require("href")?),
            features: directive
                .get("data-cargo-features")
                .unwrap_or_default()
                .to_owned(),
            worker: directive.get("data-type") == Some("worker"),
            loader: directive.has("data-loader-shim"),
            wasm_opt: level
                .into_iter()
                .chain(flags.split_whitespace().map(str::to_owned))
                .collect(),
        })
    }

    /// Generates the glue of the compiled program, optimises both files if optimisers are given, and names them.
    pub fn bundle(&self, options: &Options) -> Result<Files> {
        let out = &options.out;
        let built = options.target_dir.join(TARGET).join(&options.profile);
        let compiled = built.join(&self.bin).with_extension("wasm");
        Bindgen::new()
            .input_path(&compiled)
            .web(true)?
            .omit_default_module_path(false)
            .generate(out)
            .with_context(|| format!("wasm-bindgen cannot read {}", compiled.display()))?;
        let js = out.join(&self.bin).with_extension("js");
        let wasm = out.join(format!("{}_bg.wasm", self.bin));
        if let Some(optimisers) = &options.optimisers {
            asset::run(
                Command::new(optimisers.join("wasm-opt"))
                    .args(&self.wasm_opt)
                    .arg(&wasm)
                    .arg("--output")
                    .arg(&wasm),
            )?;
            minify(optimisers, &js)?;
        }
        if self.loader {
            let script = format!("import init from './{}.js';await init();", self.bin);
            fs::write(out.join(format!("{}_loader.js", self.bin)), script)?;
        }
        if self.worker {
            return Ok(self.files(&self.bin));
        }
        let name = format!(
            "{}-{}",
            self.bin,
            hash(&[&fs::read(&js)?, &fs::read(&wasm)?])
        );
        let files = self.files(&name);
        fs::rename(js, out.join(&files.js))?;
        fs::rename(wasm, out.join(&files.wasm))?;
        Ok(files)
    }

    fn files(&self, name: &str) -> Files {
        Files {
            js: format!("{name}.js"),
            wasm: format!("{name}_bg.wasm"),
        }
    }
}
