//! The graph of a network: named inputs, states and weights, ops in topological order, outputs and state updates.

use serde::{Deserialize, Serialize};

use crate::op::Op;

/// A tensor of a graph. Valid only with the graph that created it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Value(pub(crate) u32);

impl Value {
    /// The position of the value in [`Graph::values`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Origin of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ValueKind {
    /// Written by the host. Keeps its contents between runs.
    Input,
    /// Resident on the device, readable and writable by the host, replaced by its update at the end of a run.
    State,
    /// Read from [`crate::Weights`] when the graph is loaded.
    Weight,
    /// Computed by a node.
    Computed,
}

/// Name, shape and origin of a value.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ValueInfo {
    /// The name of an input, state or weight; the scope of a computed value.
    pub name: String,
    /// Row-major shape.
    pub shape: Vec<usize>,
    /// Its origin.
    pub kind: ValueKind,
}

impl ValueInfo {
    /// The number of elements.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// True for a tensor without elements, which the builder never creates.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One op and the value it computes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Node {
    /// The op with its operands.
    pub op: Op,
    /// The value that it computes.
    pub output: Value,
}

/// Errors of graph construction.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// The operands of an op do not fit together.
    #[error("{op} in \"{scope}\": {reason}")]
    Shape {
        /// The op.
        op: &'static str,
        /// The scope of the op.
        scope: String,
        /// The mismatch, with the shapes.
        reason: String,
    },
    /// Two values, or two outputs, have the same name.
    #[error("the name \"{0}\" is used twice in the graph")]
    DuplicateName(String),
    /// The target of an update is not a state.
    #[error("\"{0}\" is not a state and cannot be updated")]
    NotAState(String),
}

/// A network of fused ops on row-major f32 tensors. The methods in `builder.rs` add ops and infer their shapes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Graph {
    name: String,
    scope: String,
    values: Vec<ValueInfo>,
    nodes: Vec<Node>,
    outputs: Vec<(String, Value)>,
    updates: Vec<(Value, Value)>,
}

impl Graph {
    /// Creates an empty graph.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// The name of the graph.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Sets the scope of the ops that follow. Errors and costs contain it.
    pub fn set_scope(&mut self, scope: impl Into<String>) {
        self.scope = scope.into();
    }

    /// Declares an input: written by the host, kept until the next write.
    pub fn input(&mut self, name: &str, shape: &[usize]) -> Result<Value, GraphError> {
        self.declare(name, shape, ValueKind::Input)
    }

    /// Declares a state: resident on the device, zero at first, replaced by its [`update`](Self::update) at the end of a run.
    pub fn state(&mut self, name: &str, shape: &[usize]) -> Result<Value, GraphError> {
        self.declare(name, shape, ValueKind::State)
    }

    /// Declares a weight. Declaring the same name and shape again returns the same value.
    pub fn weight(&mut self, name: &str, shape: &[usize]) -> Result<Value, GraphError> {
        let known = self
            .values
            .iter()
            .position(|v| v.name == name && v.kind == ValueKind::Weight && v.shape == shape);
        match known {
            Some(index) => Ok(Value(index as u32)),
            None => self.declare(name, shape, ValueKind::Weight),
        }
    }

    /// Declares an output: the host can read `value` as `name` after a run.
    pub fn output(&mut self, name: &str, value: Value) -> Result<(), GraphError> {
        let taken = self.outputs.iter().any(|(n, _)| n == name)
            || self
                .values
                .iter()
                .any(|v| v.name == name && matches!(v.kind, ValueKind::Input | ValueKind::State));
        if taken {
            return Err(GraphError::DuplicateName(name.to_owned()));
        }
        self.outputs.push((name.to_owned(), value));
        Ok(())
    }

    /// Declares the value that replaces a state at the end of a run. All ops of the run read the old contents.
    pub fn update(&mut self, state: Value, value: Value) -> Result<(), GraphError> {
        if self.info(state).kind != ValueKind::State {
            return Err(GraphError::NotAState(self.info(state).name.clone()));
        }
        if self.info(state).len() != self.info(value).len() {
            let reason = format!(
                "a state of {:?} cannot become {:?}",
                self.shape(state),
                self.shape(value)
            );
            return Err(self.shape_error("update", reason));
        }
        if self.updates.iter().any(|(s, _)| *s == state) {
            return Err(GraphError::DuplicateName(self.info(state).name.clone()));
        }
        self.updates.push((state, value));
        Ok(())
    }

    /// Name, shape and origin of a value.
    pub fn info(&self, value: Value) -> &ValueInfo {
        &self.values[value.index()]
    }

    /// The shape of a value.
    pub fn shape(&self, value: Value) -> &[usize] {
        &self.info(value).shape
    }

    /// All values, indexed by [`Value::index`].
    pub fn values(&self) -> &[ValueInfo] {
        &self.values
    }

    /// All nodes in topological order.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The named outputs.
    pub fn outputs(&self) -> &[(String, Value)] {
        &self.outputs
    }

    /// The updates as (state, new value).
    pub fn updates(&self) -> &[(Value, Value)] {
        &self.updates
    }

    /// Finds an input, a state or an output by name.
    pub fn find(&self, name: &str) -> Option<Value> {
        let output = self
            .outputs
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| *v);
        output.or_else(|| {
            let declared = |v: &ValueInfo| {
                v.name == name && matches!(v.kind, ValueKind::Input | ValueKind::State)
            };
            self.values
                .iter()
                .position(declared)
                .map(|i| Value(i as u32))
        })
    }

    pub(crate) fn push(&mut self, op: Op, shape: Vec<usize>) -> Value {
        let output = Value(self.values.len() as u32);
        self.values.push(ValueInfo {
            name: self.scope.clone(),
            shape,
            kind: ValueKind::Computed,
        });
        self.nodes.push(Node { op, output });
        output
    }

    pub(crate) fn shape_error(&self, op: &'static str, reason: String) -> GraphError {
        GraphError::Shape {
            op,
            scope: self.scope.clone(),
            reason,
        }
    }

    fn declare(
        &mut self,
        name: &str,
        shape: &[usize],
        kind: ValueKind,
    ) -> Result<Value, GraphError> {
        if shape.is_empty() || shape.contains(&0) {
            return Err(self.shape_error(
                "declare",
                format!("\"{name}\" has the empty shape {shape:?}"),
            ));
        }
        let clash = |v: &&ValueInfo| v.name == name && v.kind != ValueKind::Computed;
        if self.values.iter().find(clash).is_some() || self.outputs.iter().any(|(n, _)| n == name) {
            return Err(GraphError::DuplicateName(name.to_owned()));
        }
        let value = Value(self.values.len() as u32);
        self.values.push(ValueInfo {
            name: name.to_owned(),
            shape: shape.to_vec(),
            kind,
        });
        Ok(value)
    }
}
