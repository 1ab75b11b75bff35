-- The window: somebody stands before a clerk, from the card to the case. Who it is lies sealed
-- (sitting.guest); in lists a person's name is masked.
CREATE TABLE sitting (
  id {pk},
  unit BIGINT NOT NULL,
  staff BIGINT NOT NULL,
  person BIGINT NOT NULL,
  account BIGINT NOT NULL,
  owner TEXT NOT NULL,
  applicant TEXT NOT NULL,
  slug TEXT NOT NULL,
  draft BIGINT NOT NULL,
  stage TEXT NOT NULL,
  facts TEXT NOT NULL,
  guest {blob} NOT NULL,
  begun_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX sitting_unit ON sitting (unit, stage, changed_at);
CREATE INDEX sitting_staff ON sitting (staff, id);
CREATE INDEX sitting_draft ON sitting (draft);
CREATE INDEX sitting_begun ON sitting (unit, begun_at, slug);

-- Which papers a clerk saw at the window, and how: original, or a copy that stays.
CREATE TABLE paper_seen (
  id {pk},
  draft BIGINT NOT NULL,
  key TEXT NOT NULL,
  how TEXT NOT NULL,
  staff BIGINT NOT NULL,
  staff_no TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE UNIQUE INDEX paper_seen_key ON paper_seen (draft, key);

-- Short-lived addresses under which the applicant reads what was typed and confirms it.
CREATE TABLE confirm_link (
  id {pk},
  token_hash {blob} NOT NULL,
  sitting BIGINT NOT NULL,
  how TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE UNIQUE INDEX confirm_link_token ON confirm_link (token_hash);
CREATE INDEX confirm_link_made ON confirm_link (made_at);
