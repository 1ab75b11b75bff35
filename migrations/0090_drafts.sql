-- How often the owner was reminded that an untouched draft ends: 0, 1 (a week before), 2 (a day before).
ALTER TABLE draft ADD COLUMN reminded BIGINT NOT NULL DEFAULT 0;
-- A person's library: files handed in before, by hash, so that they need not be uploaded again. Names lie
-- sealed. `until` is the last day of what the file shows, as its owner knows it (empty: none given).
CREATE TABLE material_file (
  id {pk},
  owner TEXT NOT NULL,
  file TEXT NOT NULL,
  slug TEXT NOT NULL,
  key TEXT NOT NULL,
  name {blob} NOT NULL,
  size BIGINT NOT NULL,
  until TEXT NOT NULL,
  source BIGINT NOT NULL,
  uses BIGINT NOT NULL,
  added_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX material_file_own ON material_file (owner, file, slug, key);
CREATE INDEX material_file_list ON material_file (owner, id);
-- Whether a file still stands in an application that goes on.
CREATE INDEX case_paper_by_hash ON case_paper (file) WHERE file IS NOT NULL;
-- Where results were sent before: name, telephone and address in one sealed value.
CREATE TABLE delivery_address (
  id {pk},
  owner TEXT NOT NULL,
  body {blob} NOT NULL,
  added_at BIGINT NOT NULL
);
CREATE INDEX delivery_address_owner ON delivery_address (owner, id);
