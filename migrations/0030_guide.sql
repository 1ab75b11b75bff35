-- Service items and their immutable versions: a case pins the version it was filed under.
CREATE TABLE item (
  id {pk},
  slug TEXT NOT NULL,
  area TEXT NOT NULL,
  version_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  status TEXT NOT NULL
);
CREATE UNIQUE INDEX item_slug ON item (slug);

CREATE TABLE item_version (
  id {pk},
  item_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  published_at BIGINT NOT NULL,
  content TEXT NOT NULL
);
CREATE UNIQUE INDEX item_version_of ON item_version (item_id, version);

-- One row for each list an item stands in: all, an audience, a theme, a department.
CREATE TABLE item_facet (
  area TEXT NOT NULL,
  facet TEXT NOT NULL,
  item_id BIGINT NOT NULL,
  PRIMARY KEY (area, facet, item_id)
);
CREATE INDEX item_facet_of ON item_facet (item_id);
