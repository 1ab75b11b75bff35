-- What a holder chose to show under one code: keys of fields and statements, no values. The code itself
-- carries nothing but this id.
CREATE TABLE licence_show (
  id {blob} PRIMARY KEY,
  licence BIGINT NOT NULL,
  person BIGINT NOT NULL,
  chosen TEXT NOT NULL,
  made_at BIGINT NOT NULL
);
CREATE INDEX licence_show_at ON licence_show (made_at);
-- A sealed document is found again by its own number (文号).
CREATE INDEX seal_use_number ON seal_use (number, id);
