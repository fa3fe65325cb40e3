//! A graph with its memory fixed: views resolved, lifetimes computed, everything placed in one arena.

use serde::{Deserialize, Serialize};

use crate::graph::{Graph, Node, Value, ValueKind};
use crate::op::Op;
use crate::shape;

/// Everything in the arena starts on a multiple of this (WebGPU's storage-offset alignment).
pub const ALIGN: usize = 256;

/// Where the numbers of a value lie: in the memory of `root`, from `offset` bytes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    /// The value that owns the memory (itself, unless this is a view).
    pub root: Value,
    /// Bytes from the start of the root.
    pub offset: usize,
}

/// Memory in the arena, and the nodes between which it is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// Bytes from the start of the arena.
    pub offset: usize,
    /// Its length, a multiple of [`ALIGN`].
    pub bytes: usize,
    /// The node that writes it first.
    pub first: usize,
    /// The last node that reads it; `usize::MAX` if it must outlive the run.
    pub last: usize,
}

/// What a node costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpCost {
    /// The op.
    pub op: String,
    /// The part of the network.
    pub scope: String,
    /// The shape of the result.
    pub shape: Vec<usize>,
    /// Multiplications and additions.
    pub flops: f64,
    /// Bytes that must be read and written at least (f32; int8 weights count as f32).
    pub bytes: f64,
    /// False for a view, which runs nothing.
    pub runs: bool,
}

/// A graph that is ready to run: topological order, views, one arena.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Program {
    graph: Graph,
    nodes: Vec<Node>,
    shapes: Vec<Vec<usize>>,
    outputs: Vec<(String, Value)>,
    updates: Vec<(Value, Value)>,
    placements: Vec<Placement>,
    regions: Vec<Option<Region>>,
    arena_bytes: usize,
}

impl Program {
    /// Fixes the memory of a graph.
    pub fn new(graph: &Graph) -> Self {
        let mut program = Self {
            graph: graph.clone(),
            nodes: Vec::with_capacity(graph.nodes().len()),
            shapes: graph.values().iter().map(|v| v.shape.clone()).collect(),
            outputs: graph.outputs().to_vec(),
            updates: graph.updates().to_vec(),
            placements: Vec::new(),
            regions: Vec::new(),
            arena_bytes: 0,
        };
        program.placements = (0..program.shapes.len())
            .map(|i| own(Value(i as u32)))
            .collect();
        program.order();
        program.separate_results();
        program.place();
        program
    }

    /// The graph it came from.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// The nodes in the order in which they run, views included.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The shape of a value (also of those that the planner added).
    pub fn shape(&self, value: Value) -> &[usize] {
        &self.shapes[value.index()]
    }

    /// The number of elements of a value.
    pub fn len(&self, value: Value) -> usize {
        shape::len(self.shape(value))
    }

    /// True if nothing runs.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The kind of a value; what the planner added is computed.
    pub fn kind(&self, value: Value) -> ValueKind {
        self.graph
            .values()
            .get(value.index())
            .map_or(ValueKind::Computed, |v| v.kind)
    }

    /// Where a value lies.
    pub fn placement(&self, value: Value) -> Placement {
        self.placements[value.index()]
    }

    /// The arena memory of a root; None for weights and views.
    pub fn region(&self, root: Value) -> Option<Region> {
        self.regions[root.index()]
    }

    /// All arena memory with its owners.
    pub fn regions(&self) -> impl Iterator<Item = (Value, Region)> + '_ {
        self.regions
            .iter()
            .enumerate()
            .filter_map(|(i, r)| r.map(|r| (Value(i as u32), r)))
    }

    /// The size of the arena.
    pub fn arena_bytes(&self) -> usize {
        self.arena_bytes
    }

    /// The size that the arena would have without reuse.
    pub fn unshared_bytes(&self) -> usize {
        self.regions().map(|(_, r)| r.bytes).sum()
    }

    /// (state, value): copied after the last node.
    pub fn updates(&self) -> &[(Value, Value)] {
        &self.updates
    }

    /// The values that must outlive a run: outputs and new states.
    pub fn results(&self) -> impl Iterator<Item = Value> + '_ {
        self.outputs
            .iter()
            .map(|(_, v)| *v)
            .chain(self.updates.iter().map(|(_, v)| *v))
    }

    /// What the host reads or writes under a name.
    pub fn find(&self, name: &str) -> Option<Value> {
        let output = self
            .outputs
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| *v);
        output.or_else(|| self.graph.find(name))
    }

    /// What the host may write: an input or a state.
    pub fn find_writable(&self, name: &str) -> Option<Value> {
        let value = self.graph.find(name)?;
        matches!(self.kind(value), ValueKind::Input | ValueKind::State).then_some(value)
    }

    /// True for a node that only renames memory.
    pub fn is_view(&self, node: &Node) -> bool {
        self.placement(node.output).root != node.output
    }

    /// The cost of every node.
    pub fn costs(&self) -> Vec<OpCost> {
        self.nodes.iter().map(|node| self.cost(node)).collect()
    }

    /// The arithmetic of a run.
    pub fn flops(&self) -> f64 {
        self.nodes.iter().map(|n| self.cost(n).flops).sum()
    }

    /// The cost of one node.
    pub fn cost(&self, node: &Node) -> OpCost {
        let runs = !self.is_view(node);
        let out = self.len(node.output) as f64;
        let operands: f64 = node.op.operands().iter().map(|v| self.len(*v) as f64).sum();
        let flops = match &node.op {
            Op::Linear { x, .. } => 2.0 * out * shape::cols(self.shape(*x)) as f64,
            Op::Conv { w, .. } => 2.0 * out * self.len(*w) as f64 / self.shape(*w)[0] as f64,
            Op::Attention { q, k, .. } => 4.0 * self.len(*q) as f64 * self.shape(*k)[0] as f64,
            Op::NormModulate { .. } => 8.0 * out,
            Op::Rope { .. } | Op::EulerX0 { .. } | Op::Guide { .. } => 3.0 * out,
            Op::Activate { .. } => 8.0 * out,
            Op::Add { .. } | Op::Mul { .. } | Op::Scale { .. } => out,
            _ => 0.0,
        };
        OpCost {
            op: node.op.name().to_owned(),
            scope: self
                .graph
                .values()
                .get(node.output.index())
                .map(|v| v.name.clone())
                .unwrap_or_default(),
            shape: self.shape(node.output).to_vec(),
            flops,
            bytes: if runs { 4.0 * (out + operands) } else { 0.0 },
            runs,
        }
    }

    /// Resolves views, and gives every op operands that do not overlap: WebGPU refuses two writable bindings of one range.
    fn order(&mut self) {
        for node in self.graph.nodes().to_vec() {
            let Node { mut op, output } = node;
            let mut seen: Vec<(Value, usize, usize)> = Vec::new();
            let mut doubled = Vec::new();
            for operand in op.operands() {
                let Placement { root, offset } = self.placement(operand);
                let end = offset + 4 * self.len(operand);
                let clash = |(r, from, to): &(Value, usize, usize)| {
                    *r == root && offset < *to && *from < end
                };
                doubled.push(seen.iter().any(clash));
                seen.push((root, offset, end));
            }
            let is_concat = matches!(op, Op::ConcatRows { .. });
            let mut position = 0;
            op.each_operand_mut(&mut |v| {
                if doubled[position] && !is_concat {
                    *v = self.copy(*v);
                }
                position += 1;
            });
            if let Some(view) = self.view(&op) {
                self.placements[output.index()] = view;
            }
            self.nodes.push(Node { op, output });
        }
    }

    /// Outputs and new states that lie in a state or an input get memory of their own before the states change.
    fn separate_results(&mut self) {
        let persistent = |p: &Self, v: Value| p.kind(p.placement(v).root) != ValueKind::Computed;
        for i in 0..self.updates.len() {
            if persistent(self, self.updates[i].1) {
                self.updates[i].1 = self.copy(self.updates[i].1);
            }
        }
        for i in 0..self.outputs.len() {
            if persistent(self, self.outputs[i].1) {
                self.outputs[i].1 = self.copy(self.outputs[i].1);
            }
        }
    }

    fn copy(&mut self, x: Value) -> Value {
        let output = Value(self.shapes.len() as u32);
        self.shapes.push(self.shapes[x.index()].clone());
        self.placements.push(own(output));
        self.nodes.push(Node {
            op: Op::Copy { x },
            output,
        });
        output
    }

    fn view(&self, op: &Op) -> Option<Placement> {
        match op {
            Op::Reshape { x } => Some(self.placement(*x)),
            Op::SliceRows { x, start } => {
                let Placement { root, offset } = self.placement(*x);
                let offset = offset + 4 * start * (self.len(*x) / self.shape(*x)[0]);
                offset
                    .is_multiple_of(ALIGN)
                    .then_some(Placement { root, offset })
            }
            _ => None,
        }
    }

    /// Greedy by size: the largest first, each at the lowest offset where nothing that lives at the same time lies.
    fn place(&mut self) {
        let mut regions = self.lifetimes();
        let mut order: Vec<usize> = (0..regions.len())
            .filter(|i| regions[*i].is_some())
            .collect();
        order.sort_by_key(|i| std::cmp::Reverse(regions[*i].map_or(0, |r| r.bytes)));
        let mut placed: Vec<Region> = Vec::new();
        for i in order {
            let Some(region) = &mut regions[i] else {
                continue;
            };
            let mut busy: Vec<(usize, usize)> = placed
                .iter()
                .filter(|p| p.first <= region.last && region.first <= p.last)
                .map(|p| (p.offset, p.offset + p.bytes))
                .collect();
            busy.sort_unstable();
            let mut offset = 0;
            for (from, to) in busy {
                if offset + region.bytes <= from {
                    break;
                }
                offset = offset.max(to);
            }
            region.offset = offset;
            self.arena_bytes = self.arena_bytes.max(offset + region.bytes);
            placed.push(*region);
        }
        self.regions = regions;
    }

    fn lifetimes(&self) -> Vec<Option<Region>> {
        let mut regions: Vec<Option<Region>> = vec![None; self.shapes.len()];
        let bytes = |v: Value| (4 * self.len(v)).next_multiple_of(ALIGN);
        for (i, info) in self.graph.values().iter().enumerate() {
            if matches!(info.kind, ValueKind::Input | ValueKind::State) {
                let bytes = bytes(Value(i as u32));
                regions[i] = Some(Region {
                    offset: 0,
                    bytes,
                    first: 0,
                    last: usize::MAX,
                });
            }
        }
        for (i, node) in self.nodes.iter().enumerate() {
            let root = self.placement(node.output).root;
            if root == node.output {
                regions[root.index()] = Some(Region {
                    offset: 0,
                    bytes: bytes(root),
                    first: i,
                    last: i,
                });
            }
            for operand in node.op.operands() {
                if let Some(region) = &mut regions[self.placement(operand).root.index()] {
                    region.last = region.last.max(i);
                }
            }
        }
        for value in self.results() {
            if let Some(region) = &mut regions[self.placement(value).root.index()] {
                region.last = usize::MAX;
            }
        }
        regions
    }
}

fn own(value: Value) -> Placement {
    Placement {
        root: value,
        offset: 0,
    }
}
