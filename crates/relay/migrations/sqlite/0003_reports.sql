-- Reports of clips, what was taken down, and the log of what was done about reports.

CREATE TABLE reports (
    id TEXT NOT NULL PRIMARY KEY,
    clip TEXT NOT NULL,
    reason TEXT NOT NULL,
    -- What the reporter wrote, and where to answer. Both are forgotten when the report is closed.
    details TEXT,
    contact TEXT,
    reported_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'dismissed', 'taken-down')),
    closed_at INTEGER
) STRICT;

CREATE INDEX reports_state ON reports (state, due_at);
CREATE INDEX reports_clip ON reports (clip);

CREATE TABLE takedowns (
    clip TEXT NOT NULL PRIMARY KEY,
    reason TEXT NOT NULL,
    taken_at INTEGER NOT NULL
) STRICT;

-- Only ever added to; each hash covers the one before it.
CREATE TABLE transparency (
    seq INTEGER NOT NULL PRIMARY KEY,
    day TEXT NOT NULL,
    action TEXT NOT NULL,
    reason TEXT NOT NULL,
    reports INTEGER NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
