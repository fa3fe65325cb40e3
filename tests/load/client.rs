//! One connection that asks for ranges and counts what comes, with as little work as possible: it shares the machine
//! with what it measures.

use std::io;
use std::ops::Range;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection that is kept.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    address: String,
    buffer: Vec<u8>,
}

impl Connection {
    /// Opens one. `buffer` is the number of bytes that are read at once.
    pub async fn open(address: &str, buffer: usize) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            address: address.to_owned(),
            buffer: vec![0; buffer],
        })
    }

    /// Asks for a range, hands every piece to `each`, and gives the time to the first byte. Anything but all bytes of the
    /// range is an error.
    pub async fn range(
        &mut self,
        path: &str,
        range: Range<u64>,
        mut each: impl FnMut(&[u8]),
    ) -> io::Result<Duration> {
        let begin = Instant::now();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nRange: bytes={}-{}\r\n\r\n",
            self.address,
            range.start,
            range.end - 1
        );
        self.stream.write_all(request.as_bytes()).await?;
        let mut have = self.read(0).await?;
        let first = begin.elapsed();
        let head = loop {
            let found = self.buffer[..have]
                .windows(4)
                .position(|end| end == b"\r\n\r\n");
            match found {
                Some(at) => break at + 4,
                None => have += self.read(have).await?,
            }
        };
        let mut left = check_head(&self.buffer[..head], &range)?;
        let mut piece = head..have;
        loop {
            left = left
                .checked_sub(piece.len() as u64)
                .ok_or_else(|| io::Error::other("too many bytes"))?;
            each(&self.buffer[piece]);
            if left == 0 {
                return Ok(first);
            }
            piece = 0..self.read(0).await?;
        }
    }

    async fn read(&mut self, at: usize) -> io::Result<usize> {
        match self.stream.read(&mut self.buffer[at..]).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            bytes => Ok(bytes),
        }
    }
}

fn check_head(head: &[u8], range: &Range<u64>) -> io::Result<u64> {
    let wrong = || io::Error::other(format!("not the range: {}", String::from_utf8_lossy(head)));
    let text = std::str::from_utf8(head).map_err(|_| wrong())?;
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.parse::<u64>().ok())?
    });
    let size = range.end - range.start;
    if text.starts_with("HTTP/1.1 206") && length == Some(size) {
        Ok(size)
    } else {
        Err(wrong())
    }
}
