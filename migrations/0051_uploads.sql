-- Uploads in parts, until the last part makes a paper of them. Parts lie sealed and are then forgotten.
CREATE TABLE upload (
  id {pk},
  draft BIGINT NOT NULL,
  owner TEXT NOT NULL,
  key TEXT NOT NULL,
  name {blob} NOT NULL,
  size BIGINT NOT NULL,
  received BIGINT NOT NULL,
  begun_at BIGINT NOT NULL
);
CREATE INDEX upload_begun ON upload (begun_at);
CREATE TABLE upload_part (
  id {pk},
  upload BIGINT NOT NULL,
  bytes {blob} NOT NULL
);
CREATE INDEX upload_part_upload ON upload_part (upload, id);
