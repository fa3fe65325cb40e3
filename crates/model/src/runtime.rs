//! The starter on an executor: networks are loaded once per size of clip and reused.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use kinora_engine::{AnyExecutor, EngineError, Executor, Handle};
use kinora_model::dit::dit_graph;
use kinora_model::overlay::Overlayer;
use kinora_model::planner::planner_graph;
use kinora_model::refine::refiner_graph;
use kinora_model::said::SaidWidths;
use kinora_model::text::{TEXT_ROWS, text_graph};
use kinora_model::{Grid, Guidance, Starter};

/// Makes an executor: at the start, and again after a device was lost.
pub type MakeExecutor =
    Box<dyn Fn() -> Pin<Box<dyn Future<Output = Result<AnyExecutor, EngineError>>>>>;

/// Ways to run, from the one that is wanted to the one that asks the least of the machine.
pub type Ladder = Vec<MakeExecutor>;

/// A network with its shapes fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Network {
    /// The text encoder.
    Text,
    /// The planner for this many latent frames.
    Planner(usize),
    /// The video model.
    Dit(Grid, Guidance),
    /// The residual net of one subject's pictures in one latent frame.
    LayerRefiner,
    /// The residual net of the place in one latent frame, for stages of `[H, W]`.
    PlaceRefiner([usize; 2]),
}

/// The starter and the device that runs it.
pub struct Runtime {
    /// Config, vocabulary and weights.
    pub starter: Rc<Starter>,
    pub(crate) executor: AnyExecutor,
    pub(crate) overlayer: Overlayer,
    ladder: Ladder,
    rung: usize,
    /// Why the executor is not the one that was wanted, until somebody was told.
    pub(crate) fell: Option<EngineError>,
    loaded: HashMap<Network, Handle>,
}

impl Runtime {
    /// Makes the first executor of the ladder that can be made.
    pub async fn new(starter: Rc<Starter>, ladder: Ladder) -> Result<Self, EngineError> {
        let (executor, rung, fell) = first_of(&ladder, 0).await?;
        let overlayer = Overlayer::new(&starter.config.layers, &starter.weights)?;
        Ok(Self {
            starter,
            executor,
            overlayer,
            ladder,
            rung,
            fell,
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
            Network::Dit(grid, guidance) => {
                let widths = (config.layers.dim(), SaidWidths::of(&config.slots));
                dit_graph(&config.dit, widths, grid, TEXT_ROWS, guidance)
            }
            Network::LayerRefiner => {
                let side = config.layers.size;
                refiner_graph("layer_refine", &config.layer_refiner, [side, side])
            }
            Network::PlaceRefiner(size) => {
                refiner_graph("place_refine", &config.place_refiner, size)
            }
        }?;
        let handle = self.executor.load(&graph, &self.starter.weights).await?;
        self.loaded.insert(network, handle);
        Ok(handle)
    }

    /// FLOPs of one run of a loaded network.
    pub(crate) fn flops(&self, handle: Handle) -> Result<f64, EngineError> {
        Ok(self.executor.program(handle)?.flops())
    }

    /// Replaces an executor that failed; every network has to be loaded again. A lost device gets another `chance`;
    /// whatever else a device refuses, and a device that is lost for good, leads a rung down. The error comes back
    /// when no executor can help.
    pub(crate) async fn recover(
        &mut self,
        error: EngineError,
        chance: bool,
    ) -> Result<(), EngineError> {
        let rung = match error {
            EngineError::DeviceLost(_) if chance => self.rung,
            EngineError::DeviceLost(_)
            | EngineError::OutOfMemory(_)
            | EngineError::Device(_)
            | EngineError::NoAdapter(_) => self.rung + 1,
            other => return Err(other),
        };
        self.loaded.clear();
        let made = first_of(&self.ladder, rung).await;
        // What went wrong first is what a person should read.
        let (executor, rung, _) = made.map_err(|_| error)?;
        (self.executor, self.rung) = (executor, rung);
        Ok(())
    }

    /// Frees networks of the same kind with other shapes, so that memory holds one size of clip at a time.
    fn make_room_for(&mut self, network: Network) {
        let stale = |other: &Network| {
            matches!(
                (other, network),
                (Network::Planner(_), Network::Planner(_))
                    | (Network::Dit(..), Network::Dit(..))
                    | (Network::PlaceRefiner(_), Network::PlaceRefiner(_))
            )
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

/// The first executor from this rung on that can be made, its rung, and the last refusal on the way.
async fn first_of(
    ladder: &Ladder,
    from: usize,
) -> Result<(AnyExecutor, usize, Option<EngineError>), EngineError> {
    let mut refusal = None;
    for (rung, make) in ladder.iter().enumerate().skip(from) {
        match make().await {
            Ok(executor) => return Ok((executor, rung, refusal)),
            Err(error) => refusal = Some(error),
        }
    }
    Err(refusal.unwrap_or_else(|| EngineError::NoAdapter("no other device is left".to_owned())))
}
