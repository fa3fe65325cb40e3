//! A real S3 server that speaks HTTP and keeps objects as files, and can be told to fail.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use s3s::service::{S3Service, S3ServiceBuilder};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

/// Name of the bucket.
pub const BUCKET: &str = "clips";
const KEY: &str = "a key of the tests";
const SECRET: &str = "a secret of the tests";
/// Instead of a status: the connection ends in the middle of the answer.
const CUT: u16 = 1;
/// Instead of a status: deletions are refused, everything else works.
const KEEP: u16 = 2;

/// A server with an empty bucket.
pub struct S3 {
    address: String,
    dir: tempfile::TempDir,
    fault: Arc<AtomicU16>,
    _runtime: Runtime,
}

impl S3 {
    pub fn new(dir: tempfile::TempDir) -> Self {
        std::fs::create_dir(dir.path().join(BUCKET)).unwrap();
        let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(dir.path()).unwrap());
        builder.set_auth(s3s::auth::SimpleAuth::from_single(KEY, SECRET));
        let (service, fault) = (builder.build(), Arc::new(AtomicU16::new(0)));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let switch = fault.clone();
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, service.clone(), switch.clone()));
            }
        });
        Self {
            address,
            dir,
            fault,
            _runtime: runtime,
        }
    }

    /// Where the objects lie, by their names.
    pub fn root(&self) -> PathBuf {
        self.dir.path().join(BUCKET)
    }

    /// What a client must know.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("KINORA_RELAY_BUCKET", format!("s3://{BUCKET}")),
            ("AWS_ENDPOINT", format!("http://{}", self.address)),
            ("AWS_ALLOW_HTTP", "true".to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
        ]
    }

    /// Answers every request with this status from now on.
    pub fn answer(&self, status: u16) {
        self.fault.store(status, Ordering::SeqCst);
    }

    /// Cuts every answer short from now on.
    pub fn cut(&self) {
        self.fault.store(CUT, Ordering::SeqCst);
    }

    /// Refuses to delete from now on.
    pub fn refuse_deletions(&self) {
        self.fault.store(KEEP, Ordering::SeqCst);
    }

    /// Works again.
    pub fn heal(&self) {
        self.fault.store(0, Ordering::SeqCst);
    }
}

async fn talk(stream: TcpStream, service: S3Service, fault: Arc<AtomicU16>) {
    let answer = service_fn(move |request: hyper::Request<Incoming>| {
        let (service, fault) = (service.clone(), fault.load(Ordering::SeqCst));
        async move { respond(service, request, fault).await }
    });
    let connection = hyper::server::conn::http1::Builder::new();
    // A client that goes away is its own business.
    let _ = connection
        .serve_connection(TokioIo::new(stream), answer)
        .await;
}

type Answer =
    hyper::Response<http_body_util::Either<http_body_util::Full<axum::body::Bytes>, s3s::Body>>;

async fn respond(
    service: S3Service,
    request: hyper::Request<Incoming>,
    fault: u16,
) -> Result<Answer, std::io::Error> {
    let query = request.uri().query().unwrap_or_default();
    let deletes =
        request.method() == "DELETE" || query.split('&').any(|word| word.starts_with("delete"));
    let fault = match fault {
        KEEP if deletes => 500,
        KEEP => 0,
        other => other,
    };
    match fault {
        0 => {
            let answer = service
                .call(request.map(s3s::Body::from))
                .await
                .map_err(std::io::Error::other)?;
            Ok(answer.map(http_body_util::Either::Right))
        }
        // An error instead of an answer ends the connection.
        CUT => Err(std::io::Error::other("cut")),
        status => {
            // Read to its end, as a server does that notices late.
            let _ = request.into_body().collect().await;
            let mut answer = hyper::Response::new(http_body_util::Either::Left(Default::default()));
            *answer.status_mut() = hyper::StatusCode::from_u16(status).unwrap();
            Ok(answer)
        }
    }
}
