//! Generation as the page sees it: the worker, its messages and the current run.

pub mod on_message;
pub mod run;
pub mod worker_client;
