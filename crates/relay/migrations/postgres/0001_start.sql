-- A row of `blobs` means a durable object whose bytes were read back and hashed. A row of `clips` means a clip that can be
-- played, or the tombstone of one.

CREATE TABLE blobs (
    hash TEXT NOT NULL PRIMARY KEY,
    bytes BIGINT NOT NULL,
    media_type TEXT NOT NULL
);

CREATE TABLE clips (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    -- The public key of the maker, and its fingerprint. Both are empty in a tombstone.
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    maker TEXT,
    title TEXT NOT NULL,
    visibility TEXT NOT NULL CHECK (visibility IN ('unpublished', 'link', 'listed', 'removed')),
    remix BIGINT NOT NULL,
    licence TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    video TEXT REFERENCES blobs (hash),
    poster TEXT REFERENCES blobs (hash),
    captions TEXT,
    recipe BYTEA,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    millis BIGINT NOT NULL,
    CHECK ((visibility = 'removed') = (video IS NULL))
);

CREATE INDEX clips_listed ON clips (seq) WHERE visibility = 'listed';
CREATE INDEX clips_video ON clips (video);
CREATE INDEX clips_poster ON clips (poster);
CREATE INDEX clips_key ON clips (key);

CREATE TABLE edges (
    child TEXT NOT NULL REFERENCES clips (id),
    parent TEXT NOT NULL REFERENCES clips (id),
    PRIMARY KEY (child, parent)
);

CREATE INDEX edges_parent ON edges (parent);

CREATE TABLE uploads (
    id TEXT NOT NULL PRIMARY KEY,
    key TEXT NOT NULL,
    length BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX uploads_key ON uploads (key);

-- Nonces of signed requests, until their time is out of the window.
CREATE TABLE nonces (
    key TEXT NOT NULL,
    nonce BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (key, nonce)
);
