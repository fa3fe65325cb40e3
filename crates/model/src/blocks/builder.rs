//! A graph under construction with a weight-name prefix, in the manner of candle's `VarBuilder`.

use kinora_engine::{Epilogue, Graph, GraphError, Linear, Norm, NormModulate, Value};

/// Result of adding a node to a graph.
pub type Built = Result<Value, GraphError>;

/// Builds layers whose weights share a prefix.
pub struct GraphBuilder<'g> {
    /// The graph under construction.
    pub graph: &'g mut Graph,
    prefix: String,
}

impl<'g> GraphBuilder<'g> {
    /// Starts with a prefix, which ends in a dot or is empty: weights are named `prefix` + layer + `.weight`.
    pub fn new(graph: &'g mut Graph, prefix: impl Into<String>) -> Self {
        Self {
            graph,
            prefix: prefix.into(),
        }
    }

    /// Returns a builder on the same graph with `name.` appended to the prefix.
    pub fn child(&mut self, name: &str) -> GraphBuilder<'_> {
        let prefix = format!("{}{name}.", self.prefix);
        self.graph.set_scope(prefix.trim_end_matches('.'));
        GraphBuilder {
            graph: self.graph,
            prefix,
        }
    }

    /// Declares the weight `prefix` + `name`.
    pub fn weight(&mut self, name: &str, shape: &[usize]) -> Built {
        self.graph.weight(&format!("{}{name}", self.prefix), shape)
    }

    /// Adds `x Wᵀ + b`, x `[.., K]` → `[.., out]`.
    pub fn linear(&mut self, name: &str, x: Value, out: usize) -> Built {
        self.linear_with(name, x, out, Linear::default())
    }

    /// Adds a linear layer with an activation.
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

    /// Adds a biased linear layer with a fused tail.
    pub fn linear_with(&mut self, name: &str, x: Value, out: usize, tail: Linear) -> Built {
        let bias = Some(self.weight(&format!("{name}.bias"), &[out])?);
        self.matmul(name, x, out, Linear { bias, ..tail })
    }

    /// Adds a linear layer without bias.
    pub fn matmul(&mut self, name: &str, x: Value, out: usize, tail: Linear) -> Built {
        let inner = self.graph.shape(x).last().copied().unwrap_or(1);
        let w = self.weight(&format!("{name}.weight"), &[out, inner])?;
        self.graph.linear(x, w, tail)
    }

    /// Adds an RMS norm over the last axis with a learned weight.
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
