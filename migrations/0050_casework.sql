-- Getting it done: drafts, papers, cases, documents. What people typed and who they are lies sealed
-- (draft.body, cases.body, case_paper.name); a person's name in lists is masked.
CREATE TABLE draft (
  id {pk},
  account BIGINT NOT NULL,
  person BIGINT NOT NULL,
  owner TEXT NOT NULL,
  parties TEXT NOT NULL,
  applicant TEXT NOT NULL,
  slug TEXT NOT NULL,
  item_version BIGINT NOT NULL,
  body {blob} NOT NULL,
  version BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  saved_at BIGINT NOT NULL
);
CREATE INDEX draft_owner ON draft (owner, id);
CREATE INDEX draft_saved ON draft (saved_at);

-- A draft and the case that grows from it share one id, so papers stay where they are.
CREATE TABLE case_paper (
  id {pk},
  file_id BIGINT NOT NULL,
  key TEXT NOT NULL,
  way TEXT NOT NULL,
  file TEXT,
  licence TEXT,
  name {blob} NOT NULL,
  size BIGINT NOT NULL,
  round BIGINT NOT NULL,
  added_at BIGINT NOT NULL
);
CREATE INDEX case_paper_file ON case_paper (file_id, id);

CREATE TABLE cases (
  id {pk},
  no TEXT NOT NULL,
  slug TEXT NOT NULL,
  item_version BIGINT NOT NULL,
  unit BIGINT NOT NULL,
  owner TEXT NOT NULL,
  account BIGINT NOT NULL,
  person BIGINT NOT NULL,
  parties TEXT NOT NULL,
  applicant TEXT NOT NULL,
  state TEXT NOT NULL,
  facts TEXT NOT NULL,
  desk TEXT NOT NULL,
  due BIGINT NOT NULL,
  provisional BOOLEAN NOT NULL,
  handler BIGINT,
  submitted_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  body {blob} NOT NULL
);
CREATE UNIQUE INDEX cases_no ON cases (no);
CREATE INDEX cases_owner ON cases (owner, id);
-- Covers a line of the desk's list, so that its cost does not depend on how many cases there are.
CREATE INDEX cases_desk ON cases (desk, due, id, no, slug, applicant, state, handler, submitted_at)
  WHERE desk <> '';
CREATE INDEX cases_provisional ON cases (id) WHERE provisional;

CREATE TABLE case_document (
  id {pk},
  case_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  number TEXT NOT NULL,
  title TEXT NOT NULL,
  file TEXT NOT NULL,
  made_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX case_document_kind ON case_document (case_id, kind);
