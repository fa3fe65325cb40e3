-- Reports of clips, what was taken down, and the log of what was done about reports.

CREATE TABLE reports (
    id TEXT NOT NULL PRIMARY KEY,
    clip TEXT NOT NULL,
    reason TEXT NOT NULL,
    -- What the reporter wrote, and where to answer. Both are forgotten when the report is closed.
    details TEXT,
    contact TEXT,
    reported_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'dismissed', 'taken-down')),
    closed_at BIGINT
);

CREATE INDEX reports_state ON reports (state, due_at);
CREATE INDEX reports_clip ON reports (clip);

CREATE TABLE takedowns (
    clip TEXT NOT NULL PRIMARY KEY,
    reason TEXT NOT NULL,
    taken_at BIGINT NOT NULL
);

-- Only ever added to; each hash covers the one before it.
CREATE TABLE transparency (
    seq BIGINT NOT NULL PRIMARY KEY,
    day TEXT NOT NULL,
    action TEXT NOT NULL,
    reason TEXT NOT NULL,
    reports BIGINT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
);
