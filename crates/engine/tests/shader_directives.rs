//! The shader checks of the build script: each defect is an error with file, line and name.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

#[path = "../build/expand.rs"]
#[allow(dead_code, reason = "the build script uses the rest")]
mod expand;

use std::collections::BTreeMap;

use expand::{Condition, Kernel, Repeat, Space, kernel};

/// Lines that every kernel needs. They take the place of `{}`.
const PARAMS: &str = "struct P {\n    // Elements.\n    count: u32,\n}\n@group(0) @binding(0) var<uniform> params: P;";

/// Expands a kernel `k.wgsl` that may include `shared/s.wgsl`.
fn expand(k: &str, s: &str) -> Result<Kernel, String> {
    let sources = BTreeMap::from([
        ("k.wgsl".to_owned(), k.replace("{}", PARAMS)),
        ("shared/s.wgsl".to_owned(), s.to_owned()),
    ]);
    kernel("k.wgsl", &sources).map_err(|error| error.to_string())
}

fn error(k: &str, s: &str) -> String {
    expand(k, s).unwrap_err()
}

#[test]
fn an_undeclared_flag_is_an_error() {
    assert_eq!(
        error(
            "// K\n#flags BIAS\n#if BIAS\na\n#elif BIAZ\nb\n#endif\n{}",
            ""
        ),
        "shaders/k.wgsl:5: the flag BIAZ is not declared by a #flags line of this file"
    );
    // A file declares its own flags: the includer's do not count.
    assert_eq!(
        error(
            "// K\n#flags BIAS\n#if BIAS\n#endif\n#include shared/s.wgsl\n{}",
            "// S\n#if BIAS\n#endif"
        ),
        "shaders/shared/s.wgsl:2: the flag BIAS is not declared by a #flags line of this file"
    );
    // Also where the text is never used.
    assert_eq!(
        error(
            "// K\n#include shared/s.wgsl without A\n{}",
            "// S\n#flags A\n#if A\n#if B\n#endif\n#endif"
        ),
        "shaders/shared/s.wgsl:4: the flag B is not declared by a #flags line of this file"
    );
}

#[test]
fn an_unused_declaration_is_an_error() {
    assert_eq!(
        error("// K\n#flags BIAS MUL\n#if BIAS\n#endif\n{}", ""),
        "shaders/k.wgsl:2: the flag MUL is declared and never used"
    );
    assert_eq!(
        error("// K\n#constants N K\nlet a = N;\n{}", ""),
        "shaders/k.wgsl:2: the constant K is declared and never used"
    );
    assert_eq!(
        error(
            "// K\n#flags A\n#include shared/s.wgsl\n{}",
            "// S\n#flags A\n#if A\n#endif"
        ),
        "shaders/k.wgsl:2: the flag A is declared and never used"
    );
    assert_eq!(
        error(
            "// K\n#include shared/s.wgsl without B\n{}",
            "// S\n#flags A\n#if A\n#endif"
        ),
        "shaders/k.wgsl:2: shared/s.wgsl has no flag B to leave out"
    );
}

#[test]
fn an_unknown_name_in_upper_case_is_an_error() {
    assert_eq!(
        error("// K\n#constants WIDTH\nlet a = WIDHT / WIDTH;\n{}", ""),
        "shaders/k.wgsl:3: WIDHT is neither a #constants name nor declared"
    );
    assert!(
        expand(
            "// K\nconst A: u32 = 1u;\nalias B = f32;\nlet a: B = A;\n{}",
            ""
        )
        .is_ok()
    );
}

#[test]
fn malformed_directives_are_errors() {
    let cases = [
        ("// K\n#iff A\n{}", "2: \"#iff A\" is not a directive"),
        ("// K\n#if\n{}", "2: \"#if\" is not a directive"),
        ("// K\n#flags\n{}", "2: \"#flags\" is not a directive"),
        ("// K\n#flags A A\n{}", "2: the flag A is declared twice"),
        ("// K\n#flags A\n#if A\n{}", "3: the #if has no #endif"),
        ("// K\n#else\n{}", "2: #else without #if"),
        ("// K\n#endif\n{}", "2: #endif without #if"),
        (
            "// K\n#include shared/t.wgsl\n{}",
            "2: there is no file shared/t.wgsl",
        ),
        ("// K\n#include k.wgsl\n{}", "2: k.wgsl includes itself"),
        (
            "// K\n#include shared/s.wgsl with A\n{}",
            "2: #include takes a path and `without` with flags",
        ),
        ("// K\n#repeat I 3\na\n", "3: a #repeat has no #end"),
        (
            "// K\n#repeat I 3\n#if A\n#end\n{}",
            "3: #if inside #repeat",
        ),
        (
            "// K\n#repeat I many\na\n#end\n{}",
            "3: the count many is not a number, a constant, or a constant by a number",
        ),
        (
            "// K\n@group(0) @binding(1) var<storage> x: array<f32>;\n{}",
            "2: a binding is one line of the form @group(0) @binding(N) var<SPACE> name: type;",
        ),
        (
            "// K\n{}\n@group(0) @binding(0) var<storage, read> x: array<f32>;",
            "7: the binding 0 or the name x is declared twice",
        ),
        (
            "// K\nfn main() {\n}",
            "1: the kernel has no uniform binding",
        ),
    ];
    for (source, expected) in cases {
        assert_eq!(
            error(source, "// S"),
            format!("shaders/k.wgsl:{expected}"),
            "{source}"
        );
    }
}

#[test]
fn branches_become_conditions() {
    let source = "// K\n#flags A B\n#if A\na\n#elif B\nb\n#else\nc\n#endif\nd\n{}";
    let kernel = expand(source, "").unwrap();
    assert_eq!(kernel.flags, ["A", "B"]);
    let condition = |set, clear| Condition { set, clear };
    let segments: Vec<_> = kernel
        .segments
        .iter()
        .map(|s| (s.condition, s.text.as_str()))
        .collect();
    assert_eq!(segments[0], (condition(1, 0), "a\n"));
    assert_eq!(segments[1], (condition(2, 1), "b\n"));
    assert_eq!(segments[2], (condition(0, 3), "c\n"));
    assert_eq!(segments[3].0, condition(0, 0));
    assert!(segments[3].1.starts_with("d\nstruct P {"));
}

#[test]
fn a_flag_that_an_include_leaves_out_is_off() {
    let shared = "// S\n#flags A B\n#if A\na\n#elif B\nb\n#else\nc\n#endif";
    let kernel = expand("// K\n#include shared/s.wgsl without A\n{}", shared).unwrap();
    assert_eq!(kernel.flags, ["B"]);
    let texts: Vec<_> = kernel.segments.iter().map(|s| s.text.as_str()).collect();
    assert_eq!(texts[..2], ["b\n", "c\n"]);
}

#[test]
fn declarations_reach_the_host() {
    let source = "// Adds.\n#flags A\n#constants N\n{}\n#if A\n@group(0) @binding(3) var<storage, ACCESS> x: array<f32>;\n#endif\n#repeat I N/4\nlet a_$I = b_#I/4#[#I%4#];\n#end";
    let kernel = expand(source, "").unwrap();
    assert_eq!(kernel.summary, "Adds.");
    assert_eq!(kernel.constants, [("N".to_owned(), Condition::default())]);
    assert_eq!(kernel.params.name, "P");
    assert_eq!(kernel.params.fields[0].name, "count");
    assert_eq!(kernel.params.fields[0].doc, "Elements.");
    let x = &kernel.bindings[1];
    assert_eq!(
        (x.index, x.name.as_str(), x.space),
        (3, "x", Space::ByOperand)
    );
    assert_eq!(x.condition, Condition { set: 1, clear: 0 });
    let last = kernel.segments.last().unwrap();
    assert_eq!(
        last.repeat,
        Repeat::Constant {
            position: 0,
            divisor: 4
        }
    );
    assert_eq!(last.text, "let a_$ = b_#[?];\n");
}
