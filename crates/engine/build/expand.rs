//! Expands one kernel: resolves includes and conditions, and checks every name against its declaration.
//!
//! Directives, each on a line of its own:
//!
//! - `#flags A B`: the switches that this file tests. Each must be tested in this file.
//! - `#constants N K`: `u32` constants that the host supplies. Each must be read in this file.
//! - `#include PATH [without A B]`: inserts a file of `shaders/`. Its flags become flags of the kernel, except those after
//!   `without`, which are off in the included text.
//! - `#if FLAG`, `#elif FLAG`, `#else`, `#endif`.
//! - `#repeat I COUNT` … `#end`: repeats the lines between with `$I`, `#I/4#` and `#I%4#` replaced by 0..COUNT, that number
//!   divided by 4, and its remainder. COUNT is a number, a constant, or a constant divided by a number.
//!
//! A binding is one line. Its address space is `uniform`, `storage, read_write` (written by the kernel), `storage, read`
//! (always a weight), or `storage, ACCESS`: `read` for a weight, `read_write` for a value of the arena.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A kernel, ready to be written as Rust.
#[derive(Debug, PartialEq)]
pub struct Kernel {
    /// File name without its extension.
    pub name: String,
    /// First comment line of the file.
    pub summary: String,
    /// All flags of the kernel. Their positions are the bits of a [`Condition`].
    pub flags: Vec<String>,
    /// Constants with the condition under which the shader declares them.
    pub constants: Vec<(String, Condition)>,
    /// Bindings of group 0, in order of declaration.
    pub bindings: Vec<Binding>,
    /// The struct of the uniform binding.
    pub params: Params,
    /// The text, in order.
    pub segments: Vec<Segment>,
}

/// Flags that must be on (`set`) and off (`clear`), as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    pub set: u16,
    pub clear: u16,
}

/// One binding of group 0.
#[derive(Debug, PartialEq)]
pub struct Binding {
    pub index: u32,
    pub name: String,
    /// WGSL type.
    pub ty: String,
    pub space: Space,
    pub condition: Condition,
}

/// Address space and access mode of a binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Space {
    Uniform,
    Read,
    ReadWrite,
    /// `read` for a weight, `read_write` otherwise.
    ByOperand,
}

/// The uniform struct of a kernel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params {
    pub name: String,
    pub fields: Vec<Field>,
}

/// One field of [`Params`].
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub name: String,
    /// "u32" or "f32".
    pub ty: String,
    /// The comment above it.
    pub doc: String,
}

/// Lines under one condition.
#[derive(Debug, PartialEq)]
pub struct Segment {
    pub condition: Condition,
    pub repeat: Repeat,
    /// WGSL without comments. In a repeated segment `$` stands for the index, `#` for index / 4, `?` for index % 4.
    pub text: String,
}

/// How often a segment occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Once, as it is.
    Once,
    Times(u8),
    /// The value of a constant, by its position in [`Kernel::constants`], divided by a number.
    Constant {
        position: usize,
        divisor: u8,
    },
}

/// A defect of a shader, with its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub file: String,
    pub line: usize,
    pub message: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "shaders/{}:{}: {}", self.file, self.line, self.message)
    }
}

/// Expands `file` with its includes. `sources` maps paths below `shaders/` to texts.
pub fn kernel(file: &str, sources: &BTreeMap<String, String>) -> Result<Kernel, Error> {
    let mut expansion = Expansion {
        sources,
        open_files: Vec::new(),
        lines: Vec::new(),
        declared: BTreeSet::new(),
        kernel: Kernel {
            name: file.trim_end_matches(".wgsl").to_owned(),
            summary: String::new(),
            flags: Vec::new(),
            constants: Vec::new(),
            bindings: Vec::new(),
            params: Params::default(),
            segments: Vec::new(),
        },
    };
    expansion.file(file, Some(Condition::default()), &BTreeSet::new())?;
    expansion.finish(file)
}

/// A line of WGSL under its condition.
struct Line {
    file: String,
    number: usize,
    condition: Condition,
    repeat: Option<Loop>,
    text: String,
}

/// The `#repeat` around a line. `id` tells neighbouring loops apart.
#[derive(Clone, PartialEq)]
struct Loop {
    id: usize,
    variable: String,
    count: String,
}

/// The state of an `#if` chain.
struct Branch {
    /// Holds where no branch so far was taken; None if that never happens.
    rest: Option<Condition>,
    /// Holds in the current branch; None if it is never taken.
    here: Option<Condition>,
    has_else: bool,
    line: usize,
}

struct Expansion<'a> {
    sources: &'a BTreeMap<String, String>,
    open_files: Vec<String>,
    lines: Vec<Line>,
    /// Names of `const`, `alias` and `struct` declarations.
    declared: BTreeSet<String>,
    kernel: Kernel,
}

impl Expansion<'_> {
    /// Appends a file. `outer` is the condition of its `#include`, None if that never holds; `absent` holds the flags that
    /// are off in it. Returns the flags that the file and its includes declare.
    fn file(
        &mut self,
        file: &str,
        outer: Option<Condition>,
        absent: &BTreeSet<String>,
    ) -> Result<BTreeSet<String>, Error> {
        let error = |line: usize, message: String| Error {
            file: file.to_owned(),
            line,
            message,
        };
        let source = self
            .sources
            .get(file)
            .ok_or_else(|| error(1, "the file does not exist".to_owned()))?;
        self.open_files.push(file.to_owned());
        if self.open_files.len() == 1 {
            let first = source.lines().next().unwrap_or_default();
            self.kernel.summary = first.trim_start_matches('/').trim().to_owned();
        }
        let mut flags: BTreeMap<String, usize> = BTreeMap::new();
        let mut constants: BTreeMap<String, usize> = BTreeMap::new();
        let mut used: BTreeSet<String> = BTreeSet::new();
        let mut inherited: BTreeSet<String> = BTreeSet::new();
        let mut branches: Vec<Branch> = Vec::new();
        let mut repeat: Option<Loop> = None;
        for (index, line) in source.lines().enumerate() {
            let number = index + 1;
            let error = |message: String| error(number, message);
            let here = branches.last().map_or(outer, |branch| branch.here);
            let code = line.split("//").next().unwrap_or_default().trim();
            let mut words = code.split_whitespace();
            let directive = words.next().unwrap_or_default();
            let words: Vec<&str> = words.collect();
            if repeat.is_some() && directive.starts_with('#') && directive != "#end" {
                return Err(error(format!("{directive} inside #repeat")));
            }
            match (directive, &*words) {
                ("", _) => {}
                ("#flags", names @ [_, ..]) => {
                    for name in names {
                        if flags.insert((*name).to_owned(), number).is_some() {
                            return Err(error(format!("the flag {name} is declared twice")));
                        }
                        if !absent.contains(*name) {
                            self.declare_flag(name).map_err(error)?;
                        }
                    }
                }
                ("#constants", names @ [_, ..]) => {
                    for name in names {
                        let known = self.kernel.constants.iter().any(|(n, _)| n == name);
                        if known {
                            return Err(error(format!("the constant {name} is declared twice")));
                        }
                        constants.insert((*name).to_owned(), number);
                        if let Some(condition) = here {
                            self.kernel.constants.push(((*name).to_owned(), condition));
                        }
                    }
                }
                ("#include", [path, rest @ ..]) => {
                    if self.open_files.iter().any(|open| open == path) {
                        return Err(error(format!("{path} includes itself")));
                    }
                    if !self.sources.contains_key(*path) {
                        return Err(error(format!("there is no file {path}")));
                    }
                    let without = match rest {
                        [] => &[][..],
                        ["without", names @ ..] if !names.is_empty() => names,
                        _ => {
                            let message = "#include takes a path and `without` with flags";
                            return Err(error(message.to_owned()));
                        }
                    };
                    let mut off = absent.clone();
                    off.extend(without.iter().map(|name| (*name).to_owned()));
                    let known = self.file(path, here, &off)?;
                    for name in without {
                        if !known.contains(*name) {
                            let message = format!("{path} has no flag {name} to leave out");
                            return Err(error(message));
                        }
                    }
                    inherited.extend(known.into_iter().filter(|f| !without.contains(&f.as_str())));
                }
                ("#if", [flag]) => {
                    self.check_declared(flag, &flags).map_err(error)?;
                    used.insert((*flag).to_owned());
                    let mut branch = Branch {
                        rest: here,
                        here,
                        has_else: false,
                        line: number,
                    };
                    self.take(&mut branch, flag, absent);
                    branches.push(branch);
                }
                ("#elif", [flag]) => {
                    self.check_declared(flag, &flags).map_err(error)?;
                    used.insert((*flag).to_owned());
                    let mut branch = branches
                        .pop()
                        .ok_or_else(|| error("#elif without #if".to_owned()))?;
                    if branch.has_else {
                        return Err(error("#elif after #else".to_owned()));
                    }
                    self.take(&mut branch, flag, absent);
                    branches.push(branch);
                }
                ("#else", []) => match branches.last_mut() {
                    Some(branch) if !branch.has_else => {
                        branch.here = branch.rest;
                        branch.has_else = true;
                    }
                    _ => return Err(error("#else without #if".to_owned())),
                },
                ("#endif", []) => {
                    branches
                        .pop()
                        .ok_or_else(|| error("#endif without #if".to_owned()))?;
                }
                ("#repeat", [variable, count]) => {
                    repeat = Some(Loop {
                        id: self.lines.len(),
                        variable: (*variable).to_owned(),
                        count: (*count).to_owned(),
                    });
                }
                ("#end", []) => {
                    repeat
                        .take()
                        .ok_or_else(|| error("#end without #repeat".to_owned()))?;
                }
                (directive, _) if directive.starts_with('#') && repeat.is_none() => {
                    return Err(error(format!("{code:?} is not a directive")));
                }
                _ => {
                    used.extend(names(code, repeat.as_ref().map_or("", |r| &r.variable)));
                    if let Some(r) = &repeat {
                        used.extend(names(&r.count, ""));
                    }
                    self.declared.extend(declaration(code));
                    if let Some(condition) = here {
                        self.lines.push(Line {
                            file: file.to_owned(),
                            number,
                            condition,
                            repeat: repeat.clone(),
                            text: line.trim_end().to_owned(),
                        });
                    }
                }
            }
        }
        if let Some(branch) = branches.last() {
            return Err(error(branch.line, "the #if has no #endif".to_owned()));
        }
        if repeat.is_some() {
            return Err(error(
                source.lines().count(),
                "a #repeat has no #end".to_owned(),
            ));
        }
        for (kind, names) in [("flag", &flags), ("constant", &constants)] {
            if let Some((name, line)) = names.iter().find(|(name, _)| !used.contains(*name)) {
                let message = format!("the {kind} {name} is declared and never used");
                return Err(error(*line, message));
            }
        }
        self.open_files.pop();
        inherited.extend(flags.into_keys());
        Ok(inherited)
    }

    fn declare_flag(&mut self, name: &str) -> Result<(), String> {
        if !self.kernel.flags.iter().any(|flag| flag == name) {
            self.kernel.flags.push(name.to_owned());
        }
        if self.kernel.flags.len() > 16 {
            return Err("a kernel has at most 16 flags".to_owned());
        }
        Ok(())
    }

    fn check_declared(&self, flag: &str, flags: &BTreeMap<String, usize>) -> Result<(), String> {
        if flags.contains_key(flag) {
            return Ok(());
        }
        Err(format!(
            "the flag {flag} is not declared by a #flags line of this file"
        ))
    }

    /// Moves a chain into the branch of `flag`.
    fn take(&self, branch: &mut Branch, flag: &str, absent: &BTreeSet<String>) {
        let Some(rest) = branch.rest else {
            branch.here = None;
            return;
        };
        if absent.contains(flag) {
            branch.here = None;
            return;
        }
        let position = self.kernel.flags.iter().position(|f| f == flag);
        let bit = 1 << position.expect("a declared flag that is not absent has a bit");
        let with = Condition {
            set: rest.set | bit,
            ..rest
        };
        let without = Condition {
            clear: rest.clear | bit,
            ..rest
        };
        branch.here = with.possible();
        branch.rest = without.possible();
    }

    /// Splits the lines into bindings and segments, and checks all names in them.
    fn finish(mut self, file: &str) -> Result<Kernel, Error> {
        let lines = std::mem::take(&mut self.lines);
        let host = |name: &str| self.kernel.constants.iter().any(|(n, _)| n == name);
        for line in &lines {
            let variable = line.repeat.as_ref().map_or("", |r| &r.variable);
            let code = line.text.split("//").next().unwrap_or_default();
            for name in names(code, variable) {
                let is_binding = code.trim_start().starts_with("@group") && name == "ACCESS";
                if !host(&name) && !self.declared.contains(&name) && !is_binding {
                    let message = format!("{name} is neither a #constants name nor declared");
                    return Err(line.error(message));
                }
            }
        }
        let mut previous: Option<(Condition, Option<Loop>)> = None;
        for line in &lines {
            let code = line.text.split("//").next().unwrap_or_default().trim();
            if code.starts_with("@group") || code.starts_with("@binding") {
                self.binding(line, code)?;
                continue;
            }
            let key = (line.condition, line.repeat.clone());
            if previous.as_ref() != Some(&key) {
                let repeat = self.repeat(line)?;
                self.kernel.segments.push(Segment {
                    condition: line.condition,
                    repeat,
                    text: String::new(),
                });
                previous = Some(key);
            }
            let segment = self.kernel.segments.last_mut().expect("one was pushed");
            segment.text.push_str(&match &line.repeat {
                None => code.to_owned(),
                Some(Loop { variable, .. }) => code
                    .replace(&format!("${variable}"), "$")
                    .replace(&format!("#{variable}/4#"), "#")
                    .replace(&format!("#{variable}%4#"), "?"),
            });
            segment.text.push('\n');
        }
        self.params(file, &lines)?;
        Ok(self.kernel)
    }

    fn binding(&mut self, line: &Line, code: &str) -> Result<(), Error> {
        let parsed = parse_binding(code).ok_or_else(|| {
            let form = "@group(0) @binding(N) var<SPACE> name: type;";
            line.error(format!("a binding is one line of the form {form}"))
        })?;
        let (index, name, ty, space) = parsed;
        let taken = |b: &Binding| b.index == index || b.name == name;
        if self.kernel.bindings.iter().any(taken) {
            let message = format!("the binding {index} or the name {name} is declared twice");
            return Err(line.error(message));
        }
        self.kernel.bindings.push(Binding {
            index,
            name,
            ty,
            space,
            condition: line.condition,
        });
        Ok(())
    }

    fn repeat(&self, line: &Line) -> Result<Repeat, Error> {
        let Some(Loop { count, .. }) = &line.repeat else {
            return Ok(Repeat::Once);
        };
        if let Ok(times) = count.parse() {
            return Ok(Repeat::Times(times));
        }
        let (name, divisor) = count.split_once('/').unwrap_or((count, "1"));
        let position = self.kernel.constants.iter().position(|(n, _)| n == name);
        match (position, divisor.parse()) {
            (Some(position), Ok(divisor)) if divisor > 0 => {
                Ok(Repeat::Constant { position, divisor })
            }
            _ => Err(line.error(format!(
                "the count {count} is not a number, a constant, or a constant by a number"
            ))),
        }
    }

    /// Reads the struct of the uniform binding.
    fn params(&mut self, file: &str, lines: &[Line]) -> Result<(), Error> {
        let uniform = self
            .kernel
            .bindings
            .iter()
            .find(|b| b.space == Space::Uniform);
        let name = match uniform {
            Some(binding) => binding.ty.clone(),
            None => {
                return Err(Error {
                    file: file.to_owned(),
                    line: 1,
                    message: "the kernel has no uniform binding".to_owned(),
                });
            }
        };
        let head = format!("struct {name} {{");
        let start = lines.iter().position(|l| l.text.trim() == head);
        let Some(start) = start else {
            return Err(Error {
                file: file.to_owned(),
                line: 1,
                message: format!("no line `{head}` declares the struct of the uniform binding"),
            });
        };
        // Comment lines carry no code and are absent from `lines`: the source has them.
        let origin = &lines[start];
        let mut fields = Vec::new();
        let mut doc: Vec<&str> = Vec::new();
        let source = self.sources[&origin.file].lines().enumerate();
        for (index, line) in source.skip(origin.number) {
            let line = line.trim();
            if line == "}" {
                break;
            }
            if let Some(comment) = line.strip_prefix("//") {
                doc.push(comment.trim());
                continue;
            }
            let field = line.strip_suffix(',').and_then(|l| l.split_once(": "));
            match field {
                Some((name, ty @ ("u32" | "f32"))) => fields.push(Field {
                    name: name.to_owned(),
                    ty: ty.to_owned(),
                    doc: std::mem::take(&mut doc).join(" "),
                }),
                _ => {
                    return Err(Error {
                        file: origin.file.clone(),
                        line: index + 1,
                        message: "a parameter is a u32 or f32 field that ends with a comma"
                            .to_owned(),
                    });
                }
            }
        }
        if fields.len() > 8 {
            return Err(origin.error("a kernel has at most 8 parameters".to_owned()));
        }
        self.kernel.params = Params { name, fields };
        Ok(())
    }
}

impl Condition {
    fn possible(self) -> Option<Self> {
        (self.set & self.clear == 0).then_some(self)
    }
}

impl Line {
    fn error(&self, message: String) -> Error {
        Error {
            file: self.file.clone(),
            line: self.number,
            message,
        }
    }
}

/// Names in upper case in `code`: constants, aliases and ACCESS. `variable` is the index of the `#repeat` around it.
fn names<'a>(code: &'a str, variable: &'a str) -> impl Iterator<Item = String> + 'a {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    code.split(move |c: char| !is_word(c))
        .filter(|word| word.starts_with(|c: char| c.is_ascii_uppercase()))
        .filter(|word| !word.contains(|c: char| c.is_ascii_lowercase()))
        .filter(move |word| *word != variable)
        .map(str::to_owned)
}

/// The name that a `const`, an `alias` or a `struct` declares.
fn declaration(code: &str) -> Option<String> {
    let (keyword, rest) = code.split_once(' ')?;
    let declares = matches!(keyword, "const" | "alias" | "struct");
    declares.then(|| rest.split([':', ' ']).next().unwrap_or_default().to_owned())
}

fn parse_binding(code: &str) -> Option<(u32, String, String, Space)> {
    let rest = code.strip_prefix("@group(0) @binding(")?;
    let (index, rest) = rest.split_once(") var<")?;
    let (space, rest) = rest.split_once("> ")?;
    let (name, ty) = rest.strip_suffix(';')?.split_once(": ")?;
    let space = match space {
        "uniform" => Space::Uniform,
        "storage, read" => Space::Read,
        "storage, read_write" => Space::ReadWrite,
        "storage, ACCESS" => Space::ByOperand,
        _ => return None,
    };
    Some((index.parse().ok()?, name.to_owned(), ty.to_owned(), space))
}
