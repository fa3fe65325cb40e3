//! A stretch of a file on its way to a reader, in pieces that are read when there is room to send them.
//!
//! Most of what is watched lies in the system's page cache. Then a read takes microseconds and needs no other thread; only
//! what the disk must bring is waited for on one. Buffers are used again at once, while they are warm.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use axum::body::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::task::JoinHandle;

/// Bytes of a piece. A reader that is slow holds one.
pub const PIECE_BYTES: usize = 64 * 1024;
/// Buffers that are kept for use again.
const MOST_SPARE: usize = 64;

static SPARE: Mutex<Vec<Box<[u8]>>> = Mutex::new(Vec::new());

/// The body.
#[derive(Debug)]
pub struct Pieces {
    file: Arc<File>,
    part: Range<u64>,
    /// A piece that the disk must bring.
    waiting: Option<JoinHandle<io::Result<Bytes>>>,
}

impl Pieces {
    /// A stretch of a file, which must lie inside it.
    pub fn new(file: File, part: Range<u64>) -> Self {
        Self {
            file: Arc::new(file),
            part,
            waiting: None,
        }
    }

    fn sent(&mut self, piece: Bytes) -> Option<io::Result<Frame<Bytes>>> {
        self.part.start += piece.len() as u64;
        Some(Ok(Frame::data(piece)))
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.part.is_empty() {
            return Poll::Ready(None);
        }
        if self.waiting.is_none() {
            let left = self.part.end - self.part.start;
            let (at, len) = (self.part.start, left.min(PIECE_BYTES as u64) as usize);
            if let Some(piece) = Spare::take().read_cached(&self.file, at, len) {
                return Poll::Ready(self.sent(piece));
            }
            let file = self.file.clone();
            let read = move || Spare::take().read(&file, at, len);
            self.waiting = Some(tokio::task::spawn_blocking(read));
        }
        let Some(waiting) = self.waiting.as_mut() else {
            return Poll::Ready(None);
        };
        let piece = ready!(Pin::new(waiting).poll(context));
        self.waiting = None;
        Poll::Ready(match piece.map_err(io::Error::other).flatten() {
            Ok(piece) => self.sent(piece),
            Err(error) => Some(Err(error)),
        })
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.part.end - self.part.start)
    }

    fn is_end_stream(&self) -> bool {
        self.part.is_empty()
    }
}

/// A buffer that goes back among the spare ones when the last of its bytes were sent.
struct Spare {
    buffer: Box<[u8]>,
    len: usize,
}

impl Spare {
    fn take() -> Self {
        let spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let buffer = spare.unwrap_or_else(|| vec![0; PIECE_BYTES].into_boxed_slice());
        Self { buffer, len: 0 }
    }

    /// What of a stretch is in memory already; none if nothing is, or if this system cannot tell.
    #[cfg(target_os = "linux")]
    fn read_cached(mut self, file: &File, at: u64, len: usize) -> Option<Bytes> {
        use rustix::io::{ReadWriteFlags, preadv2};
        let mut buffers = [io::IoSliceMut::new(&mut self.buffer[..len])];
        let read = preadv2(file, &mut buffers, at, ReadWriteFlags::NOWAIT);
        self.len = read.ok().filter(|&read| read > 0)?;
        Some(Bytes::from_owner(self))
    }

    #[cfg(not(target_os = "linux"))]
    fn read_cached(self, _: &File, _: u64, _: usize) -> Option<Bytes> {
        None
    }

    fn read(mut self, file: &File, at: u64, len: usize) -> io::Result<Bytes> {
        file.read_exact_at(&mut self.buffer[..len], at)?;
        self.len = len;
        Ok(Bytes::from_owner(self))
    }
}

impl AsRef<[u8]> for Spare {
    fn as_ref(&self) -> &[u8] {
        &self.buffer[..self.len]
    }
}

impl Drop for Spare {
    fn drop(&mut self) {
        let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < MOST_SPARE {
            spare.push(std::mem::take(&mut self.buffer));
        }
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    #[tokio::test]
    async fn a_part_comes_whole_and_in_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        let bytes: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
        std::fs::write(&path, &bytes).expect("written");
        for part in [0..300_000, 5..6, 65_535..131_073, 299_999..300_000] {
            let file = File::open(&path).expect("opened");
            let body = Pieces::new(file, part.clone());
            let came = body.collect().await.expect("read").to_bytes();
            assert_eq!(came, bytes[part.start as usize..part.end as usize]);
        }
    }

    #[tokio::test]
    async fn a_file_that_is_too_short_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        std::fs::write(&path, [7; 100]).expect("written");
        let body = Pieces::new(File::open(path).expect("opened"), 0..200);
        assert!(body.collect().await.is_err());
    }
}
