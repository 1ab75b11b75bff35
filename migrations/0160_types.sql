-- Licence types kept by the node: a type, its versions (at most one being worked on, one in use), and which
-- licence was made under which version.
CREATE TABLE licence_type (
  id {pk},
  code TEXT NOT NULL,
  unit BIGINT NOT NULL,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  used BIGINT NOT NULL,
  made_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX licence_type_code ON licence_type (code);

CREATE TABLE licence_type_version (
  id {pk},
  type BIGINT NOT NULL,
  version BIGINT NOT NULL,
  state TEXT NOT NULL,
  body TEXT NOT NULL,
  hash TEXT NOT NULL,
  editors TEXT NOT NULL,
  edited_by BIGINT NOT NULL,
  edited_at BIGINT NOT NULL,
  decided_by BIGINT,
  decided_at BIGINT,
  note TEXT NOT NULL,
  lock BIGINT NOT NULL
);
CREATE UNIQUE INDEX licence_type_version_no ON licence_type_version (type, version);

CREATE TABLE licence_pin (
  licence BIGINT PRIMARY KEY,
  version BIGINT NOT NULL
);
CREATE INDEX licence_pin_version ON licence_pin (version, licence);
