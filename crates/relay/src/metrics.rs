//! What an operator's Prometheus may know: how much is asked and sent, how long answers take, what waits. Nothing in it
//! names a clip, a key or an address.

use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use tokio::net::TcpListener;

use crate::app::Shared;
use crate::db::now_millis;
use crate::error::ApiError;

/// Upper bounds of the times that are told apart, in seconds.
const BUCKETS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// Counts since the process started, and what is counted anew for each reader.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    answers: Family<Answer, Histogram>,
    /// Bytes of bodies that were handed to connections.
    pub sent_bytes: Counter,
    /// Bytes of uploads that were made durable.
    pub received_bytes: Counter,
    /// Uploads that were begun.
    pub uploads: Counter,
    /// Clips that were published.
    pub publishes: Counter,
    /// Clips that were removed.
    pub removals: Family<Removal, Counter>,
    /// Reports that came in.
    pub reports: Counter,
    /// Connections that are open.
    pub connections: Gauge,
    open_reports: Family<Waiting, Gauge>,
    overdue_reports: Gauge,
    free_bytes: Gauge,
}

/// What an answer is counted under. Routes are patterns, so that their number is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    method: &'static str,
    route: String,
    status: u32,
}

/// Who removed a clip.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Removal {
    /// `maker` or `operator`.
    pub by: &'static str,
}

/// Why somebody waits for the operator.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Waiting {
    reason: String,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut this = Self {
            registry: Registry::with_prefix("kinora"),
            answers: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            sent_bytes: Counter::default(),
            received_bytes: Counter::default(),
            uploads: Counter::default(),
            publishes: Counter::default(),
            removals: Family::default(),
            reports: Counter::default(),
            connections: Gauge::default(),
            open_reports: Family::default(),
            overdue_reports: Gauge::default(),
            free_bytes: Gauge::default(),
        };
        this.register();
        this
    }
}

impl Metrics {
    fn register(&mut self) {
        let all = &mut self.registry;
        let seconds = Unit::Seconds;
        let answers = self.answers.clone();
        all.register_with_unit(
            "http_answer",
            "Time until an answer began",
            seconds,
            answers,
        );
        all.register(
            "sent_bytes",
            "Bytes of bodies sent",
            self.sent_bytes.clone(),
        );
        all.register(
            "received_bytes",
            "Bytes of uploads kept",
            self.received_bytes.clone(),
        );
        all.register("uploads", "Uploads begun", self.uploads.clone());
        all.register("publishes", "Clips published", self.publishes.clone());
        all.register("removals", "Clips removed", self.removals.clone());
        all.register("reports", "Reports received", self.reports.clone());
        all.register("connections", "Connections open", self.connections.clone());
        all.register(
            "reports_open",
            "Reports that wait",
            self.open_reports.clone(),
        );
        let overdue = self.overdue_reports.clone();
        all.register(
            "reports_overdue",
            "Reports that wait longer than they should",
            overdue,
        );
        let free = self.free_bytes.clone();
        all.register(
            "disk_free_bytes",
            "Room left where the data folder is",
            free,
        );
    }

    /// Everything as OpenMetrics text.
    async fn text(relay: &Shared) -> Result<String, ApiError> {
        let this = &relay.metrics;
        this.open_reports.clear();
        let mut overdue = 0;
        for (reason, open, late) in relay.db.waiting_reports(now_millis()).await? {
            this.open_reports
                .get_or_create(&Waiting { reason })
                .set(open);
            overdue += late;
        }
        this.overdue_reports.set(overdue);
        if let Ok(disk) = rustix::fs::statvfs(&relay.config.store.data) {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            this.free_bytes.set(i64::try_from(free).unwrap_or(i64::MAX));
        }
        let mut text = String::new();
        encode(&mut text, &this.registry).map_err(|error| ApiError::Internal(error.into()))?;
        Ok(text)
    }
}

/// Answers `/metrics`, on a listener of its own that visitors cannot reach.
pub async fn serve(listener: TcpListener, relay: Shared) -> std::io::Result<()> {
    axum::serve(
        listener,
        Router::new().route("/metrics", get(page)).with_state(relay),
    )
    .await
}

async fn page(State(relay): State<Shared>) -> Result<Response, ApiError> {
    let text = Metrics::text(&relay).await?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static(kind))];
    Ok((kind, text).into_response())
}

/// Times a request.
pub async fn measure(State(relay): State<Shared>, request: Request, next: Next) -> Response {
    let begin = Instant::now();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let method = known(request.method());
    let response = next.run(request).await;
    let answer = Answer {
        method,
        route,
        status: response.status().as_u16().into(),
    };
    let answers = &relay.metrics.answers;
    answers
        .get_or_create(&answer)
        .observe(begin.elapsed().as_secs_f64());
    response
}

/// Methods are words that anybody may invent.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
