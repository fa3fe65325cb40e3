//! The starter on an executor: networks are loaded once per size of clip and reused.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;

use kinora_engine::{AnyExecutor, EngineError, Executor, Handle};
use kinora_model::decoder::{Chunk, Previewer, decoder_graph};
use kinora_model::dit::dit_graph;
use kinora_model::planner::planner_graph;
use kinora_model::text::{TEXT_ROWS, text_graph};
use kinora_model::{Grid, Guidance, Starter};

/// Makes an executor: at the start, and again after a device was lost.
pub type MakeExecutor =
    Box<dyn Fn() -> Pin<Box<dyn Future<Output = Result<AnyExecutor, EngineError>>>>>;

/// A network with its shapes fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Network {
    /// The text encoder.
    Text,
    /// The planner for this many latent frames.
    Planner(usize),
    /// The video model.
    Dit(Grid, Guidance),
    /// The decoder of a chunk.
    Decoder(Grid, Chunk),
}

/// The starter and the device that runs it.
pub struct Runtime {
    /// Config, vocabulary and weights.
    pub starter: Starter,
    pub(crate) executor: AnyExecutor,
    pub(crate) previewer: Previewer,
    make_executor: MakeExecutor,
    loaded: HashMap<Network, Handle>,
}

impl Runtime {
    /// Makes the first executor.
    pub async fn new(starter: Starter, make_executor: MakeExecutor) -> Result<Self, EngineError> {
        let executor = make_executor().await?;
        let previewer = Previewer::new(&starter.weights).ok_or_else(|| EngineError::Weight {
            name: "decoder.basis".to_owned(),
            reason: "is missing".to_owned(),
        })?;
        Ok(Self {
            starter,
            executor,
            previewer,
            make_executor,
            loaded: HashMap::new(),
        })
    }

    /// The executor, for its device's name and its measurements.
    pub fn executor(&self) -> &AnyExecutor {
        &self.executor
    }

    /// A network's handle; the first call for a shape loads it.
    pub(crate) async fn load(&mut self, network: Network) -> Result<Handle, EngineError> {
        if let Some(&handle) = self.loaded.get(&network) {
            return Ok(handle);
        }
        self.make_room_for(network);
        let config = &self.starter.config;
        let graph = match network {
            Network::Text => text_graph(
                &config.text,
                self.starter.tokenizer.vocabulary_size(),
                TEXT_ROWS,
                &self.starter.slot_classes(),
            ),
            Network::Planner(latent_frames) => {
                planner_graph(&config.planner, latent_frames, TEXT_ROWS)
            }
            Network::Dit(grid, guidance) => dit_graph(&config.dit, grid, TEXT_ROWS, guidance),
            Network::Decoder(grid, chunk) => decoder_graph(&config.refiner, grid, chunk),
        }?;
        let handle = self.executor.load(&graph, &self.starter.weights).await?;
        self.loaded.insert(network, handle);
        Ok(handle)
    }

    /// FLOPs of one run of a loaded network.
    pub(crate) fn flops(&self, handle: Handle) -> Result<f64, EngineError> {
        Ok(self.executor.program(handle)?.flops())
    }

    /// Replaces the executor; every network has to be loaded again.
    pub(crate) async fn replace_executor(&mut self) -> Result<(), EngineError> {
        self.loaded.clear();
        self.executor = (self.make_executor)().await?;
        Ok(())
    }

    /// Frees networks of the same kind with other shapes, so that memory holds one size of clip at a time.
    fn make_room_for(&mut self, network: Network) {
        let stale = |other: &Network| match (*other, network) {
            (Network::Planner(_), Network::Planner(_)) | (Network::Dit(..), Network::Dit(..)) => {
                true
            }
            (Network::Decoder(a, _), Network::Decoder(b, _)) => a != b,
            _ => false,
        };
        let executor = &mut self.executor;
        self.loaded.retain(|other, handle| {
            let keep = !stale(other);
            if !keep {
                executor.unload(*handle);
            }
            keep
        });
    }
}
