-- Papers that licences spared applicants (免证办), counted as applications are handed in: by the unit that handles the
-- item, by item and material, by month. An empty item and material is the unit's total of a month.
CREATE TABLE paper_spared (
  unit BIGINT NOT NULL,
  slug TEXT NOT NULL,
  material TEXT NOT NULL,
  month TEXT NOT NULL,
  could BIGINT NOT NULL,
  spared BIGINT NOT NULL,
  PRIMARY KEY (unit, slug, material, month)
);
CREATE INDEX paper_spared_item ON paper_spared (slug, material, month, spared);
