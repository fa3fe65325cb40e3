//! A stretch of a file on its way to a reader, in pieces that are looked for when there is room to send them.
//!
//! Most of what is watched lies in the system's page cache, and the connection sends it from there. What the disk must bring is
//! read on another thread, so that nobody else waits for it.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Bytes;
use tokio::task::JoinHandle;

use crate::wire::{Line, Outgoing, STRETCH_BYTES, Stretch};

/// Bytes that are read from the disk at once. A reader that is slow holds so many.
pub const PIECE_BYTES: usize = 64 * 1024;

/// A stretch of a file, which must lie inside it.
#[derive(Clone, Debug)]
pub struct Section {
    /// The file.
    pub file: Arc<File>,
    /// Its bytes.
    pub bytes: Range<u64>,
}

/// The pieces.
#[derive(Debug)]
pub struct Pieces {
    section: Section,
    line: Line,
    /// A piece that the disk must bring.
    waiting: Option<JoinHandle<io::Result<Bytes>>>,
}

impl Pieces {
    /// The pieces of a section, for the connection with this line.
    pub fn new(section: Section, line: Line) -> Self {
        let waiting = None;
        Self {
            section,
            line,
            waiting,
        }
    }

    /// How many bytes are left.
    pub fn left(&self) -> u64 {
        self.section.bytes.end - self.section.bytes.start
    }

    /// The next piece; none after the last.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Outgoing>>> {
        let (file, at, left) = (&self.section.file, self.section.bytes.start, self.left());
        if left == 0 {
            return Poll::Ready(None);
        }
        if self.waiting.is_none() {
            let len = cached(file, at, left.min(STRETCH_BYTES as u64) as usize);
            if len > 0 {
                self.section.bytes.start += len as u64;
                let stretch = Stretch::new(file.clone(), at, len, self.line.clone());
                return Poll::Ready(Some(Ok(Outgoing::File(stretch))));
            }
            let (file, len) = (file.clone(), left.min(PIECE_BYTES as u64) as usize);
            self.waiting = Some(tokio::task::spawn_blocking(move || read(&file, at, len)));
        }
        let Some(waiting) = self.waiting.as_mut() else {
            return Poll::Ready(None);
        };
        let piece = ready!(Pin::new(waiting).poll(context));
        self.waiting = None;
        let piece = piece.map_err(io::Error::other).flatten();
        self.section.bytes.start += piece.as_ref().map_or(0, |piece| piece.len() as u64);
        Poll::Ready(Some(piece.map(Outgoing::Bytes)))
    }
}

fn read(file: &File, at: u64, len: usize) -> io::Result<Bytes> {
    let mut piece = vec![0; len];
    file.read_exact_at(&mut piece, at)?;
    Ok(piece.into())
}

/// How much of the beginning of a stretch is in memory already, as far as a look every [`PROBE_BYTES`] tells; nothing if this
/// system cannot tell.
#[cfg(target_os = "linux")]
fn cached(file: &File, at: u64, len: usize) -> usize {
    use rustix::io::{ReadWriteFlags, preadv2};
    /// The kernel reads ahead in steps of this size.
    const PROBE_BYTES: usize = 128 * 1024;
    let is_cached = |place: usize| {
        let mut byte = [0];
        let mut bytes = [io::IoSliceMut::new(&mut byte)];
        let read = preadv2(file, &mut bytes, at + place as u64, ReadWriteFlags::NOWAIT);
        read.is_ok_and(|read| read == 1)
    };
    let missing = (0..len)
        .step_by(PROBE_BYTES)
        .find(|&place| !is_cached(place));
    match missing {
        Some(place) => place,
        None if is_cached(len - 1) => len,
        None => (len - 1) / PROBE_BYTES * PROBE_BYTES,
    }
}

#[cfg(not(target_os = "linux"))]
fn cached(_: &File, _: u64, _: usize) -> usize {
    0
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn pieces(bytes: &[u8], part: Range<u64>) -> Pieces {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(bytes).expect("written");
        let file = Arc::new(file);
        Pieces::new(Section { file, bytes: part }, Line::default())
    }

    async fn all(pieces: &mut Pieces) -> io::Result<usize> {
        let mut len = 0;
        while let Some(piece) = std::future::poll_fn(|context| pieces.poll_next(context)).await {
            len += hyper::body::Buf::remaining(&piece?);
        }
        Ok(len)
    }

    #[tokio::test]
    async fn a_part_comes_whole() {
        let bytes = vec![7; 3_000_000];
        for part in [0..3_000_000, 5..6, 65_535..1_131_073, 2_999_999..3_000_000] {
            let len = (part.end - part.start) as usize;
            let came = all(&mut pieces(&bytes, part)).await;
            assert_eq!(came.expect("read"), len);
        }
    }

    #[tokio::test]
    async fn what_the_disk_must_bring_is_read_elsewhere() {
        let read = read(pieces(b"some bytes", 0..1).section.file.as_ref(), 5, 5);
        assert_eq!(read.expect("read"), "bytes");
    }

    #[tokio::test]
    async fn a_file_that_is_too_short_is_an_error() {
        let mut short = pieces(&[7; 100], 200..300);
        assert!(all(&mut short).await.is_err());
    }
}
