//! Compares every op on every executor with the f64 reference, and the executors with each other.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use kinora_engine::cases::{self, Report};
use kinora_engine::{AdapterChoice, Cancel, CpuExecutor, Executor, GpuExecutor, Kernels};

fn assert_passed(reports: &[Report]) {
    let failed: Vec<_> = reports.iter().filter(|r| !r.passed()).collect();
    for report in &failed {
        eprintln!(
            "{}: {:e} > {:e}",
            report.name, report.error, report.tolerance
        );
    }
    assert!(
        failed.is_empty(),
        "{} of {} cases exceed their tolerance",
        failed.len(),
        reports.len()
    );
}

/// Fails without an adapter: the kernels must run.
async fn gpu(kernels: Kernels) -> GpuExecutor {
    let executor = GpuExecutor::with_kernels(AdapterChoice::Any, kernels).await;
    executor.expect("these tests need a Vulkan adapter, for example mesa-vulkan-drivers")
}

#[test]
fn burn_ops_agree_with_the_reference() {
    assert_passed(&pollster::block_on(cases::run_cases(&mut CpuExecutor::new())).unwrap());
}

#[test]
fn tiled_kernels_agree_with_the_reference() {
    pollster::block_on(async {
        assert_passed(
            &cases::run_cases(&mut gpu(Kernels::Tiled).await)
                .await
                .unwrap(),
        );
    });
}

#[test]
fn direct_kernels_agree_with_the_reference() {
    pollster::block_on(async {
        assert_passed(
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
    for (name, data) in &case.inputs {
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
