//! `cargo xtask load | soak | fuzz-api`: the relay under many viewers, under SIGKILL, and under requests that nobody wrote.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;

use anyhow::{Context, Result};
use pico_args::Arguments;

use crate::sh::{Background, cargo, cmd, which};
use crate::{done, paths, python};

/// Kills of one soak, unless another number is given.
const SOAK_ROUNDS: u32 = 2000;
/// What schemathesis looks at in each answer.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

/// Viewers and bytes per second; arguments go to `tests/load`.
pub fn load(mut args: Arguments) -> Result<()> {
    let without_nginx = args.contains("--without-nginx");
    let mut run = cargo([
        "test",
        "--quiet",
        "--package",
        "kinora-relay",
        "--test",
        "load",
        "--",
    ]);
    if !without_nginx {
        run = run.arg("--nginx").arg(nginx()?);
    }
    run.args(args.finish()).run()
}

/// Kills the relay at random moments, as `crates/relay/tests/kill.rs` does at every test run, many more times.
pub fn soak(mut args: Arguments) -> Result<()> {
    let rounds = args.opt_value_from_str("--rounds")?.unwrap_or(SOAK_ROUNDS);
    let minutes: Option<u32> = args.opt_value_from_str("--minutes")?;
    done(args)?;
    let run = cargo([
        "test",
        "--quiet",
        "--package",
        "kinora-relay",
        "--test",
        "kill",
        "--",
        "--nocapture",
    ])
    .env("KINORA_KILL_ROUNDS", rounds.to_string());
    match minutes {
        Some(minutes) => run.env("KINORA_KILL_MINUTES", minutes.to_string()).run(),
        None => run.run(),
    }
}

/// Starts a relay on an empty folder and lets schemathesis ask it everything that its OpenAPI document allows, and more.
/// A status of 500 or above fails the command, and so does an answer that the document does not know.
pub fn fuzz_api(mut args: Arguments) -> Result<()> {
    let examples: u32 = args.opt_value_from_str("--examples")?.unwrap_or(100);
    let seed: u32 = args.opt_value_from_str("--seed")?.unwrap_or(1);
    done(args)?;
    let what = "schemathesis (a minute, once)";
    let python = python::environment("venv-fuzz", "tests/fuzz/requirements.txt", what)?;
    cargo(["build", "--quiet", "--package", "kinora-relay"]).run()?;
    let data = std::env::temp_dir().join(format!("kinora-fuzz-{}", std::process::id()));
    // The port is free now, and nobody else is about to take it.
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port();
    let origin = format!("http://127.0.0.1:{port}");
    let relay = Background::new("fuzz-relay.log");
    let many = "100000000";
    relay.start(
        cmd(paths::native_target().join("debug/kinora-relay"))
            .arg("--data")
            .arg(&data)
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args([
                "--reads-per-second",
                many,
                "--writes-per-second",
                many,
                "--reports-per-hour",
                many,
            ]),
    )?;
    let outcome = cmd(python.with_file_name("st"))
        .args(["--no-color", "run", &format!("{origin}/api/openapi.json")])
        .args([
            "--wait-for-schema",
            "30",
            "--request-timeout",
            "20",
            "--continue-on-failure",
            "--no-shrink",
        ])
        .args(["--suppress-health-check", "all", "--checks", CHECKS])
        .args([
            "--max-examples",
            &examples.to_string(),
            "--seed",
            &seed.to_string(),
        ])
        .env("KINORA_FUZZ_ORIGIN", &origin)
        .env(
            "KINORA_FUZZ_CLIP",
            paths::root().join("crates/relay/tests/fixtures/clip.mp4"),
        )
        .env("SCHEMATHESIS_HOOKS", "signing")
        .env("PYTHONPATH", paths::root().join("tests/fuzz"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .dir(&std::env::temp_dir())
        .run();
    drop(relay);
    paths::remove(&data)?;
    outcome
}

/// nginx is compared with and nothing else, so no setup installs it.
fn nginx() -> Result<PathBuf> {
    let usual = PathBuf::from("/usr/sbin/nginx");
    let found = which(&["nginx"]).or_else(|| usual.is_file().then_some(usual));
    found.context(
        "there is no nginx to compare with. Install it (Debian: apt install nginx-light), or measure without: cargo xtask load --without-nginx",
    )
}
