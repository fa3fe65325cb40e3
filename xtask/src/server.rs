//! A static server for localhost: the types, ranges and fallback that any host of the studio has.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result};
use tiny_http::{Header, Method, Request, Response, Server, StatusCode};

/// Requests that are answered at once; a download must not hold up the page.
const THREADS: usize = 8;

/// Serves `root` until the process ends.
pub fn run(server: &Server, root: &Path) -> Result<()> {
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for request in server.incoming_requests() {
                    // A reader that went away is no fault of ours, and there is nobody left to tell.
                    let _ = answer(request, root);
                }
            });
        }
    });
    Ok(())
}

fn answer(request: Request, root: &Path) -> Result<()> {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return Ok(request.respond(Response::empty(405))?);
    }
    let Some(path) = resolve(root, request.url()) else {
        return Ok(request.respond(Response::from_string("not found").with_status_code(404))?);
    };
    let mut file = File::open(&path).context("cannot open")?;
    let data = file.metadata()?;
    let tag = format!(
        "\"{:x}-{:x}\"",
        data.len(),
        data.modified()?.duration_since(UNIX_EPOCH)?.as_micros()
    );
    let mut headers = vec![
        header("Content-Type", mime(&path)),
        header("ETag", &tag),
        header("Cache-Control", "no-cache"),
        header("Accept-Ranges", "bytes"),
    ];
    if value(&request, "If-None-Match") == Some(&tag) {
        return Ok(request.respond(Response::new(
            StatusCode(304),
            headers,
            std::io::empty(),
            Some(0),
            None,
        ))?);
    }
    let (status, start, end) = match value(&request, "Range").map(|text| range(text, data.len())) {
        None | Some(Asked::Whole) => (200, 0, data.len()),
        Some(Asked::Part(start, end)) => (206, start, end),
        Some(Asked::Nothing) => {
            headers.push(header("Content-Range", &format!("bytes */{}", data.len())));
            return Ok(request.respond(Response::new(
                StatusCode(416),
                headers,
                std::io::empty(),
                Some(0),
                None,
            ))?);
        }
    };
    if status == 206 {
        headers.push(header(
            "Content-Range",
            &format!("bytes {start}-{}/{}", end - 1, data.len()),
        ));
    }
    file.seek(SeekFrom::Start(start))?;
    let length = end - start;
    let body = file.take(length);
    Ok(request.respond(
        Response::new(
            StatusCode(status),
            headers,
            body,
            usize::try_from(length).ok(),
            None,
        )
        .with_chunked_threshold(usize::MAX),
    )?)
}

/// The file for a URL. Names without a file extension are the app's own pages (`/r`), which `index.html` answers.
fn resolve(root: &Path, url: &str) -> Option<PathBuf> {
    let path = Path::new(url.split(['?', '#']).next()?.trim_start_matches('/'));
    if path
        .components()
        .any(|part| !matches!(part, Component::Normal(_)))
    {
        return None;
    }
    let file = root.join(path);
    if fs::metadata(&file).is_ok_and(|data| data.is_file()) {
        return Some(file);
    }
    let index = if file.is_dir() && file.join("index.html").exists() {
        file.join("index.html")
    } else {
        root.join("index.html")
    };
    (path.extension().is_none() && index.exists()).then_some(index)
}

/// What a `Range` header asks for.
#[derive(Debug, PartialEq)]
enum Asked {
    Whole,
    Part(u64, u64),
    Nothing,
}

/// One range of bytes; several at once, or anything unreadable, get the whole file, as HTTP allows.
fn range(text: &str, length: u64) -> Asked {
    let Some((first, last)) = text
        .strip_prefix("bytes=")
        .and_then(|bytes| bytes.split_once('-'))
    else {
        return Asked::Whole;
    };
    let (start, end) = match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
        (Ok(start), Ok(last)) => (start, last.saturating_add(1).min(length)),
        (Ok(start), Err(_)) if last.trim().is_empty() => (start, length),
        (Err(_), Ok(count)) if first.trim().is_empty() => (length.saturating_sub(count), length),
        _ => return Asked::Whole,
    };
    if start < end {
        Asked::Part(start, end)
    } else {
        Asked::Nothing
    }
}

fn mime(path: &Path) -> &'static str {
    match path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
    {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "mp4" => "video/mp4",
        "txt" | "md" | "wgsl" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("our own header names and values are ASCII")
}

fn value<'a>(request: &'a Request, name: &'static str) -> Option<&'a str> {
    request
        .headers()
        .iter()
        .find(|header| header.field.equiv(name))
        .map(|header| header.value.as_str())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn ranges_follow_http() {
        assert_eq!(range("bytes=0-9", 100), Asked::Part(0, 10));
        assert_eq!(range("bytes=90-", 100), Asked::Part(90, 100));
        assert_eq!(range("bytes=-5", 100), Asked::Part(95, 100));
        assert_eq!(range("bytes=50-1000", 100), Asked::Part(50, 100));
        assert_eq!(range("bytes=100-", 100), Asked::Nothing);
        assert_eq!(range("bytes=0-1,5-6", 100), Asked::Whole);
        assert_eq!(range("lines=1-2", 100), Asked::Whole);
    }

    #[test]
    fn urls_stay_inside_and_pages_fall_back() {
        let root = std::env::temp_dir().join(format!("kinora-server-{}", std::process::id()));
        fs::create_dir_all(root.join("models")).expect("the temporary directory is writable");
        fs::write(root.join("index.html"), "page").expect("the temporary directory is writable");
        fs::write(root.join("models/a.json"), "{}").expect("the temporary directory is writable");
        assert_eq!(resolve(&root, "/"), Some(root.join("index.html")));
        assert_eq!(resolve(&root, "/r?x=1"), Some(root.join("index.html")));
        assert_eq!(
            resolve(&root, "/models/a.json"),
            Some(root.join("models/a.json"))
        );
        assert_eq!(resolve(&root, "/models/missing.json"), None);
        assert_eq!(resolve(&root, "/../etc/passwd"), None);
        fs::remove_dir_all(&root).expect("we made it");
    }

    #[test]
    fn a_browser_gets_types_ranges_and_revalidation() {
        let root = std::env::temp_dir().join(format!("kinora-served-{}", std::process::id()));
        fs::create_dir_all(&root).expect("the temporary directory is writable");
        fs::write(root.join("a.wasm"), b"0123456789").expect("the temporary directory is writable");
        let server = Server::http("127.0.0.1:0").expect("a free port exists");
        let address = server.server_addr().to_ip().expect("it listens on TCP");
        let ask = |extra: &str| {
            let mut stream = std::net::TcpStream::connect(address).expect("the server listens");
            let text =
                format!("GET /a.wasm HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{extra}\r\n");
            stream.write_all(text.as_bytes()).expect("the server reads");
            answer(server.recv().expect("a request came"), &root).expect("the server answers");
            let mut reply = String::new();
            stream
                .read_to_string(&mut reply)
                .expect("the server closes");
            reply
        };
        let whole = ask("");
        assert!(
            whole.starts_with("HTTP/1.1 200") && whole.ends_with("\r\n\r\n0123456789"),
            "{whole}"
        );
        assert!(
            whole.contains("Content-Type: application/wasm")
                && whole.contains("Content-Length: 10"),
            "{whole}"
        );
        let part = ask("Range: bytes=2-4\r\n");
        assert!(
            part.starts_with("HTTP/1.1 206") && part.ends_with("\r\n\r\n234"),
            "{part}"
        );
        assert!(part.contains("Content-Range: bytes 2-4/10"), "{part}");
        let tag = whole
            .lines()
            .find_map(|line| line.strip_prefix("ETag: "))
            .expect("a tag")
            .to_owned();
        assert!(ask(&format!("If-None-Match: {tag}\r\n")).starts_with("HTTP/1.1 304"));
        assert!(ask("Range: bytes=10-\r\n").starts_with("HTTP/1.1 416"));
        fs::remove_dir_all(&root).expect("we made it");
    }
}
