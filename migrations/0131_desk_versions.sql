-- Lists name an item as the version says that the case pinned: the version stands in the list's index.
DROP INDEX cases_desk;
CREATE INDEX cases_desk ON cases (desk, due, id, no, slug, applicant, state, handler, submitted_at, item_version)
  WHERE desk <> '';
