-- Licences issued at the desk, by hand or in batch: what was prepared, who approved it, what became of
-- each row. Rows lie sealed and are found again by keyed hash.
CREATE TABLE issue_batch (
  id {pk},
  unit BIGINT NOT NULL,
  version BIGINT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  total BIGINT NOT NULL,
  ready BIGINT NOT NULL,
  hash TEXT NOT NULL,
  prepared_by BIGINT NOT NULL,
  prepared_at BIGINT NOT NULL,
  decided_by BIGINT,
  decided_at BIGINT,
  note TEXT NOT NULL,
  lock BIGINT NOT NULL
);
CREATE INDEX issue_batch_unit ON issue_batch (unit, id);

CREATE TABLE issue_row (
  id {pk},
  batch BIGINT NOT NULL,
  no BIGINT NOT NULL,
  state TEXT NOT NULL,
  hash {blob} NOT NULL,
  body {blob} NOT NULL,
  told TEXT NOT NULL,
  replaces BIGINT,
  licence BIGINT
);
CREATE UNIQUE INDEX issue_row_no ON issue_row (batch, no);
CREATE INDEX issue_row_state ON issue_row (batch, state, no);
CREATE INDEX issue_row_hash ON issue_row (hash, id);
-- Licences of a type that a holder has, for telling doubles.
CREATE INDEX licence_holder_type ON licence (holder_index, type_code, status, id);
