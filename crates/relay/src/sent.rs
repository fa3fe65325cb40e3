//! The body of an answer as its connection takes it, counted: what a handler made, or a section of a file in its place.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::response::Response;
use hyper::body::{Buf as _, Frame, SizeHint};
use prometheus_client::metrics::counter::Counter;

use crate::pieces::{Pieces, Section};
use crate::wire::{Line, Outgoing};

/// The body.
#[derive(Debug)]
pub struct Sent {
    body: What,
    bytes: Counter,
}

#[derive(Debug)]
enum What {
    Body(Body),
    File(Pieces),
}

impl Sent {
    /// An answer as the connection with this line takes it. A handler that wants a section of a file to be sent puts the [`Section`]
    /// among the answer's extensions and says its length in the headers.
    pub fn of(mut response: Response, line: &Line, bytes: Counter) -> axum::http::Response<Self> {
        let section = response.extensions_mut().remove::<Section>();
        response.map(|body| {
            let body = match section {
                Some(section) => What::File(Pieces::new(section, line.clone())),
                None => What::Body(body),
            };
            Self { body, bytes }
        })
    }
}

impl hyper::body::Body for Sent {
    type Data = Outgoing;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Outgoing>, axum::Error>>> {
        let frame = match &mut self.body {
            What::Body(body) => {
                let frame = ready!(Pin::new(body).poll_frame(context));
                frame.map(|frame| frame.map(|frame| frame.map_data(Outgoing::Bytes)))
            }
            What::File(pieces) => {
                let piece = ready!(pieces.poll_next(context));
                piece.map(|piece| piece.map(Frame::data).map_err(axum::Error::new))
            }
        };
        if let Some(Ok(frame)) = &frame {
            let bytes = frame.data_ref().map_or(0, |data| data.remaining());
            self.bytes.inc_by(bytes as u64);
        }
        Poll::Ready(frame)
    }

    fn size_hint(&self) -> SizeHint {
        match &self.body {
            What::Body(body) => body.size_hint(),
            What::File(pieces) => SizeHint::with_exact(pieces.left()),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.body {
            What::Body(body) => body.is_end_stream(),
            What::File(pieces) => pieces.left() == 0,
        }
    }
}
