-- Custody of seals: who holds them, who unlocked them, what waits for them, and one notice to the head of the
-- unit for every use.
CREATE TABLE seal_holder (
  id {pk},
  seal BIGINT NOT NULL,
  staff BIGINT NOT NULL,
  from_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  delegated_by BIGINT NOT NULL,
  named_by BIGINT NOT NULL
);
CREATE INDEX seal_holder_seal ON seal_holder (seal, id);
CREATE INDEX seal_holder_staff ON seal_holder (staff, seal) WHERE ended_at = 0;

CREATE TABLE seal_unlock (
  id {pk},
  seal BIGINT NOT NULL,
  staff BIGINT NOT NULL,
  at BIGINT NOT NULL,
  until_at BIGINT NOT NULL
);
CREATE INDEX seal_unlock_seal ON seal_unlock (seal, until_at);

CREATE TABLE seal_request (
  id {pk},
  unit BIGINT NOT NULL,
  kind TEXT NOT NULL,
  seal BIGINT NOT NULL,
  ordered_by BIGINT NOT NULL,
  ordered TEXT NOT NULL,
  approver TEXT NOT NULL,
  title TEXT NOT NULL,
  number TEXT NOT NULL,
  case_no TEXT,
  document_hash TEXT NOT NULL,
  state TEXT NOT NULL,
  why TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  state_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX seal_request_waiting ON seal_request (unit, kind, ordered_by, title) WHERE state = 'waiting';
CREATE INDEX seal_request_unit ON seal_request (unit, id);

CREATE TABLE seal_notice (
  id {pk},
  unit BIGINT NOT NULL,
  seal BIGINT NOT NULL,
  approver TEXT NOT NULL,
  at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  seen_by BIGINT NOT NULL
);
CREATE INDEX seal_notice_unit ON seal_notice (unit, id);
CREATE INDEX seal_notice_unseen ON seal_notice (unit) WHERE seen_at = 0;
CREATE INDEX seal_use_seal ON seal_use (seal, id);
