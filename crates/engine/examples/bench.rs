//! Prints GFLOP/s per op: `cargo run -p kinora-engine --example bench [-- cpu|direct|tiled]`.

use kinora_engine::bench::{Measurement, measure, starter_shapes};
use kinora_engine::{AdapterChoice, CpuExecutor, EngineError, Executor, GpuExecutor, Kernels};

fn main() -> Result<(), EngineError> {
    let which = std::env::args().nth(1).unwrap_or_else(|| "cpu".to_owned());
    pollster::block_on(async {
        match which.as_str() {
            "cpu" => all(&mut CpuExecutor::new()).await,
            "direct" => {
                all(&mut GpuExecutor::with_kernels(AdapterChoice::Any, Kernels::Direct).await?)
                    .await
            }
            "tiled" => {
                all(&mut GpuExecutor::with_kernels(AdapterChoice::Any, Kernels::Tiled).await?).await
            }
            _ => all(&mut GpuExecutor::new(AdapterChoice::Any).await?).await,
        }
    })
}

async fn all(executor: &mut impl Executor) -> Result<(), EngineError> {
    let device = executor.device();
    println!(
        "{} ({}), software: {}",
        device.name, device.backend, device.is_software
    );
    for shape in starter_shapes() {
        let Measurement {
            best_seconds,
            median_seconds,
            gflops,
            ..
        } = measure(executor, shape, 8, 5).await?;
        println!(
            "{shape:?}: {gflops:.2} GFLOP/s, best {:.2} ms, median {:.2} ms",
            best_seconds * 1e3,
            median_seconds * 1e3
        );
    }
    Ok(())
}
