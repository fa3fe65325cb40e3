//! Memory planner: values with overlapping lifetimes never overlap in memory, and memory is reused.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use std::ops::Range;

use kinora_engine::{Epilogue, Graph, Program, Region, Value};

/// Random generator of graph shapes.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

fn random_graph(seed: u64) -> Graph {
    let mut random = Random(seed);
    let mut graph = Graph::new("random");
    let mut values = vec![
        graph.input("x", &[8, 64]).unwrap(),
        graph.state("z", &[8, 64]).unwrap(),
    ];
    for _ in 0..3 + random.below(40) {
        let a = values[random.below(values.len())];
        let b = values[random.below(values.len())];
        let rows = graph.shape(a)[0];
        let value = match random.below(6) {
            0 => graph.scale(a, 0.5),
            1 => graph.activate(a, Epilogue::Silu),
            2 => graph.concat_rows(&[a, b]),
            3 if rows > 1 => {
                let len = 1 + random.below(rows - 1);
                graph.slice_rows(a, random.below(rows - len), len)
            }
            4 => graph.mul(a, a),
            _ => graph.reshape(a, &[rows, 64]),
        };
        values.push(value.unwrap());
    }
    let last = *values.last().unwrap();
    graph.output("last", last).unwrap();
    graph.output("first", values[2]).unwrap();
    let z = graph.find("z").unwrap();
    if let Some(next) = values
        .iter()
        .rev()
        .copied()
        .find(|v| graph.shape(*v) == [8, 64])
    {
        graph.update(z, next).unwrap();
    }
    graph
}

fn overlap(a: Range<usize>, b: Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

fn bytes(region: &Region) -> Range<usize> {
    region.offset..region.offset + region.bytes
}

#[test]
fn regions_with_overlapping_lifetimes_are_disjoint() {
    for seed in 0..400 {
        let program = Program::new(&random_graph(seed));
        let regions: Vec<(Value, Region)> = program.regions().collect();
        for (i, (_, a)) in regions.iter().enumerate() {
            assert!(a.offset.is_multiple_of(256) && a.offset + a.bytes <= program.arena_bytes());
            for (_, b) in &regions[..i] {
                let both_live = a.first <= b.last && b.first <= a.last;
                assert!(
                    !both_live || !overlap(bytes(a), bytes(b)),
                    "seed {seed}: {a:?} and {b:?}"
                );
            }
        }
    }
}

#[test]
fn operands_and_results_of_an_op_are_disjoint_and_alive() {
    for seed in 0..400 {
        let program = Program::new(&random_graph(seed));
        let memory = |v: Value| {
            let placement = program.placement(v);
            let region = program.region(placement.root).unwrap();
            let start = region.offset + placement.offset;
            (start..start + 4 * program.len(v), region)
        };
        for (i, node) in program
            .nodes()
            .iter()
            .enumerate()
            .filter(|(_, n)| !program.is_view(n))
        {
            let (out, _) = memory(node.output);
            let mut seen: Vec<Range<usize>> = Vec::new();
            for operand in node.op.operands() {
                let (range, region) = memory(operand);
                assert!(
                    region.first <= i && i <= region.last,
                    "seed {seed}: node {i} reads a dead value"
                );
                assert!(
                    !overlap(range.clone(), out.clone()),
                    "seed {seed}: node {i} writes what it reads"
                );
                let is_concat = node.op.name() == "concat_rows";
                assert!(
                    is_concat || seen.iter().all(|s| !overlap(s.clone(), range.clone())),
                    "seed {seed}: node {i}"
                );
                seen.push(range);
            }
        }
    }
}

#[test]
fn a_long_chain_reuses_two_buffers() {
    let mut graph = Graph::new("chain");
    let mut value = graph.input("x", &[64, 64]).unwrap();
    for _ in 0..50 {
        value = graph.scale(value, 1.1).unwrap();
    }
    graph.output("y", value).unwrap();
    let program = Program::new(&graph);
    assert_eq!(program.unshared_bytes(), 51 * 64 * 64 * 4);
    assert_eq!(
        program.arena_bytes(),
        3 * 64 * 64 * 4,
        "the input and two alternating buffers"
    );
}

#[test]
fn a_program_survives_serialisation() {
    let program = Program::new(&random_graph(7));
    let text = serde_json::to_string(&program).unwrap();
    let again: Program = serde_json::from_str(&text).unwrap();
    assert_eq!(again.arena_bytes(), program.arena_bytes());
    assert_eq!(serde_json::to_string(&again).unwrap(), text);
}

#[test]
fn mismatched_shapes_are_errors() {
    let mut graph = Graph::new("wrong");
    graph.set_scope("blocks.3");
    let x = graph.input("x", &[5, 12]).unwrap();
    let w = graph.weight("w", &[7, 13]).unwrap();
    let error = graph
        .linear(x, w, kinora_engine::Linear::default())
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "linear in \"blocks.3\": x [5, 12] needs w [N, 12], got [7, 13]"
    );
    assert!(graph.slice_rows(x, 3, 3).is_err());
    assert!(graph.input("x", &[1]).is_err());
    assert!(graph.update(x, x).is_err());
}
