-- A blob's row names the object that holds its bytes; a name is used once and never again, so that deleting one can never
-- hit a newer one. Uploads come in parts, each an object; a row of `parts` means that its bytes are durable.

ALTER TABLE blobs ADD COLUMN object TEXT NOT NULL UNIQUE;

ALTER TABLE uploads ADD COLUMN came BIGINT NOT NULL DEFAULT 0;
ALTER TABLE uploads ADD COLUMN parts BIGINT NOT NULL DEFAULT 0;

CREATE TABLE parts (
    upload TEXT NOT NULL,
    place BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    object TEXT NOT NULL UNIQUE,
    PRIMARY KEY (upload, place)
);
