//! The least that axum can be: one route for a folder of files, by tower-http. What it serves is the ceiling for a relay
//! that adds nothing.

use std::path::Path;

use axum::Router;
use tower_http::services::ServeDir;

/// Serves a folder on a free port until the process is killed, and says where on standard output.
pub fn serve(folder: &Path) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("listening on http://{}", listener.local_addr().unwrap());
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let app: Router = Router::new().nest_service("/files", ServeDir::new(folder));
            let service = hyper_util::service::TowerToHyperService::new(app);
            let stream = hyper_util::rt::TokioIo::new(stream);
            tokio::spawn(
                hyper::server::conn::http1::Builder::new().serve_connection(stream, service),
            );
        }
    });
}
