-- A blob's row names the object that holds its bytes; a name is used once and never again, so that deleting one can never
-- hit a newer one. Uploads come in parts, each an object; a row of `parts` means that its bytes are durable.

ALTER TABLE blobs ADD COLUMN object TEXT NOT NULL DEFAULT '';
UPDATE blobs SET object = 'blobs/' || substr(hash, 1, 2) || '/' || hash;
CREATE UNIQUE INDEX blobs_object ON blobs (object);

-- Uploads under way were single files; their senders begin again.
DELETE FROM uploads;
ALTER TABLE uploads ADD COLUMN came INTEGER NOT NULL DEFAULT 0;
ALTER TABLE uploads ADD COLUMN parts INTEGER NOT NULL DEFAULT 0;

CREATE TABLE parts (
    upload TEXT NOT NULL,
    place INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    object TEXT NOT NULL UNIQUE,
    PRIMARY KEY (upload, place)
) STRICT;
