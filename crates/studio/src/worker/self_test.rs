//! Runs the engine's kernel cases on this browser's WebGPU, tiled and direct, against the f64 reference.

use crate::protocol::CaseReport;
use kinora_engine::cases::{cases, run_case};
use kinora_engine::{AdapterChoice, EngineError, GpuExecutor, Kernels};

/// Runs all cases. The error is a sentence.
pub async fn run() -> Result<Vec<CaseReport>, String> {
    let mut reports = Vec::new();
    for (family, kernels) in [("tiled", Kernels::Tiled), ("direct", Kernels::Direct)] {
        reports.extend(
            family_of(family, kernels)
                .await
                .map_err(|error| error.to_string())?,
        );
    }
    Ok(reports)
}

async fn family_of(family: &str, kernels: Kernels) -> Result<Vec<CaseReport>, EngineError> {
    let mut executor = GpuExecutor::with_kernels(AdapterChoice::Any, kernels).await?;
    let mut reports = Vec::new();
    for case in &cases()? {
        let report = run_case(&mut executor, case).await?;
        let passed = report.passed();
        let name = format!("{family}: {}", report.name);
        reports.push(CaseReport {
            name,
            error: report.error,
            tolerance: report.tolerance,
            passed,
        });
    }
    Ok(reports)
}
