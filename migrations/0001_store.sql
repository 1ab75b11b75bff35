-- The store's own tables: ledger, checkpoints, jobs, keys, idempotency, counters.
CREATE TABLE event (
  id {pk},
  tx {tx},
  stream TEXT NOT NULL,
  stream_seq BIGINT NOT NULL,
  kind TEXT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  channel TEXT NOT NULL,
  purpose TEXT NOT NULL,
  subject BIGINT,
  data TEXT NOT NULL,
  prev {blob} NOT NULL,
  hash {blob} NOT NULL
);
CREATE UNIQUE INDEX event_stream ON event (stream, stream_seq);
CREATE INDEX event_subject ON event (subject, kind, id) WHERE subject IS NOT NULL;

CREATE TABLE checkpoint (
  number {pk},
  size BIGINT NOT NULL,
  last_tx BIGINT NOT NULL,
  last_id BIGINT NOT NULL,
  root {blob} NOT NULL,
  at BIGINT NOT NULL,
  signature {blob} NOT NULL,
  entries {blob} NOT NULL,
  frontier {blob} NOT NULL
);

CREATE TABLE job (
  id {pk},
  queue TEXT NOT NULL,
  key TEXT NOT NULL,
  payload TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  run_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  locked_until BIGINT NOT NULL,
  done_at BIGINT,
  last_error TEXT
);
CREATE INDEX job_due ON job (run_at, id) WHERE done_at IS NULL;

CREATE TABLE idempotency (
  actor TEXT NOT NULL,
  route TEXT NOT NULL,
  key TEXT NOT NULL,
  body_hash {blob} NOT NULL,
  answer TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (actor, route, key)
);
CREATE INDEX idempotency_at ON idempotency (at);

CREATE TABLE counter (
  name TEXT PRIMARY KEY,
  value BIGINT NOT NULL
);

CREATE TABLE vault_key (
  id {pk},
  kind TEXT NOT NULL,
  wrapped {blob} NOT NULL,
  created_at BIGINT NOT NULL
);
