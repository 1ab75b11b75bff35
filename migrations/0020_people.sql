-- Who: accounts, persons, enterprises, units, staff, one-time codes, messages. Whatever tells who
-- somebody is or where he lives lies sealed; it is found again by keyed hash (columns *_index).
CREATE TABLE account (
  id {pk},
  phone_index {blob} NOT NULL,
  phone {blob} NOT NULL,
  password TEXT NOT NULL,
  person BIGINT,
  level BIGINT NOT NULL,
  lang TEXT NOT NULL,
  opened_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX account_phone ON account (phone_index);
CREATE UNIQUE INDEX account_person ON account (person);

CREATE TABLE person (
  id {pk},
  id_index {blob} NOT NULL,
  facts {blob} NOT NULL,
  checked_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX person_id_no ON person (id_index);

CREATE TABLE enterprise (
  id {pk},
  uscc TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  area TEXT NOT NULL,
  scope TEXT NOT NULL,
  address {blob} NOT NULL,
  legal_rep BIGINT NOT NULL,
  checked_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX enterprise_uscc ON enterprise (uscc);
CREATE INDEX enterprise_legal_rep ON enterprise (legal_rep, id);

CREATE TABLE unit (
  id {pk},
  uscc TEXT NOT NULL,
  name TEXT NOT NULL,
  name_en TEXT NOT NULL,
  kind TEXT NOT NULL,
  region TEXT NOT NULL,
  phone TEXT NOT NULL,
  address TEXT NOT NULL
);
CREATE UNIQUE INDEX unit_uscc ON unit (uscc);
CREATE INDEX unit_region ON unit (region, kind);

CREATE TABLE staff (
  id {pk},
  no TEXT NOT NULL,
  login TEXT NOT NULL,
  name {blob} NOT NULL,
  unit BIGINT NOT NULL,
  roles TEXT NOT NULL,
  password TEXT NOT NULL,
  totp {blob} NOT NULL,
  totp_step BIGINT NOT NULL,
  active BOOLEAN NOT NULL,
  appointed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX staff_login ON staff (login);
CREATE UNIQUE INDEX staff_no ON staff (no);
CREATE INDEX staff_unit ON staff (unit, id);

CREATE TABLE sms_code (
  id {pk},
  token_hash {blob} NOT NULL,
  phone_index {blob} NOT NULL,
  phone {blob} NOT NULL,
  used_for TEXT NOT NULL,
  code_hash {blob} NOT NULL,
  made_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  used_at BIGINT
);
CREATE UNIQUE INDEX sms_code_token ON sms_code (token_hash);
CREATE INDEX sms_code_phone ON sms_code (phone_index, made_at);

CREATE TABLE failed_try (
  key {blob} PRIMARY KEY,
  failed BIGINT NOT NULL,
  since BIGINT NOT NULL
);

CREATE TABLE notice (
  id {pk},
  account BIGINT NOT NULL,
  template TEXT NOT NULL,
  args TEXT NOT NULL,
  link TEXT NOT NULL,
  at BIGINT NOT NULL,
  read_at BIGINT
);
CREATE INDEX notice_account ON notice (account, id);

CREATE TABLE sms_out (
  id {pk},
  phone {blob} NOT NULL,
  body {blob} NOT NULL,
  queued_at BIGINT NOT NULL
);

CREATE TABLE sms_sandbox (
  id {pk},
  phone {blob} NOT NULL,
  body {blob} NOT NULL,
  at BIGINT NOT NULL
);
