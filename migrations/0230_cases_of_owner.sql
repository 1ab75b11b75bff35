-- What somebody sees of his cases stands in the list's index: his page costs one place of it, not a row of the whole
-- table for each case, which in a large town lies on the disk.
DROP INDEX cases_owner;
CREATE INDEX cases_owner ON cases (owner, id, no, slug, applicant, state, due, handler, submitted_at, item_version);
