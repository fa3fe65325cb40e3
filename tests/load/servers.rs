//! The servers that are measured: the relay with its clips, the bare route, and nginx, each a process of its own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use crate::support::clip::numbered;
use crate::support::{Home, Maker, Server};

/// Clips that are published; enough that a cache of them all would break the budget of memory.
const CLIPS: u64 = 8;
/// Bytes of each.
const CLIP_BYTES: usize = 32 << 20;

/// A relay with clips, and the same bytes as plain files.
pub struct Clips {
    /// The relay.
    pub relay: Server,
    /// Paths of the clips on the relay.
    pub paths: Vec<String>,
    /// The bytes of each.
    pub bytes: Vec<Vec<u8>>,
    /// A folder with the same bytes as `0.mp4`, `1.mp4`, ….
    pub folder: TempDir,
    _home: Home,
}

/// The servers beside the relay: name, address, and the process.
pub struct Peers(pub Vec<Peer>);

/// A server beside the relay.
pub struct Peer {
    /// What it is called in the table.
    pub name: &'static str,
    /// Host and port.
    pub address: String,
    process: Child,
}

impl Clips {
    /// Starts a relay and publishes the clips.
    pub fn publish() -> Self {
        let home = Home::on_disk();
        let limit = "100000000";
        let relay = home.start_with(&["--reads-per-second", limit, "--writes-per-second", limit]);
        let maker = Maker::new();
        let folder = tempfile::tempdir().unwrap();
        let (mut paths, mut bytes) = (Vec::new(), Vec::new());
        for seed in 0..CLIPS {
            let mp4 = padded(seed);
            let clip = maker.publish(&relay, &mp4, &json!({}));
            paths.push(format!("/media/{}/clip.mp4", clip["id"].as_str().unwrap()));
            std::fs::write(folder.path().join(format!("{seed}.mp4")), &mp4).unwrap();
            bytes.push(mp4);
        }
        Self {
            relay,
            paths,
            bytes,
            folder,
            _home: home,
        }
    }
}

impl Peers {
    /// Starts the bare route, and nginx where there is one.
    pub fn start(clips: &Clips, nginx: Option<&Path>) -> Self {
        let folder = clips.folder.path();
        let bare = std::env::current_exe().unwrap();
        let mut bare = Command::new(bare)
            .arg("--bare")
            .arg(folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(bare.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line.trim().rsplit('/').next().unwrap().to_owned();
        let mut all = vec![Peer {
            name: "bare axum route",
            address,
            process: bare,
        }];
        all.extend(nginx.map(|program| start_nginx(program, folder)));
        Self(all)
    }
}

impl Peer {
    /// Its number. It may have children.
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // SIGTERM, so that nginx ends its workers too.
        let _ = Command::new("kill")
            .arg(self.process.id().to_string())
            .status();
        let _ = self.process.wait();
    }
}

/// A clip of the wanted size: free space at its end, which players skip.
fn padded(seed: u64) -> Vec<u8> {
    let mut mp4 = numbered(seed);
    let free = CLIP_BYTES - mp4.len();
    mp4.extend(u32::try_from(free).unwrap().to_be_bytes());
    mp4.extend(b"free");
    // xorshift64: bytes that nothing on the way can shrink or mistake for others.
    let mut state = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    while mp4.len() < CLIP_BYTES {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        mp4.extend(state.to_le_bytes());
    }
    mp4.truncate(CLIP_BYTES);
    mp4
}

fn start_nginx(program: &Path, folder: &Path) -> Peer {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let address = format!("127.0.0.1:{port}");
    let folder = folder.display();
    let config = format!(
        "daemon off; pid {folder}/nginx.pid; error_log stderr; worker_processes 2; events {{ worker_connections 4096; }}\n\
         http {{ access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 1000000; types {{ video/mp4 mp4; }}\n\
         client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3; uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;\n\
         server {{ listen {address}; location /files/ {{ alias {folder}/; }} }} }}\n"
    );
    let path = Path::new(&folder.to_string()).join("nginx.conf");
    std::fs::File::create(&path)
        .unwrap()
        .write_all(config.as_bytes())
        .unwrap();
    let process = Command::new(program)
        .args(["-e", "stderr", "-c"])
        .arg(&path)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let peer = Peer {
        name: "nginx",
        address,
        process,
    };
    for _ in 0..200 {
        if TcpStream::connect(&peer.address).is_ok() {
            return peer;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    panic!("nginx does not start");
}
