//! The relay: clips are published, played, remixed and deleted here. It never generates and never decodes.
//!
//! A request comes in through [`serve`] (connections), the guard (counting, headers), and the routes. Uploads become blobs
//! and rows in `publish`; pages, media and lineage are made from rows. `docs/relay.md` is for those who host one.

mod about;
pub mod admin;
mod app;
mod check;
mod clips;
mod config;
mod db;
mod error;
mod guard;
mod id;
mod limits;
mod locks;
mod media;
mod metrics;
mod outage;
mod pages;
mod parents;
mod part;
mod pieces;
mod publish;
mod removals;
mod reports;
mod routes;
mod sent;
mod serve;
mod signed;
mod site;
mod store;
mod sweep;
mod transparency;
mod tree;
mod uploads;
mod wire;

pub use app::{Relay, Shared};
pub use config::{Bucket, Config, Origin, ServerUrl, StoreConfig};
pub use metrics::serve as serve_metrics;
pub use serve::serve;
