//! A network under construction: a graph, and a prefix that turns short names into weight names.

use kinora_engine::{Epilogue, Graph, GraphError, Linear, Norm, NormModulate, Value};

/// Result of adding something to a graph.
pub type Built = Result<Value, GraphError>;

/// Builds layers whose weights share a prefix.
pub struct Net<'g> {
    /// The graph that grows.
    pub graph: &'g mut Graph,
    prefix: String,
}

impl<'g> Net<'g> {
    /// A network whose weights are named `prefix` + layer + `.weight`; the prefix ends in a dot or is empty.
    pub fn new(graph: &'g mut Graph, prefix: impl Into<String>) -> Self {
        Self {
            graph,
            prefix: prefix.into(),
        }
    }

    /// The same graph, one name deeper.
    pub fn child(&mut self, name: &str) -> Net<'_> {
        let prefix = format!("{}{name}.", self.prefix);
        self.graph.set_scope(prefix.trim_end_matches('.'));
        Net {
            graph: self.graph,
            prefix,
        }
    }

    /// A weight by its short name.
    pub fn weight(&mut self, name: &str, shape: &[usize]) -> Built {
        self.graph.weight(&format!("{}{name}", self.prefix), shape)
    }

    /// `x Wᵀ + b`, x [.., K] → [.., out].
    pub fn linear(&mut self, name: &str, x: Value, out: usize) -> Built {
        self.linear_with(name, x, out, Linear::default())
    }

    /// As [`Net::linear`], with an activation.
    pub fn linear_act(&mut self, name: &str, x: Value, out: usize, epilogue: Epilogue) -> Built {
        self.linear_with(
            name,
            x,
            out,
            Linear {
                epilogue,
                ..Default::default()
            },
        )
    }

    /// A biased linear layer with a fused tail.
    pub fn linear_with(&mut self, name: &str, x: Value, out: usize, tail: Linear) -> Built {
        let bias = Some(self.weight(&format!("{name}.bias"), &[out])?);
        self.matmul(name, x, out, Linear { bias, ..tail })
    }

    /// A linear layer without bias.
    pub fn matmul(&mut self, name: &str, x: Value, out: usize, tail: Linear) -> Built {
        let inner = self.graph.shape(x).last().copied().unwrap_or(1);
        let w = self.weight(&format!("{name}.weight"), &[out, inner])?;
        self.graph.linear(x, w, tail)
    }

    /// RMS norm over the last axis with a learned weight.
    pub fn rms_norm(&mut self, name: &str, x: Value, eps: f32) -> Built {
        let width = self.graph.shape(x).last().copied().unwrap_or(1);
        let weight = Some(self.weight(&format!("{name}.weight"), &[width])?);
        self.graph.norm_modulate(
            x,
            NormModulate {
                weight,
                ..NormModulate::new(Norm::Rms, eps)
            },
        )
    }
}
