-- Every published version of a service pack, whole: a case is handled to its end by the one it was filed under.
CREATE TABLE pack_version (
  id {pk},
  slug TEXT NOT NULL,
  version BIGINT NOT NULL,
  hash TEXT NOT NULL,
  published_at BIGINT NOT NULL,
  content TEXT NOT NULL
);
CREATE UNIQUE INDEX pack_version_of ON pack_version (slug, version);
