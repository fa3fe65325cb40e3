//! A connection that sends stretches of files which nobody reads: the kernel hands its page cache to the socket (`sendfile`).
//!
//! hyper moves buffers from bodies to connections and knows no files. A [`Stretch`] therefore shows it a stand-in, and tells the
//! connection what it stands for; when the connection is handed the stand-in, it sends the file instead. Both ends are here. Should
//! a stand-in ever be copied on its way, the connection notices that it was told of a stretch which did not come, and breaks:
//! nobody is sent what was not in the file.

use std::fs::File;
use std::io::{self, IoSlice};
use std::os::unix::fs::FileExt as _;
use std::pin::Pin;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Bytes;
use hyper::body::Buf;
use rustix::net::{SendFlags, send};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// The longest stretch, in bytes.
pub const STRETCH_BYTES: usize = 1 << 20;
/// Bytes that are copied at once where the system cannot send a file.
const COPY_BYTES: usize = 16 * 1024;

/// Never read, so it takes addresses and no memory.
static STAND_IN: LazyLock<Box<[u8]>> = LazyLock::new(|| vec![0; STRETCH_BYTES].into_boxed_slice());

/// What bodies hand to a connection.
#[derive(Debug)]
pub enum Outgoing {
    /// Bytes in memory.
    Bytes(Bytes),
    /// Bytes in a file.
    File(Stretch),
}

/// A stretch of a file, at most [`STRETCH_BYTES`] long, on its way to one connection.
#[derive(Debug)]
pub struct Stretch {
    what: What,
    line: Line,
}

/// Bytes of a file.
#[derive(Clone, Debug)]
struct What {
    file: Arc<File>,
    at: u64,
    len: usize,
}

/// What the stand-ins stand for that a connection is about to be handed.
#[derive(Clone, Debug, Default)]
pub struct Line(Arc<Mutex<Vec<What>>>);

/// The connection.
#[derive(Debug)]
pub struct Wire {
    stream: TcpStream,
    line: Line,
    patience: Duration,
    /// Runs while the reader takes nothing.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Stretch {
    /// `len` bytes of a file from `at` on, for the connection with this line.
    pub fn new(file: Arc<File>, at: u64, len: usize, line: Line) -> Self {
        let len = len.min(STRETCH_BYTES);
        Self {
            what: What { file, at, len },
            line,
        }
    }
}

impl Buf for Outgoing {
    fn remaining(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::File(stretch) => stretch.what.len,
        }
    }

    fn chunk(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::File(stretch) => {
                stretch.line.tell(stretch.what.clone());
                &STAND_IN[..stretch.what.len]
            }
        }
    }

    fn advance(&mut self, count: usize) {
        match self {
            Self::Bytes(bytes) => bytes.advance(count),
            Self::File(stretch) => {
                stretch.what.at += count as u64;
                stretch.what.len -= count;
            }
        }
    }
}

impl Line {
    fn tell(&self, what: What) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(what);
    }

    fn told(&self) -> Vec<What> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Wire {
    /// A connection, and the line to it for bodies. It breaks when its reader takes nothing for so long.
    pub fn new(stream: TcpStream, patience: Duration) -> (Self, Line) {
        let line = Line::default();
        let wire = Self {
            stream,
            line: line.clone(),
            patience,
            waiting: None,
        };
        (wire, line)
    }

    fn poll_write_some(
        &mut self,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let told = self.line.told();
        let mut stand_ins = (0..buffers.len()).filter(|&n| is_stand_in(&buffers[n]));
        match (stand_ins.next(), stand_ins.count(), told.len()) {
            (None, _, 0) => Pin::new(&mut self.stream).poll_write_vectored(context, buffers),
            // The last that were told are these; what was told before was asked for and not sent.
            (Some(first), after, all) if all > after => {
                self.poll_send(context, &buffers[..first], &told[all - after - 1])
            }
            _ => Poll::Ready(Err(io::Error::other("a stretch of a file was lost"))),
        }
    }

    /// Sends what stands before the first stretch, and of it what there is room for.
    fn poll_send(
        &mut self,
        context: &mut Context<'_>,
        before: &[IoSlice<'_>],
        what: &What,
    ) -> Poll<io::Result<usize>> {
        let stream = &self.stream;
        if let Some(first) = before.first() {
            // More follows at once: the head of an answer is no packet of its own.
            let flags = SendFlags::MORE | SendFlags::NOSIGNAL;
            let sent = ready!(poll_io(stream, context, || Ok(send(stream, first, flags)?)))?;
            if before.len() > 1 || sent < first.len() {
                return Poll::Ready(Ok(sent));
            }
        }
        let head = before.first().map_or(0, |first| first.len());
        match poll_io(stream, context, || what.send(stream)) {
            Poll::Ready(sent) => Poll::Ready(sent.map(|sent| head + sent)),
            Poll::Pending if head > 0 => Poll::Ready(Ok(head)),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(context, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let sent = self.poll_write_some(context, buffers);
        if sent.is_ready() {
            self.waiting = None;
            return sent;
        }
        let patience = self.patience;
        let waiting = self
            .waiting
            .get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(waiting.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl What {
    /// Sends what there is room for.
    #[cfg(target_os = "linux")]
    fn send(&self, stream: &TcpStream) -> io::Result<usize> {
        use rustix::io::Errno;
        let mut at = self.at;
        match rustix::fs::sendfile(stream, &*self.file, Some(&mut at), self.len) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            // Some file systems cannot.
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => self.copy(stream),
            sent => Ok(sent?),
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn send(&self, stream: &TcpStream) -> io::Result<usize> {
        self.copy(stream)
    }

    fn copy(&self, stream: &TcpStream) -> io::Result<usize> {
        let mut bytes = [0; COPY_BYTES];
        let bytes = &mut bytes[..self.len.min(COPY_BYTES)];
        self.file.read_exact_at(bytes, self.at)?;
        Ok(send(stream, bytes, SendFlags::NOSIGNAL)?)
    }
}

/// Does something with a socket as soon as it has room.
fn poll_io(
    stream: &TcpStream,
    context: &mut Context<'_>,
    mut act: impl FnMut() -> io::Result<usize>,
) -> Poll<io::Result<usize>> {
    loop {
        ready!(stream.poll_write_ready(context))?;
        match stream.try_io(Interest::WRITABLE, &mut act) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            done => return Poll::Ready(done),
        }
    }
}

fn is_stand_in(buffer: &[u8]) -> bool {
    std::ptr::eq(buffer.as_ptr(), STAND_IN.as_ptr())
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    async fn pair() -> (Wire, Line, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (there, here) = tokio::join!(TcpStream::connect(address), listener.accept());
        let (wire, line) = Wire::new(here.expect("accepted").0, Duration::from_secs(60));
        (wire, line, there.expect("connected"))
    }

    fn file(bytes: &[u8]) -> Arc<File> {
        use std::io::Write as _;
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(bytes).expect("written");
        Arc::new(file)
    }

    /// As hyper does it: all buffers at once, again and again until all is sent.
    async fn send_all(wire: &mut Wire, mut buffers: Vec<Outgoing>) -> io::Result<()> {
        while buffers.iter().any(Buf::has_remaining) {
            let slices: Vec<_> = buffers.iter().map(|b| IoSlice::new(b.chunk())).collect();
            let mut sent = wire.write_vectored(&slices).await?;
            assert!(sent > 0);
            for buffer in &mut buffers {
                let of_this = sent.min(buffer.remaining());
                buffer.advance(of_this);
                sent -= of_this;
            }
            buffers.retain(Buf::has_remaining);
        }
        Ok(())
    }

    #[tokio::test]
    async fn stretches_and_bytes_arrive_in_order() {
        let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
        let (mut wire, line, mut there) = pair().await;
        let file = file(&bytes);
        let stretch = |at: usize, len| {
            Outgoing::File(Stretch::new(file.clone(), at as u64, len, line.clone()))
        };
        let buffers = vec![
            Outgoing::Bytes(Bytes::from_static(b"head")),
            stretch(5, STRETCH_BYTES),
            stretch(5 + STRETCH_BYTES, 70_001),
            Outgoing::Bytes(Bytes::from_static(b"middle")),
            stretch(2_999_999, 1),
        ];
        let reading = tokio::spawn(async move {
            let mut came = Vec::new();
            there.read_to_end(&mut came).await.expect("read");
            came
        });
        send_all(&mut wire, buffers).await.expect("sent");
        drop(wire);
        let wanted = [
            b"head",
            &bytes[5..5 + STRETCH_BYTES + 70_001],
            b"middle",
            &bytes[2_999_999..],
        ];
        assert!(reading.await.expect("a task") == wanted.concat());
    }

    #[tokio::test]
    async fn a_stand_in_that_was_copied_is_never_sent() {
        let (mut wire, line, mut there) = pair().await;
        let stretch = Outgoing::File(Stretch::new(file(b"something"), 0, 9, line));
        let copied = stretch.chunk().to_vec();
        wire.write_all(&copied).await.expect_err("refused");
        drop(wire);
        let mut came = Vec::new();
        there.read_to_end(&mut came).await.expect("read");
        assert!(came.is_empty());
    }

    #[tokio::test]
    async fn a_file_that_is_too_short_ends_the_connection() {
        let (mut wire, line, _there) = pair().await;
        let stretch = Outgoing::File(Stretch::new(file(b"short"), 0, 9, line));
        assert!(send_all(&mut wire, vec![stretch]).await.is_err());
    }

    #[tokio::test]
    async fn a_system_that_cannot_send_files_copies_them() {
        let (wire, line, mut there) = pair().await;
        let stretch = Stretch::new(file(b"some bytes of a file"), 5, 5, line);
        wire.stream.writable().await.expect("room");
        assert_eq!(stretch.what.copy(&wire.stream).expect("sent"), 5);
        let mut came = [0; 5];
        there.read_exact(&mut came).await.expect("read");
        assert_eq!(&came, b"bytes");
    }
}
