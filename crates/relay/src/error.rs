//! What can go wrong for a caller, and the problem document (RFC 9457) that says so.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kinora_consent::ConsentError;
use kinora_contract::clip_file::ClipFileError;
use kinora_contract::share::{Problem, ShareError};
use kinora_contract::signing::SigningError;
use thiserror::Error;

use crate::check::CheckError;
use crate::outage::{self, Outage};
use crate::reports::Reason;

/// Every error that a caller can see. What is the caller's fault says what helps; what is ours says only that.
#[derive(Debug, Error)]
pub enum ApiError {
    /// There is nothing at the address.
    #[error("There is nothing at this address. Check that the link is complete.")]
    NotFound,
    /// The clip was there.
    #[error("This clip was removed.")]
    Removed,
    /// The operator removed it.
    #[error("This clip was taken down by the operator of this relay. The reason: {}.", reason.words())]
    TakenDown {
        /// Why.
        reason: Reason,
    },
    /// A form of a page that is not ours.
    #[error(
        "Reports are taken from this relay's own pages only. Open the clip's page there and press Report."
    )]
    ElsewhereForm,
    /// Enough people said so.
    #[error("This clip was reported often and is waiting to be looked at. Nothing more is needed.")]
    ReportedOften,
    /// The address exists, the method does not.
    #[error("This address does not answer to this method.")]
    MethodNotAllowed,
    /// The request must be signed and is not.
    #[error("This request must be signed by a device key: the Authorization header is missing.")]
    Unsigned,
    /// The signature's header cannot be read.
    #[error("The Authorization header cannot be read: {0}.")]
    BadHeader(#[from] SigningError),
    /// The signature is refused.
    #[error("The signature is refused: {0}.")]
    BadSignature(#[from] ConsentError),
    /// The request was seen before.
    #[error("This request was sent before. Sign it again with a new nonce.")]
    Replayed,
    /// Somebody else's.
    #[error("Only the device key that published this clip may change or delete it.")]
    NotYours,
    /// The maker of the parent allows no remixes.
    #[error("The maker of \"{title}\" does not allow remixes of it.")]
    RemixForbidden {
        /// The parent's title.
        title: String,
    },
    /// The maker of a clip that this one came from hides remixes.
    #[error(
        "This clip is a remix, and the maker of a clip that it came from lets no remixes by others stand here."
    )]
    RemixHidden,
    /// The clip shows somebody by a picture of their face.
    #[error(
        "This clip shows somebody by a picture of their face. This relay keeps no grants for that yet, so it does not share such clips; yours is still on your device."
    )]
    NoGrant,
    /// The recipe's parent is named by id, and the file of that id is another one.
    #[error("The recipe names clip {id} as its parent, but with the hash of another file.")]
    ParentMismatch {
        /// The parent's id.
        id: String,
    },
    /// The JSON cannot be used.
    #[error("The request cannot be read: {0}.")]
    BadJson(String),
    /// A query, a path or a header cannot be used.
    #[error("{0}")]
    BadRequest(&'static str),
    /// A title, a name or captions cannot be used.
    #[error(transparent)]
    BadText(#[from] ShareError),
    /// The body has the wrong type.
    #[error("The body must be of the type {0}.")]
    MediaType(&'static str),
    /// The file is not a clip.
    #[error("The file cannot be published: {0}.")]
    BadFile(#[from] CheckError),
    /// The upload is somebody else's, was published, or has expired.
    #[error(
        "There is no such upload: it was finished, has expired, or was never begun. Begin it again."
    )]
    NoUpload,
    /// Bytes are missing.
    #[error(
        "The upload is not complete: {found} of {length} bytes have come. Send the rest first."
    )]
    Incomplete {
        /// Bytes that came.
        found: u64,
        /// Bytes in all.
        length: u64,
    },
    /// The bytes are other ones than were announced.
    #[error(
        "The uploaded bytes do not have the BLAKE3 that the request states. Upload the file again."
    )]
    HashMismatch,
    /// `Upload-Offset` is not where the upload stands.
    #[error("The upload stands at byte {found}. Ask with HEAD and go on from there.")]
    Offset {
        /// Bytes that came.
        found: u64,
    },
    /// `Upload-Checksum` does not fit.
    #[error("The checksum does not fit the bytes; they were thrown away. Send them again.")]
    Checksum,
    /// Somebody else is writing.
    #[error("Another request is writing to this upload. Wait a moment and ask with HEAD.")]
    Locked,
    /// A tus version that is not spoken here.
    #[error("Tus-Resumable must be 1.0.0.")]
    TusVersion,
    /// Too large.
    #[error("This is too large: at most {limit} bytes are taken.")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The maker has no room left.
    #[error(
        "There is no room left for this key: {limit} bytes may be kept and uploading. Delete a clip first."
    )]
    Quota {
        /// The limit in bytes.
        limit: u64,
    },
    /// Too many requests.
    #[error("Too many requests. Wait {seconds} seconds.")]
    TooMany {
        /// How long to wait.
        seconds: u64,
    },
    /// The body did not come in time.
    #[error("The request took too long.")]
    Timeout,
    /// The caller went away.
    #[error("The connection was closed before the request was complete.")]
    Closed,
    /// The disk is full.
    #[error("The relay has no room left. Nothing was lost; try again later.")]
    Full(#[source] anyhow::Error),
    /// The database or the store of bytes does not answer.
    #[error("The relay cannot reach its storage. Nothing was lost; try again in a moment.")]
    Unavailable(#[source] anyhow::Error),
    /// Our fault; the log has it.
    #[error("The relay failed. Nothing was lost; try again later.")]
    Internal(#[source] anyhow::Error),
}

impl ApiError {
    /// The status and the unchanging name of the kind.
    pub fn kind(&self) -> (StatusCode, &'static str) {
        use StatusCode as S;
        match self {
            Self::NotFound => (S::NOT_FOUND, "not-found"),
            Self::Removed => (S::GONE, "removed"),
            Self::TakenDown { .. } => (S::GONE, "taken-down"),
            Self::ElsewhereForm => (S::FORBIDDEN, "elsewhere"),
            Self::ReportedOften => (S::CONFLICT, "reported-often"),
            Self::MethodNotAllowed => (S::METHOD_NOT_ALLOWED, "method-not-allowed"),
            Self::Unsigned => (S::UNAUTHORIZED, "unsigned"),
            Self::BadHeader(_) => (S::UNAUTHORIZED, "bad-header"),
            Self::BadSignature(_) => (S::UNAUTHORIZED, "bad-signature"),
            Self::Replayed => (S::UNAUTHORIZED, "replayed"),
            Self::NotYours => (S::FORBIDDEN, "not-yours"),
            Self::RemixForbidden { .. } => (S::FORBIDDEN, "remix-forbidden"),
            Self::NoGrant => (S::FORBIDDEN, "no-grant"),
            Self::RemixHidden => (S::NOT_FOUND, "remix-hidden"),
            Self::ParentMismatch { .. } => (S::UNPROCESSABLE_ENTITY, "parent-mismatch"),
            Self::BadJson(_) => (S::UNPROCESSABLE_ENTITY, "bad-json"),
            Self::BadRequest(_) => (S::BAD_REQUEST, "bad-request"),
            Self::BadText(_) => (S::UNPROCESSABLE_ENTITY, "bad-text"),
            Self::MediaType(_) => (S::UNSUPPORTED_MEDIA_TYPE, "media-type"),
            Self::BadFile(_) => (S::UNPROCESSABLE_ENTITY, "bad-file"),
            Self::NoUpload => (S::NOT_FOUND, "no-upload"),
            Self::Incomplete { .. } => (S::CONFLICT, "incomplete"),
            Self::HashMismatch => (S::UNPROCESSABLE_ENTITY, "hash-mismatch"),
            Self::Offset { .. } => (S::CONFLICT, "offset"),
            Self::Checksum => (checksum_mismatch(), "checksum"),
            Self::Locked => (S::LOCKED, "locked"),
            Self::TusVersion => (S::PRECONDITION_FAILED, "tus-version"),
            Self::TooLarge { .. } => (S::PAYLOAD_TOO_LARGE, "too-large"),
            Self::Quota { .. } => (S::FORBIDDEN, "quota"),
            Self::TooMany { .. } => (S::TOO_MANY_REQUESTS, "too-many-requests"),
            Self::Timeout => (S::REQUEST_TIMEOUT, "timeout"),
            Self::Closed => (S::BAD_REQUEST, "closed"),
            Self::Full(_) => (S::INSUFFICIENT_STORAGE, "full"),
            Self::Unavailable(_) => (S::SERVICE_UNAVAILABLE, "unavailable"),
            Self::Internal(_) => (S::INTERNAL_SERVER_ERROR, "internal"),
        }
    }

    /// The document that says it.
    pub fn problem(&self) -> Problem {
        let (status, name) = self.kind();
        Problem {
            kind: format!("urn:kinora:problem:{name}"),
            title: name.replace('-', " "),
            status: status.as_u16(),
            detail: self.to_string(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if let Self::Internal(error) | Self::Unavailable(error) | Self::Full(error) = &self {
            tracing::error!("{error:#}");
        }
        let (status, _) = self.kind();
        let mut response = (status, Json(self.problem())).into_response();
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, json);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self {
            Self::Unavailable(_) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
            }
            Self::TooMany { seconds } => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            Self::Unsigned | Self::BadHeader(_) | Self::BadSignature(_) | Self::Replayed => {
                let scheme = HeaderValue::from_static(kinora_contract::signing::SCHEME);
                headers.insert(header::WWW_AUTHENTICATE, scheme);
            }
            Self::TusVersion => {
                headers.insert("tus-version", HeaderValue::from_static("1.0.0"));
            }
            _ => {}
        }
        response
    }
}

impl From<anyhow::Error> for ApiError {
    fn from(error: anyhow::Error) -> Self {
        match outage::of(&*error) {
            Some(Outage::Full) => Self::Full(error),
            Some(Outage::Unavailable) => Self::Unavailable(error),
            None => Self::Internal(error),
        }
    }
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        anyhow::Error::from(error).into()
    }
}

impl From<object_store::Error> for ApiError {
    fn from(error: object_store::Error) -> Self {
        anyhow::Error::from(error).into()
    }
}

impl From<std::io::Error> for ApiError {
    fn from(error: std::io::Error) -> Self {
        anyhow::Error::from(error).into()
    }
}

impl From<tokio::task::JoinError> for ApiError {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Internal(error.into())
    }
}

impl From<ClipFileError> for ApiError {
    fn from(error: ClipFileError) -> Self {
        Self::BadFile(error.into())
    }
}

/// tus names the status 460 for a checksum that does not fit.
fn checksum_mismatch() -> StatusCode {
    StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST)
}
