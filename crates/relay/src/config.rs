//! What a host can set. Everything has a default that works on one machine; no secret has one, because there is none.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use axum::http::Uri;
use ipnet::IpNet;
use sqlx::postgres::PgConnectOptions;

/// Settings, from arguments or from environment variables.
#[derive(Clone, Debug, clap::Args)]
pub struct Config {
    /// Where everything is kept.
    #[command(flatten)]
    pub store: StoreConfig,
    /// Address to listen on.
    #[arg(long, env = "KINORA_RELAY_LISTEN", default_value = "127.0.0.1:8090")]
    pub listen: SocketAddr,
    /// What browsers see, such as https://clips.example. Default: http:// and the address.
    #[arg(long, env = "KINORA_RELAY_ORIGIN")]
    pub origin: Option<Origin>,
    /// Another origin of this relay for videos and stills, so that pages and bytes share nothing. Default: the same.
    #[arg(long, env = "KINORA_RELAY_MEDIA_ORIGIN")]
    pub media_origin: Option<Origin>,
    /// Where the studio is, for remixing.
    #[arg(
        long,
        env = "KINORA_RELAY_STUDIO",
        default_value = "http://localhost:8080"
    )]
    pub studio: Origin,
    /// Folder of the built studio, to serve it beside the clips. Default: the studio is elsewhere.
    #[arg(long, env = "KINORA_RELAY_STUDIO_DIR", conflicts_with = "studio")]
    pub studio_dir: Option<PathBuf>,
    /// Networks whose X-Forwarded-For is believed, such as 10.0.0.0/8.
    #[arg(long, env = "KINORA_RELAY_TRUSTED_PROXY", value_delimiter = ',')]
    pub trusted_proxy: Vec<IpNet>,
    /// The largest video, in bytes.
    #[arg(long, env = "KINORA_RELAY_MAX_VIDEO_BYTES", default_value_t = 64 << 20)]
    pub max_video_bytes: u64,
    /// How long an upload may take, from its beginning to its publishing.
    #[arg(long, env = "KINORA_RELAY_UPLOAD_LIFETIME", default_value = "24h", value_parser = humantime::parse_duration)]
    pub upload_lifetime: Duration,
    /// What one key may keep, in bytes, uploads under way included.
    #[arg(long, env = "KINORA_RELAY_QUOTA_BYTES", default_value_t = 1 << 30)]
    pub quota_bytes: u64,
    /// Reads per second from one address (IPv6: from one /64).
    #[arg(long, env = "KINORA_RELAY_READS_PER_SECOND", default_value = "200")]
    pub reads_per_second: std::num::NonZeroU32,
    /// Writes per second from one address, and from one key.
    #[arg(long, env = "KINORA_RELAY_WRITES_PER_SECOND", default_value = "10")]
    pub writes_per_second: std::num::NonZeroU32,
    /// Reports per hour from one address.
    #[arg(long, env = "KINORA_RELAY_REPORTS_PER_HOUR", default_value = "10")]
    pub reports_per_hour: std::num::NonZeroU32,
    /// Address for Prometheus, such as 127.0.0.1:9464, where /metrics is and nothing else. Default: none.
    #[arg(long, env = "KINORA_RELAY_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,
    /// How long somebody may keep the relay waiting: until a request has come whole (uploads may take longer, but not pause), and
    /// until some of an answer is taken.
    #[arg(long, env = "KINORA_RELAY_PATIENCE", default_value = "60s", value_parser = humantime::parse_duration)]
    pub patience: Duration,
    /// How long the relay serves on after it was told to stop, while /readyz answers 503: as long as a load balancer needs to
    /// notice. At most 25 seconds.
    #[arg(long, env = "KINORA_RELAY_LINGER", default_value = "0s", value_parser = linger)]
    pub linger: Duration,
    /// The most connections at once.
    #[arg(long, env = "KINORA_RELAY_CONNECTIONS", default_value_t = 4096)]
    pub connections: usize,
}

/// Where everything is kept: a folder, or a PostgreSQL database and a bucket that several relays share.
#[derive(Clone, Debug, clap::Args)]
pub struct StoreConfig {
    /// Folder of the database and the files, as far as they are not elsewhere.
    #[arg(long, env = "KINORA_RELAY_DATA", default_value = "relay-data")]
    pub data: PathBuf,
    /// PostgreSQL database, such as postgres://relay@db.example/relay. Default: SQLite in the folder.
    #[arg(long, env = "KINORA_RELAY_DATABASE", hide_env_values = true)]
    pub database: Option<ServerUrl>,
    /// The most connections of this process to PostgreSQL.
    #[arg(long, env = "KINORA_RELAY_DATABASE_CONNECTIONS", default_value_t = 10)]
    pub database_connections: u32,
    /// S3-compatible bucket, such as s3://clips or s3://bucket/folder; keys, region and endpoint come from the AWS_
    /// variables. Default: files in the folder.
    #[arg(long, env = "KINORA_RELAY_BUCKET")]
    pub bucket: Option<Bucket>,
    /// How old an object must be that no row names before it is deleted from a bucket.
    #[arg(long, env = "KINORA_RELAY_SWEEP_AFTER", default_value = "24h", value_parser = humantime::parse_duration)]
    pub sweep_after: Duration,
}

impl StoreConfig {
    /// Whether this process alone may use the folder: nothing of a node that shares everything is in it.
    pub fn uses_folder(&self) -> bool {
        self.database.is_none() || self.bucket.is_none()
    }
}

fn linger(text: &str) -> Result<Duration, String> {
    let time = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    let fits = time <= Duration::from_secs(25);
    fits.then_some(time)
        .ok_or_else(|| "it may be 25s at most".to_owned())
}

/// Address of a PostgreSQL database. It may hold a password, so it is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerUrl(String);

impl ServerUrl {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ServerUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let ours = text.starts_with("postgres://") || text.starts_with("postgresql://");
        let ok = ours && PgConnectOptions::from_str(text).is_ok();
        ok.then(|| Self(text.to_owned()))
            .ok_or_else(|| "it must read postgres://user@host/database".to_owned())
    }
}

impl fmt::Debug for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerUrl(…)")
    }
}

/// A bucket, or a folder in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// The bucket.
    pub name: String,
    /// The folder in it; empty for the whole bucket.
    pub prefix: String,
}

impl FromStr for Bucket {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is not a bucket such as s3://clips");
        let rest = text.strip_prefix("s3://").ok_or_else(wrong)?;
        let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if name.is_empty() {
            return Err(wrong());
        }
        Ok(Self {
            name: name.to_owned(),
            prefix: prefix.trim_matches('/').to_owned(),
        })
    }
}

/// Scheme and host of a site, such as `https://clips.example`, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host and port, as in a `Host` header.
    pub fn authority(&self) -> &str {
        self.0
            .split_once("://")
            .map_or("", |(_, authority)| authority)
    }

    /// Whether it is reached over TLS.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is not an origin such as https://clips.example");
        let text = text.strip_suffix('/').unwrap_or(text);
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let scheme = uri
            .scheme_str()
            .filter(|scheme| ["http", "https"].contains(scheme));
        let (Some(scheme), Some(authority)) = (scheme, uri.authority()) else {
            return Err(wrong());
        };
        let origin = format!("{scheme}://{authority}");
        (origin == text && !authority.as_str().contains('@'))
            .then_some(Self(origin))
            .ok_or_else(wrong)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
