-- A staff session is locked, not ended, when it lies idle: `locked_at` says since when (0: it is open),
-- `unlock_tries` how often a wrong password was given since.
ALTER TABLE web_session ADD COLUMN locked_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE web_session ADD COLUMN unlock_tries BIGINT NOT NULL DEFAULT 0;
-- A form sent on a locked or ended session, kept sealed for whoever sent it until he has signed in again.
CREATE TABLE held_form (
  id {pk},
  owner TEXT NOT NULL,
  body {blob} NOT NULL,
  held_at BIGINT NOT NULL,
  shown_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX held_form_owner ON held_form (owner);
