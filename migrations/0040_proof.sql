-- What is true: keys and seals of the units, every use of a seal, licences and their showing.
-- Private keys, holders and face fields lie sealed; holders are found again by keyed hash.
CREATE TABLE seal_key (
  id {pk},
  role TEXT NOT NULL,
  unit BIGINT NOT NULL,
  certificate {blob} NOT NULL,
  secret {blob} NOT NULL,
  made_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX seal_key_role ON seal_key (role, unit);

CREATE TABLE seal (
  id {pk},
  unit BIGINT NOT NULL,
  kind TEXT NOT NULL,
  no TEXT NOT NULL,
  name TEXT NOT NULL,
  esl {blob} NOT NULL,
  valid_to BIGINT NOT NULL,
  made_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX seal_unit ON seal (unit, kind);
CREATE UNIQUE INDEX seal_no ON seal (no);

CREATE TABLE seal_use (
  id {pk},
  seal BIGINT NOT NULL,
  document_hash TEXT NOT NULL,
  file TEXT NOT NULL,
  ordered_by BIGINT,
  title TEXT NOT NULL,
  number TEXT NOT NULL,
  case_no TEXT,
  at BIGINT NOT NULL
);
CREATE UNIQUE INDEX seal_use_document ON seal_use (seal, document_hash);
CREATE INDEX seal_use_file ON seal_use (file);
CREATE INDEX seal_use_case ON seal_use (case_no, id) WHERE case_no IS NOT NULL;

CREATE TABLE licence_serial (
  series TEXT PRIMARY KEY,
  value BIGINT NOT NULL
);

CREATE TABLE licence (
  id {pk},
  identifier TEXT NOT NULL,
  token TEXT NOT NULL,
  type_code TEXT NOT NULL,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  number TEXT NOT NULL,
  issuer BIGINT NOT NULL,
  issuer_uscc TEXT NOT NULL,
  issuer_name TEXT NOT NULL,
  holder_index {blob} NOT NULL,
  holder_kind TEXT NOT NULL,
  subject BIGINT,
  holder {blob} NOT NULL,
  fields {blob} NOT NULL,
  valid_from TEXT NOT NULL,
  valid_to TEXT,
  issued_at BIGINT NOT NULL,
  status TEXT NOT NULL,
  status_at BIGINT NOT NULL,
  reason TEXT NOT NULL,
  basis TEXT NOT NULL,
  lock BIGINT NOT NULL,
  file TEXT,
  case_id BIGINT,
  replaces BIGINT,
  sandbox BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX licence_identifier ON licence (identifier);
CREATE UNIQUE INDEX licence_token ON licence (token);
CREATE INDEX licence_holder ON licence (holder_index, id);
CREATE INDEX licence_issuer ON licence (issuer, id);
CREATE UNIQUE INDEX licence_case ON licence (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX licence_file ON licence (file) WHERE file IS NOT NULL;

CREATE TABLE licence_code_use (
  code {blob} PRIMARY KEY,
  licence BIGINT NOT NULL,
  verifier {blob} NOT NULL,
  at BIGINT NOT NULL
);
