//! `cargo xtask serve`: the main job, from a fresh clone to a page.

use std::net::Ipv4Addr;

use anyhow::{Result, anyhow};
use pico_args::Arguments;

use crate::{done, server, setup, studio};

/// Sets up, builds and serves until it is stopped.
pub fn run(mut args: Arguments) -> Result<()> {
    let port: u16 = args.opt_value_from_str("--port")?.unwrap_or(8080);
    done(args)?;
    // Before the long part, so that a port in use is said at once.
    let listener = tiny_http::Server::http((Ipv4Addr::LOCALHOST, port))
        .map_err(|error| anyhow!("cannot listen on port {port}: {error}; stop what uses it, or choose another: cargo xtask serve --port {}", port.wrapping_add(1)))?;
    studio::build(&setup::for_serve()?)?;
    println!("\nKinora is at http://localhost:{port} (Ctrl-C to stop)");
    server::run(&listener, &studio::dist())
}
