//! The executor with its fallback chain, and the programs that are loaded into it.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use kinora_engine::{AnyExecutor, EngineError, Executor, Graph, GraphError, Handle, Weights};
use kinora_library::Library;

/// Makes an executor: at the start, and again after a device was lost.
pub type MakeExecutor =
    Box<dyn Fn() -> Pin<Box<dyn Future<Output = Result<AnyExecutor, EngineError>>>>>;

/// Executor fallback chain, most capable first.
pub type ExecutorChain = Vec<MakeExecutor>;

/// A network with its shapes fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProgramKey {
    /// Name of the network within its model.
    pub network: &'static str,
    /// Sizes on which the graph depends, in the order of the network's choice; 0 where unused.
    pub shape: [usize; 4],
}

impl ProgramKey {
    /// Names a network whose graph has one shape.
    pub fn fixed(network: &'static str) -> Self {
        Self {
            network,
            shape: [0; 4],
        }
    }
}

/// The executor that runs a model, and the programs loaded into it. It outlives generations.
pub struct Runtime {
    executor: AnyExecutor,
    chain: ExecutorChain,
    position: usize,
    fallback_reason: Option<EngineError>,
    programs: HashMap<ProgramKey, Handle>,
    library: Option<Arc<Library>>,
}

impl Runtime {
    /// Makes the first executor of the chain that can be made; fails with the last refusal.
    pub async fn new(chain: ExecutorChain) -> Result<Self, EngineError> {
        let (executor, position, fallback_reason) = first_of(&chain, 0).await?;
        Ok(Self {
            executor,
            chain,
            position,
            fallback_reason,
            programs: HashMap::new(),
            library: None,
        })
    }

    /// The executor, for its device's name and its measurements.
    pub fn executor(&self) -> &AnyExecutor {
        &self.executor
    }

    /// Lets later generations show the pictures of a library.
    pub fn set_library(&mut self, library: Option<Arc<Library>>) {
        self.library = library;
    }

    pub(crate) fn library(&self) -> Option<Arc<Library>> {
        self.library.clone()
    }

    pub(crate) fn executor_mut(&mut self) -> &mut AnyExecutor {
        &mut self.executor
    }

    /// Takes the reason why the executor is not the first of its chain; returns it once.
    pub(crate) fn take_fallback_reason(&mut self) -> Option<EngineError> {
        self.fallback_reason.take()
    }

    /// Returns the handle of a network; the first call for a shape builds and loads its graph.
    ///
    /// A network of the same name with another shape is unloaded: memory holds one size of clip at a time.
    pub(crate) async fn program(
        &mut self,
        key: ProgramKey,
        weights: &Weights,
        graph: impl FnOnce() -> Result<Graph, GraphError>,
    ) -> Result<Handle, EngineError> {
        if let Some(&handle) = self.programs.get(&key) {
            return Ok(handle);
        }
        let executor = &mut self.executor;
        self.programs.retain(|other, handle| {
            let keep = other.network != key.network;
            if !keep {
                executor.unload(*handle);
            }
            keep
        });
        let handle = self.executor.load(&graph()?, weights).await?;
        self.programs.insert(key, handle);
        Ok(handle)
    }

    /// Replaces a failed executor; every program has to be loaded again.
    ///
    /// A lost device is made again if `retry_device`. Any other failure of a device, and a device that is lost for good, moves down
    /// the chain. Returns the error when no executor can help.
    pub(crate) async fn recover(
        &mut self,
        error: EngineError,
        retry_device: bool,
    ) -> Result<(), EngineError> {
        let position = match error {
            EngineError::DeviceLost(_) if retry_device => self.position,
            EngineError::DeviceLost(_)
            | EngineError::OutOfMemory(_)
            | EngineError::Device(_)
            | EngineError::NoAdapter(_) => self.position + 1,
            other => return Err(other),
        };
        let made = first_of(&self.chain, position).await;
        // Report the first failure: it is the cause of the later ones.
        let (executor, position, _) = made.map_err(|_| error)?;
        self.programs.clear();
        (self.executor, self.position) = (executor, position);
        Ok(())
    }
}

/// Makes the first possible executor from `start` on; returns it with its position and the last refusal before it.
async fn first_of(
    chain: &ExecutorChain,
    start: usize,
) -> Result<(AnyExecutor, usize, Option<EngineError>), EngineError> {
    let mut refusal = None;
    for (position, make) in chain.iter().enumerate().skip(start) {
        match make().await {
            Ok(executor) => return Ok((executor, position, refusal)),
            Err(error) => refusal = Some(error),
        }
    }
    Err(refusal.unwrap_or_else(|| EngineError::NoAdapter("no other device is left".to_owned())))
}
