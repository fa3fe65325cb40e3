//! The shader room: sources, a small preprocessor, and reflection of the bindings.
//!
//! Directives, each on a line of its own: `#include path` (or `#include CORE`), `#if FLAG` / `#elif FLAG` / `#else` /
//! `#endif`, and `#repeat I COUNT` / `#end`, whose body is repeated with `$I` (and `#I/4#`, `#I%4#`) replaced by
//! 0..COUNT, where COUNT is a number, a constant, or a constant divided by 4. Constants and aliases become WGSL
//! declarations before the source, so that a shader needs no other substitution.

use std::fmt::Write as _;

/// A kernel with everything that makes one pipeline of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Kernel {
    /// The name of the file without its ending.
    pub name: &'static str,
    /// Directives `#if` see these.
    pub flags: Vec<&'static str>,
    /// `const NAME: u32`.
    pub constants: Vec<(&'static str, u32)>,
    /// `alias NAME = type`.
    pub aliases: Vec<(&'static str, &'static str)>,
    /// What `#include CORE` means.
    pub core: &'static str,
}

impl Kernel {
    /// A kernel without options.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    /// Adds a constant.
    pub fn constant(mut self, name: &'static str, value: usize) -> Self {
        self.constants.push((name, value as u32));
        self
    }

    /// Adds a flag if `on`.
    pub fn flag(mut self, name: &'static str, on: bool) -> Self {
        if on {
            self.flags.push(name);
        }
        self
    }

    /// Adds an alias.
    pub fn alias(mut self, name: &'static str, target: &'static str) -> Self {
        self.aliases.push((name, target));
        self
    }

    /// The WGSL of the pipeline.
    pub fn source(&self) -> String {
        let mut lines = Vec::new();
        self.include(source_of(self.name), &mut lines);
        let mut wgsl = String::new();
        for (name, value) in &self.constants {
            writeln!(wgsl, "const {name}: u32 = {value}u;").expect("strings take everything");
        }
        for (name, target) in &self.aliases {
            writeln!(wgsl, "alias {name} = {target};").expect("strings take everything");
        }
        wgsl.push_str(&self.repeat(&self.choose(&lines)));
        wgsl
    }

    fn include<'a>(&self, source: &'a str, lines: &mut Vec<&'a str>) {
        for line in source.lines() {
            match line.strip_prefix("#include ") {
                Some("CORE") => self.include(source_of(self.core), lines),
                Some(path) => self.include(source_of(path.trim_end_matches(".wgsl")), lines),
                None => lines.push(line),
            }
        }
    }

    /// Keeps the lines whose conditions hold.
    fn choose<'a>(&self, lines: &[&'a str]) -> Vec<&'a str> {
        // Per open #if: is a branch taken now, and was one taken before?
        let mut open: Vec<(bool, bool)> = Vec::new();
        let mut kept = Vec::new();
        for line in lines {
            let mut words = line.split_whitespace();
            match (words.next(), words.next()) {
                (Some("#if"), Some(flag)) => {
                    let on = self.flags.contains(&flag);
                    open.push((on, on));
                }
                (Some("#elif"), Some(flag)) => {
                    let (now, taken) = open.last_mut().expect("#elif follows #if");
                    *now = !*taken && self.flags.contains(&flag);
                    *taken |= *now;
                }
                (Some("#else"), None) => {
                    let (now, taken) = open.last_mut().expect("#else follows #if");
                    *now = !*taken;
                }
                (Some("#endif"), None) => {
                    open.pop().expect("#endif follows #if");
                }
                _ if open.iter().all(|(now, _)| *now) => kept.push(*line),
                _ => {}
            }
        }
        assert!(open.is_empty(), "an #if is not closed in {}", self.name);
        kept
    }

    /// Unrolls the repeated lines.
    fn repeat(&self, lines: &[&str]) -> String {
        let mut out = String::new();
        let mut lines = lines.iter();
        while let Some(line) = lines.next() {
            let Some(rest) = line.strip_prefix("#repeat ") else {
                writeln!(out, "{line}").expect("strings take everything");
                continue;
            };
            let (variable, count) = rest
                .split_once(' ')
                .expect("#repeat takes a name and a count");
            let body: Vec<&str> = lines
                .by_ref()
                .take_while(|l| **l != "#end")
                .copied()
                .collect();
            for i in 0..self.count(count) {
                for line in &body {
                    let line = line
                        .replace(&format!("${variable}"), &i.to_string())
                        .replace(&format!("#{variable}/4#"), &(i / 4).to_string())
                        .replace(&format!("#{variable}%4#"), &(i % 4).to_string());
                    writeln!(out, "{line}").expect("strings take everything");
                }
            }
        }
        out
    }

    fn count(&self, text: &str) -> u32 {
        let (name, divisor) = text
            .split_once('/')
            .map_or((text, 1), |(n, d)| (n, d.parse().expect("a number")));
        let constant = || {
            self.constants
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, v)| *v)
        };
        name.parse()
            .ok()
            .or_else(constant)
            .expect("a count is a number or a constant")
            / divisor
    }
}

/// A binding of a shader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Its number in group 0.
    pub index: u32,
    /// Its name.
    pub name: String,
    /// True for the uniform block, false for a storage buffer.
    pub uniform: bool,
}

/// The bindings that a source declares, each on one line.
pub fn bindings(source: &str) -> Vec<Binding> {
    let one = |line: &str| {
        let rest = line.strip_prefix("@group(0) @binding(")?;
        let (index, rest) = rest.split_once(") var<")?;
        let (class, rest) = rest.split_once("> ")?;
        let (name, _) = rest.split_once(':')?;
        Some(Binding {
            index: index.parse().ok()?,
            name: name.to_owned(),
            uniform: class == "uniform",
        })
    };
    source.lines().filter_map(one).collect()
}

macro_rules! sources {
    ($($name:literal),* $(,)?) => {
        fn source_of(name: &str) -> &'static str {
            match name {
                $($name => include_str!(concat!("../../../../shaders/", $name, ".wgsl")),)*
                _ => panic!("there is no shader {name}"),
            }
        }
    };
}

sources!(
    "attention",
    "conv",
    "copy",
    "elementwise",
    "embed",
    "gemm",
    "norm_modulate",
    "resample",
    "rope",
    "shared/activation",
    "shared/direct",
    "shared/index",
    "shared/params",
    "shared/store",
    "shared/tile",
);
