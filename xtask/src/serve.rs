//! `cargo xtask serve`: the main job, from a fresh clone to a page that makes clips and shares them.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;

use anyhow::{Context, Result};
use pico_args::Arguments;

use crate::sh::{Background, cargo, cmd};
use crate::studio::Build;
use crate::{done, paths, setup, studio};

/// Sets up, builds, and becomes the relay, which serves the studio too until it is stopped.
pub fn run(mut args: Arguments) -> Result<()> {
    let port: u16 = args.opt_value_from_str("--port")?.unwrap_or(8080);
    done(args)?;
    // Before the long part, so that a port in use is said at once.
    let place = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).with_context(|| {
        let other = port.wrapping_add(1);
        format!("cannot listen on port {port}; stop what uses it, or choose another: cargo xtask serve --port {other}")
    })?;
    let compiler = setup::for_serve()?;
    // Beside the studio, half of which is one thread's work.
    let relay = Background::new("relay.log");
    relay.start(cargo(["build", "--quiet", "--package", "kinora-relay"]))?;
    studio::build(&compiler, Build::Quick)?;
    relay.finish().context("the relay was not built")?;
    let data = data();
    println!("\nKinora is at http://localhost:{port} (Ctrl-C to stop)");
    println!("What you publish is kept in {}", data.display());
    drop(place);
    cmd(paths::native_target().join("debug/kinora-relay"))
        .arg("--data")
        .arg(data)
        .args(["--listen", &format!("127.0.0.1:{port}")])
        .args(["--origin", &format!("http://localhost:{port}")])
        .arg("--studio-dir")
        .arg(studio::dist())
        .become_it()
}

/// Where published clips are kept: the user's own data, not the checkout.
fn data() -> PathBuf {
    let named = std::env::var_os("XDG_DATA_HOME").filter(|value| !value.is_empty());
    let base = named.map(PathBuf::from).unwrap_or_else(|| {
        let home = std::env::var_os("HOME").map_or_else(std::env::temp_dir, PathBuf::from);
        home.join(".local/share")
    });
    base.join("kinora/relay")
}
