//! Connections: accepted up to a limit, given up when their headers do not come, and drained before the relay stops.

use std::future::Future;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

use crate::app::Shared;
use crate::guard::Peer;
use crate::pieces::PIECE_BYTES;
use crate::routes::router;
use crate::sent::Sent;
use crate::wire::Wire;

/// How long a request's headers may take.
const HEADER_TIME: Duration = Duration::from_secs(10);
/// How long it may take from the wish to stop to the end.
const DRAIN_TIME: Duration = Duration::from_secs(30);
/// How often the relay tries again what it could not end.
const RETRY_PERIOD: Duration = Duration::from_secs(2);
/// How often the relay tidies up.
const TIDY_PERIOD: Duration = Duration::from_secs(600);
/// How often it sweeps objects without a row.
const SWEEP_PERIOD: Duration = Duration::from_secs(6 * 3600);

/// Serves until `stop` resolves and a little longer, then lets requests under way end and closes the database.
pub async fn serve(listener: TcpListener, relay: Shared, stop: impl Future<Output = ()>) {
    let app = router(relay.clone());
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(relay.config.connections));
    let tidying = tokio::spawn(tidy(relay.clone()));
    let stop = told_to_stop(&relay, stop);
    let mut stop = std::pin::pin!(stop);
    let told = loop {
        let accepted = async {
            let place = places.clone().acquire_owned().await;
            (listener.accept().await, place)
        };
        let accepted = tokio::select! {
            told = &mut stop => break told,
            accepted = accepted => accepted,
        };
        let (Ok((stream, peer)), Ok(place)) = accepted else {
            // No descriptors left, most likely: wait until some are free again.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let (app, watcher) = (app.clone(), graceful.watcher());
        let relay = relay.clone();
        tokio::spawn(async move {
            let connections = &relay.metrics.connections;
            connections.inc();
            talk(&relay, stream, Peer(peer), app, watcher).await;
            connections.dec();
            drop(place);
        });
    };
    tidying.abort();
    drop(listener);
    drain(graceful, DRAIN_TIME.saturating_sub(told.elapsed())).await;
    relay.db.close().await;
}

/// Waits for the wish to stop, tells whoever asks `/readyz`, and goes on for a while, so that others notice. Gives the time of the wish.
async fn told_to_stop(relay: &Shared, stop: impl Future<Output = ()>) -> Instant {
    stop.await;
    let told = Instant::now();
    *relay
        .stopping
        .lock()
        .unwrap_or_else(PoisonError::into_inner) = true;
    tracing::info!("told to stop: not ready any more");
    tokio::time::sleep(relay.config.linger).await;
    told
}

/// Lets requests under way end.
async fn drain(connections: GracefulShutdown, time: Duration) {
    let seconds = time.as_secs();
    tracing::info!("no new connections; requests under way have {seconds} seconds");
    let ended = tokio::time::timeout(time, connections.shutdown()).await;
    if ended.is_err() {
        tracing::warn!("requests were still under way and are given up");
    }
}

/// One connection, to its end.
async fn talk(relay: &Shared, stream: TcpStream, peer: Peer, app: Router, watcher: Watcher) {
    // Answers are whole or streamed in large pieces: waiting for more to send only delays them.
    let _ = stream.set_nodelay(true);
    let (wire, line) = Wire::new(stream, relay.config.patience);
    let sent = relay.metrics.sent_bytes.clone();
    let service = app
        .map_request(move |request: hyper::Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(peer);
            request
        })
        .map_response(move |response| Sent::of(response, &line, sent.clone()));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_headers(64)
        // What a reader who is slow makes us keep.
        .max_buf_size(PIECE_BYTES)
        .serve_connection(TokioIo::new(wire), TowerToHyperService::new(service));
    // A broken connection is its peer's business.
    let _ = watcher.watch(connection).await;
}

async fn tidy(relay: Shared) {
    let (mut tidied, mut swept) = (Instant::now(), Instant::now());
    loop {
        tokio::time::sleep(RETRY_PERIOD).await;
        told(relay.catch_up().await);
        if tidied.elapsed() >= TIDY_PERIOD {
            tidied = Instant::now();
            told(relay.tidy().await);
        }
        if swept.elapsed() >= SWEEP_PERIOD {
            swept = Instant::now();
            told(relay.sweep().await);
        }
    }
}

fn told(result: anyhow::Result<()>) {
    if let Err(error) = result {
        tracing::error!("tidying up failed: {error:#}");
    }
}
