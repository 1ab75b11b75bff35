-- Systems of other units that may ask for licences: who they are, on which terms, with which secrets, and
-- every question they put. A secret lies as a keyed hash only.
CREATE TABLE connected_system (
  id {pk},
  access_id TEXT NOT NULL,
  provider BIGINT NOT NULL,
  consumer BIGINT NOT NULL,
  name TEXT NOT NULL,
  contact TEXT NOT NULL,
  operations TEXT NOT NULL,
  items TEXT NOT NULL,
  per_minute BIGINT NOT NULL,
  per_day BIGINT NOT NULL,
  last_day TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT NOT NULL,
  lock BIGINT NOT NULL,
  registered_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX connected_system_access ON connected_system (access_id);
CREATE INDEX connected_system_provider ON connected_system (provider, id);

-- Which types of licence, which of their fields, on which legal basis; without one the holder must agree.
CREATE TABLE connected_scope (
  id {pk},
  system BIGINT NOT NULL,
  type_code TEXT NOT NULL,
  fields TEXT NOT NULL,
  basis TEXT NOT NULL
);
CREATE UNIQUE INDEX connected_scope_type ON connected_scope (system, type_code);

CREATE TABLE connected_secret (
  id {pk},
  system BIGINT NOT NULL,
  hash {blob} NOT NULL,
  made_at BIGINT NOT NULL,
  ends_at BIGINT
);
CREATE INDEX connected_secret_system ON connected_secret (system, id);

-- Marks of questions that came already, for as long as a repeated one could pass by its time.
CREATE TABLE connected_nonce (
  id {blob} PRIMARY KEY,
  at BIGINT NOT NULL
);
CREATE INDEX connected_nonce_at ON connected_nonce (at);

-- What was asked on a day: for the day's allowance and for counting.
CREATE TABLE connected_day (
  system BIGINT NOT NULL,
  day TEXT NOT NULL,
  type_code TEXT NOT NULL,
  asked BIGINT NOT NULL,
  given BIGINT NOT NULL,
  empty BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  PRIMARY KEY (system, day, type_code)
);

CREATE TABLE licence_call (
  id {pk},
  at BIGINT NOT NULL,
  system BIGINT NOT NULL,
  provider BIGINT NOT NULL,
  consumer BIGINT NOT NULL,
  operation TEXT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL,
  licence BIGINT,
  type_code TEXT NOT NULL,
  item TEXT NOT NULL,
  case_no TEXT NOT NULL,
  cause TEXT NOT NULL,
  shown TEXT NOT NULL
);
CREATE INDEX licence_call_provider ON licence_call (provider, id);
CREATE INDEX licence_call_type ON licence_call (provider, type_code, id);
CREATE INDEX licence_call_consumer ON licence_call (provider, consumer, id);
CREATE INDEX licence_call_outcome ON licence_call (system, outcome, at);
CREATE INDEX licence_call_licence ON licence_call (licence, system, at) WHERE licence IS NOT NULL;

-- Whether a unit issues a type at all is asked when it opens it to others.
CREATE INDEX licence_issuer_type ON licence (issuer, type_code, id);
