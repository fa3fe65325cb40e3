//! What every connection and every answer must bear: bytes that are no HTTP, too many requests, hostile pages.

#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

#[macro_use]
mod support;

use std::io::{Read as _, Write as _};

use serde_json::json;
use support::clip::CLIP;
use support::{Home, Maker, Request, Server};

on_every_store!(
    bytes_that_are_no_http_end_the_connection_only,
    too_many_requests_wait_and_a_header_helps_nobody,
    every_answer_carries_its_armour,
    one_key_is_one_however_many_addresses_it_has,
    nobody_keeps_the_relay_waiting,
);

fn bytes_that_are_no_http_end_the_connection_only(home: &Home) {
    let server = home.start();
    for bytes in [
        &b"\0\0\0\0\r\n\r\n"[..],
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /c/x HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
        &[0xff; 70_000],
    ] {
        let answer = server.raw(bytes);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{answer}"
        );
    }
    let headers = "X: y\r\n".repeat(500);
    assert!(
        server
            .raw(format!("GET / HTTP/1.1\r\nHost: a\r\n{headers}\r\n").as_bytes())
            .starts_with("HTTP/1.1 4")
    );
    server.get("/readyz").expect(200);
}

fn too_many_requests_wait_and_a_header_helps_nobody(home: &Home) {
    let server = home.start_with(&["--reads-per-second", "1"]);
    let ask = |n: u32| {
        Request::new("GET", "/healthz")
            .header("X-Forwarded-For", format!("203.0.113.{n}"))
            .send(&server.address)
    };
    let answers: Vec<_> = (0..40).map(ask).collect();
    let refused: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 429)
        .collect();
    assert!(
        !refused.is_empty(),
        "a forged address made every request a new one"
    );
    assert!(
        refused[0]
            .header("retry-after")
            .unwrap()
            .parse::<u32>()
            .unwrap()
            >= 1
    );
    drop(server);
    let server = home.start_with(&["--reads-per-second", "1", "--trusted-proxy", "127.0.0.0/8"]);
    let ask = |n: u32| {
        Request::new("GET", "/healthz")
            .header("X-Forwarded-For", format!("203.0.113.{n}"))
            .send(&server.address)
    };
    assert!(
        (0..40).all(|n| ask(n).status == 200),
        "behind a proxy of ours everybody counts for himself"
    );
}

fn every_answer_carries_its_armour(home: &Home) {
    let server = home.start();
    let clip = Maker::new().publish(
        &server,
        CLIP,
        &json!({ "title": "</script><script>alert(1)</script>" }),
    );
    let id = clip["id"].as_str().unwrap();
    for path in [
        "/",
        &format!("/c/{id}"),
        &format!("/embed/{id}"),
        &format!("/media/{id}/clip.mp4"),
        "/api/clips",
        "/api/openapi.json",
        "/nothing",
        "/assets/relay.css",
        "/healthz",
    ] {
        let answer = server.get(path);
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
            "{path}: {policy}"
        );
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
        for name in [
            "cross-origin-opener-policy",
            "cross-origin-embedder-policy",
            "cross-origin-resource-policy",
            "referrer-policy",
        ] {
            assert!(answer.header(name).is_some(), "{path}: {name}");
        }
        assert_eq!(answer.header("set-cookie"), None);
        let framable = policy.contains("frame-ancestors *");
        assert_eq!(framable, path.starts_with("/embed/"), "{path}");
        let page = answer
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("text/html"));
        assert!(!page || !answer.text().contains("<script>alert"), "{path}");
    }
    let preflight = Request::new("OPTIONS", "/api/clips")
        .header("Origin", "https://a.example")
        .header("Access-Control-Request-Method", "POST");
    let preflight = preflight.send(&server.address).expect(204);
    assert!(
        preflight
            .header("access-control-allow-headers")
            .unwrap()
            .contains("authorization")
    );
    let abilities = Request::new("OPTIONS", "/api/uploads")
        .send(&server.address)
        .expect(204);
    assert_eq!(abilities.header("tus-version"), Some("1.0.0"));
}

fn one_key_is_one_however_many_addresses_it_has(home: &Home) {
    let server = home.start_with(&["--writes-per-second", "1", "--trusted-proxy", "127.0.0.0/8"]);
    let (busy, other) = (Maker::new(), Maker::new());
    let begin = |maker: &Maker, n: usize| {
        let request = Request::new("POST", "/api/uploads")
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Length", 10)
            .header("X-Forwarded-For", format!("203.0.113.{n}"));
        maker.signed(&server, request).send(&server.address)
    };
    let refused = (0..40).map(|n| begin(&busy, n)).find(|a| a.status == 429);
    let refused = refused.expect("addresses do not make a key another one");
    refused.problem(429, "too-many-requests");
    begin(&other, 100).expect(201);
}

fn nobody_keeps_the_relay_waiting(home: &Home) {
    let mut clip = CLIP.to_vec();
    clip.extend((16_u32 << 20).to_be_bytes());
    clip.extend(b"free");
    clip.resize(CLIP.len() + (16 << 20), 7);
    let maker = Maker::new();
    let published = maker.publish(&home.start(), &clip, &json!({}));
    let server = home.start_with(&["--patience", "1s", "--metrics-listen", "127.0.0.1:0"]);
    let connect = || {
        let stream = std::net::TcpStream::connect(&server.address).unwrap();
        let time = std::time::Duration::from_secs(30);
        stream.set_read_timeout(Some(time)).unwrap();
        stream
    };
    // A signed request whose body never comes.
    let mut stream = connect();
    let request = maker.signed(&server, Request::new("POST", "/api/clips").body("{}"));
    let bytes = request.to_bytes(&server.address);
    stream.write_all(&bytes[..bytes.len() - 1]).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 408") && answer.contains("timeout"),
        "{answer}"
    );
    // A reader that takes nothing loses the connection; a slow one gets everything.
    let path = format!("/media/{}/clip.mp4", published["id"].as_str().unwrap());
    let ask = format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    let (mut lazy, mut slow) = (connect(), connect());
    for stream in [&mut lazy, &mut slow] {
        stream.write_all(ask.as_bytes()).unwrap();
    }
    let mut came = Vec::new();
    let mut piece = vec![0; 1 << 20];
    loop {
        let read = slow.read(&mut piece).unwrap();
        if read == 0 {
            break;
        }
        came.extend_from_slice(&piece[..read]);
        std::thread::sleep(std::time::Duration::from_millis(150));
    }
    assert!(came.ends_with(&clip), "a slow reader was cut off");
    // The only connection left is the one that nobody reads, until the relay gives it up.
    while connections(&server) > 0 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let mut rest = Vec::new();
    let _ = lazy.read_to_end(&mut rest);
    assert!(
        rest.len() < clip.len(),
        "a reader that took nothing was waited for"
    );
}

/// Connections that the relay holds, by its own count.
fn connections(server: &Server) -> u32 {
    let metrics = server.metrics.as_ref().unwrap();
    let text = Request::new("GET", "/metrics").send(metrics).text();
    let mut lines = text.lines();
    let count = lines.find_map(|line| line.strip_prefix("kinora_connections "));
    count.unwrap().parse().unwrap()
}
