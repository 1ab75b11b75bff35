-- What holders allow: a system or a person may use a licence for a purpose until a day. Who and what for lie
-- sealed; a person is found by keyed hash.
CREATE TABLE licence_grant (
  id {pk},
  licence BIGINT NOT NULL,
  person BIGINT NOT NULL,
  system BIGINT,
  grantee_index {blob},
  said {blob} NOT NULL,
  last_day TEXT NOT NULL,
  given_at BIGINT NOT NULL,
  revoked_at BIGINT
);
CREATE INDEX licence_grant_person ON licence_grant (person, id);
CREATE INDEX licence_grant_system ON licence_grant (system, licence, id) WHERE system IS NOT NULL;
CREATE INDEX licence_grant_grantee ON licence_grant (grantee_index, id) WHERE grantee_index IS NOT NULL;
CREATE INDEX connected_scope_of ON connected_scope (type_code, system);

-- Annotated copies (加注件): of which licence, for whom and what for (sealed), until when, and the sealed file
-- once somebody fetched it.
CREATE TABLE licence_copy (
  id {pk},
  licence BIGINT NOT NULL,
  person BIGINT,
  system BIGINT,
  grant_id BIGINT,
  said {blob} NOT NULL,
  shows TEXT NOT NULL,
  last_day TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  file TEXT,
  revoked_at BIGINT
);
CREATE INDEX licence_copy_licence ON licence_copy (licence, id);
CREATE INDEX licence_copy_grant ON licence_copy (grant_id) WHERE grant_id IS NOT NULL;
CREATE UNIQUE INDEX licence_copy_file ON licence_copy (file) WHERE file IS NOT NULL;

-- Addresses under which a copy is fetched once.
CREATE TABLE licence_copy_url (
  hash {blob} PRIMARY KEY,
  copy BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  taken_at BIGINT
);
CREATE INDEX licence_copy_url_ends ON licence_copy_url (ends_at);
