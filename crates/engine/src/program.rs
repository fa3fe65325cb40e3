//! Memory planning: resolves views, computes lifetimes, and places all values of a graph in one arena.

use serde::{Deserialize, Serialize};

use crate::graph::{Graph, Node, Value, ValueKind};
use crate::op::Op;
use crate::shape;

/// Alignment of every region of the arena in bytes: WebGPU's storage buffer offset alignment.
pub const ALIGN: usize = 256;

/// Memory of a value: `offset` bytes into that of `root`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    /// The value that owns the memory: itself, or the base of a view.
    pub root: Value,
    /// Offset in bytes.
    pub offset: usize,
}

/// A range of the arena and its lifetime in nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// Offset in bytes.
    pub offset: usize,
    /// Length in bytes, a multiple of [`ALIGN`].
    pub bytes: usize,
    /// First node that writes it.
    pub first: usize,
    /// Last node that reads it; `usize::MAX` if it outlives the run.
    pub last: usize,
}

/// Cost of a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpCost {
    /// The op.
    pub op: String,
    /// Its scope in the network.
    pub scope: String,
    /// Shape of the result.
    pub shape: Vec<usize>,
    /// Multiplications and additions.
    pub flops: f64,
    /// Least number of bytes to read and write. int8 weights count as f32.
    pub bytes: f64,
    /// False for a view, which needs no dispatch.
    pub runs: bool,
}

/// A graph in topological order with views resolved and memory placed in one arena.
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
    /// Plans the memory of a graph.
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
            .map(|i| owned(Value(i as u32)))
            .collect();
        program.order();
        program.separate_results();
        program.assign_offsets();
        program
    }

    /// The source graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Nodes in execution order, views included.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Shape of a value, including those that the planner added.
    pub fn shape(&self, value: Value) -> &[usize] {
        &self.shapes[value.index()]
    }

    /// Number of elements of a value.
    pub fn len(&self, value: Value) -> usize {
        shape::len(self.shape(value))
    }

    /// True if the program has no nodes.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Kind of a value. Values that the planner added are computed.
    pub fn kind(&self, value: Value) -> ValueKind {
        self.graph
            .values()
            .get(value.index())
            .map_or(ValueKind::Computed, |v| v.kind)
    }

    /// Memory of a value.
    pub fn placement(&self, value: Value) -> Placement {
        self.placements[value.index()]
    }

    /// Arena region of a root; None for weights and views.
    pub fn region(&self, root: Value) -> Option<Region> {
        self.regions[root.index()]
    }

    /// All arena regions with their owners.
    pub fn regions(&self) -> impl Iterator<Item = (Value, Region)> + '_ {
        self.regions
            .iter()
            .enumerate()
            .filter_map(|(i, r)| r.map(|r| (Value(i as u32), r)))
    }

    /// Size of the arena in bytes.
    pub fn arena_bytes(&self) -> usize {
        self.arena_bytes
    }

    /// Size of the arena without reuse, in bytes.
    pub fn unshared_bytes(&self) -> usize {
        self.regions().map(|(_, r)| r.bytes).sum()
    }

    /// (state, value) pairs to copy after the last node.
    pub fn updates(&self) -> &[(Value, Value)] {
        &self.updates
    }

    /// Values that outlive a run: outputs and new states.
    pub fn results(&self) -> impl Iterator<Item = Value> + '_ {
        self.outputs
            .iter()
            .map(|(_, v)| *v)
            .chain(self.updates.iter().map(|(_, v)| *v))
    }

    /// Finds an output, an input or a state by name.
    pub fn find(&self, name: &str) -> Option<Value> {
        let output = self
            .outputs
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| *v);
        output.or_else(|| self.graph.find(name))
    }

    /// Finds an input or a state by name.
    pub fn find_writable(&self, name: &str) -> Option<Value> {
        let value = self.graph.find(name)?;
        matches!(self.kind(value), ValueKind::Input | ValueKind::State).then_some(value)
    }

    /// True for a node whose output is a view.
    pub fn is_view(&self, node: &Node) -> bool {
        self.placement(node.output).root != node.output
    }

    /// Costs of all nodes.
    pub fn costs(&self) -> Vec<OpCost> {
        self.nodes.iter().map(|node| self.cost(node)).collect()
    }

    /// FLOPs of a run.
    pub fn flops(&self) -> f64 {
        self.nodes.iter().map(|n| self.cost(n).flops).sum()
    }

    /// Cost of one node.
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

    /// Orders the nodes, resolves views, and copies operands that overlap within one op: WebGPU rejects two writable
    /// bindings of one range.
    fn order(&mut self) {
        for node in self.graph.nodes().to_vec() {
            let Node { mut op, output } = node;
            let mut seen: Vec<(Value, usize, usize)> = Vec::new();
            let mut duplicate = Vec::new();
            for operand in op.operands() {
                let Placement { root, offset } = self.placement(operand);
                let end = offset + 4 * self.len(operand);
                let overlaps = |(r, from, to): &(Value, usize, usize)| {
                    *r == root && offset < *to && *from < end
                };
                duplicate.push(seen.iter().any(overlaps));
                seen.push((root, offset, end));
            }
            let is_concat = matches!(op, Op::ConcatRows { .. });
            let mut position = 0;
            op.each_operand_mut(&mut |v| {
                if duplicate[position] && !is_concat {
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

    /// Copies outputs and new states that are views of a state or an input, before the states change.
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
        self.placements.push(owned(output));
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

    /// Assigns offsets, largest region first: the lowest offset free of regions with an overlapping lifetime.
    fn assign_offsets(&mut self) {
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

fn owned(value: Value) -> Placement {
    Placement {
        root: value,
        offset: 0,
    }
}
