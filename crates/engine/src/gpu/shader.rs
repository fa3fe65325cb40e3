//! Shaders as the build script expanded them, and the WGSL of one kernel: text segments chosen by flags, constants as
//! WGSL declarations, bindings with their access mode.
//!
//! `build/expand.rs` documents the directives of `shaders/*.wgsl` and checks them.

use std::fmt::Write as _;
use std::hash::{Hash, Hasher};

use super::lower::Operand;

/// The uniform block of a dispatch, in words of 32 bits.
pub type ParamWords = [u32; 8];

/// An expanded shader.
#[derive(Debug)]
pub struct Shader {
    name: &'static str,
    constants: &'static [&'static str],
    bindings: &'static [Declaration],
    segments: &'static [Segment],
}

/// Flags that must be on (`set`) and off (`clear`), as bits.
#[derive(Debug)]
struct Condition {
    set: u16,
    clear: u16,
}

/// A binding of group 0.
#[derive(Debug)]
struct Declaration {
    index: u32,
    name: &'static str,
    ty: &'static str,
    space: Space,
    condition: Condition,
}

/// The address space that a binding declares.
#[derive(Debug)]
enum Space {
    Uniform,
    Read,
    ReadWrite,
    /// `read` for a weight, `read_write` for a value of the arena.
    ByOperand,
}

/// Text under a condition.
#[derive(Debug)]
struct Segment {
    condition: Condition,
    repeat: Repeat,
    text: &'static str,
}

/// How often a segment occurs. Copies of a repeated one have `$`, `#` and `?` replaced by i, i / 4 and i % 4.
#[derive(Debug)]
enum Repeat {
    Once,
    Times(u8),
    Constant { position: u8, divisor: u8 },
}

/// A shader with its options: everything that determines one pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kernel {
    shader: &'static Shader,
    flags: u16,
    /// In the order of the shader; None if the shader does not declare it under these flags.
    constants: Vec<Option<u32>>,
    /// Bit i: binding i holds a weight.
    weights: u32,
}

/// Access mode of a binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The uniform block.
    Uniform,
    /// A storage buffer that the shader only reads: weights.
    Read,
    /// A storage buffer in the arena.
    ReadWrite,
}

/// A binding of a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Number in group 0.
    pub index: u32,
    /// Name in the shader.
    pub name: &'static str,
    /// Access mode.
    pub access: Access,
}

impl Kernel {
    fn new(shader: &'static Shader, flags: u16, constants: Vec<Option<u32>>) -> Self {
        Self {
            shader,
            flags,
            constants,
            weights: 0,
        }
    }

    /// File name of the shader without its extension.
    pub fn name(&self) -> &'static str {
        self.shader.name
    }

    /// Marks the bindings that hold weights: they become read-only.
    pub(super) fn with_weights(self, bindings: impl Iterator<Item = u32>) -> Self {
        let weights = bindings.fold(0, |bits, index| bits | 1 << index);
        Self { weights, ..self }
    }

    /// The bindings that the kernel uses.
    pub fn bindings(&self) -> impl Iterator<Item = Binding> {
        self.declarations().map(|d| Binding {
            index: d.index,
            name: d.name,
            access: self.access(d),
        })
    }

    /// The WGSL of the pipeline.
    pub fn source(&self) -> String {
        let mut wgsl = String::new();
        for (name, value) in self.shader.constants.iter().zip(&self.constants) {
            if let Some(value) = value {
                writeln!(wgsl, "const {name}: u32 = {value}u;").expect("strings accept everything");
            }
        }
        for declaration in self.declarations() {
            let Declaration {
                index, name, ty, ..
            } = declaration;
            let space = match self.access(declaration) {
                Access::Uniform => "uniform",
                Access::Read => "storage, read",
                Access::ReadWrite => "storage, read_write",
            };
            writeln!(
                wgsl,
                "@group(0) @binding({index}) var<{space}> {name}: {ty};"
            )
            .expect("strings accept everything");
        }
        for segment in self.shader.segments {
            if segment.condition.holds(self.flags) {
                self.append(segment, &mut wgsl);
            }
        }
        wgsl
    }

    fn declarations(&self) -> impl Iterator<Item = &'static Declaration> {
        let flags = self.flags;
        let declared = self.shader.bindings.iter();
        declared.filter(move |d| d.condition.holds(flags))
    }

    fn access(&self, declaration: &Declaration) -> Access {
        match declaration.space {
            Space::Uniform => Access::Uniform,
            Space::Read => Access::Read,
            Space::ByOperand if self.weights & 1 << declaration.index != 0 => Access::Read,
            Space::ReadWrite | Space::ByOperand => Access::ReadWrite,
        }
    }

    fn append(&self, segment: &Segment, wgsl: &mut String) {
        let times = match segment.repeat {
            Repeat::Once => return wgsl.push_str(segment.text),
            Repeat::Times(times) => u32::from(times),
            Repeat::Constant { position, divisor } => {
                self.constants[usize::from(position)].unwrap_or_default() / u32::from(divisor)
            }
        };
        for i in 0..times {
            for c in segment.text.chars() {
                match c {
                    '$' => write!(wgsl, "{i}"),
                    '#' => write!(wgsl, "{}", i / 4),
                    '?' => write!(wgsl, "{}", i % 4),
                    _ => wgsl.write_char(c),
                }
                .expect("strings accept everything");
            }
        }
    }
}

impl Condition {
    fn holds(&self, flags: u16) -> bool {
        flags & self.set == self.set && flags & self.clear == 0
    }
}

// File names identify shaders.
impl PartialEq for Shader {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Shader {}

impl Hash for Shader {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

include!(concat!(env!("OUT_DIR"), "/shaders.rs"));
