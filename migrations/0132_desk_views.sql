-- Filters of a desk's list that a member of staff has given a name.
CREATE TABLE desk_view (
  id {pk},
  staff BIGINT NOT NULL,
  desk TEXT NOT NULL,
  name TEXT NOT NULL,
  shows TEXT NOT NULL,
  item TEXT NOT NULL,
  made_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX desk_view_name ON desk_view (staff, desk, name);

-- Who handed a case to which colleague, and why.
CREATE TABLE case_handover (
  id {pk},
  case_id BIGINT NOT NULL,
  post TEXT NOT NULL,
  from_staff BIGINT NOT NULL,
  to_staff BIGINT NOT NULL,
  reason TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX case_handover_case ON case_handover (case_id, id);
CREATE INDEX case_handover_to ON case_handover (to_staff, id);
