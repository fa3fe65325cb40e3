//! Every op on every executor against the f64 reference, and the executors against each other.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use kinora_engine::cases::{self, Report};
use kinora_engine::{AdapterChoice, Cancel, CpuExecutor, Executor, GpuExecutor, Kernels};

fn verdict(reports: &[Report]) {
    let failed: Vec<_> = reports.iter().filter(|r| !r.passed()).collect();
    for report in &failed {
        eprintln!(
            "{}: {:e} > {:e}",
            report.name, report.error, report.tolerance
        );
    }
    assert!(
        failed.is_empty(),
        "{} of {} cases deviate",
        failed.len(),
        reports.len()
    );
}

/// A missing adapter fails the test: kernels that nobody ran are not known to work.
async fn gpu(kernels: Kernels) -> GpuExecutor {
    let executor = GpuExecutor::with_kernels(AdapterChoice::Any, kernels).await;
    executor
        .expect("these tests need a Vulkan adapter: install mesa-vulkan-drivers for a software one")
}

#[test]
fn burn_agrees_with_the_reference() {
    verdict(&pollster::block_on(cases::run_cases(&mut CpuExecutor::new())).unwrap());
}

#[test]
fn tiled_kernels_agree_with_the_reference() {
    pollster::block_on(async {
        verdict(
            &cases::run_cases(&mut gpu(Kernels::Tiled).await)
                .await
                .unwrap(),
        );
    });
}

#[test]
fn direct_kernels_agree_with_the_reference() {
    pollster::block_on(async {
        verdict(
            &cases::run_cases(&mut gpu(Kernels::Direct).await)
                .await
                .unwrap(),
        );
    });
}

#[test]
fn executors_agree_with_each_other() {
    pollster::block_on(async {
        let (mut cpu, mut gpu) = (CpuExecutor::new(), gpu(Kernels::Auto).await);
        for case in cases::cases().unwrap() {
            let on_cpu = results(&mut cpu, &case).await;
            let on_gpu = results(&mut gpu, &case).await;
            for (name, result) in &on_cpu {
                let as_reference: Vec<f64> = result.iter().map(|v| f64::from(*v)).collect();
                let deviation = cases::deviation(&on_gpu[name], &as_reference);
                assert!(
                    deviation <= 2.0 * case.tolerance,
                    "{} {name}: {deviation:e}",
                    case.name
                );
            }
        }
    });
}

async fn results(
    executor: &mut impl Executor,
    case: &cases::Case,
) -> std::collections::BTreeMap<String, Vec<f32>> {
    let handle = executor.load(&case.graph, &case.weights).await.unwrap();
    for (name, data) in &case.given {
        executor.write(handle, name, data).await.unwrap();
    }
    executor.run(handle, &Cancel::new()).await.unwrap();
    let mut all = std::collections::BTreeMap::new();
    for (name, _) in case.graph.outputs() {
        all.insert(name.clone(), executor.read(handle, name).await.unwrap());
    }
    executor.unload(handle);
    all
}
