-- Ratings (好差评): one invitation for each finished case, one rating for each invitation.
CREATE TABLE rating_invite (
  id {pk},
  token TEXT NOT NULL,
  case_id BIGINT NOT NULL,
  case_no TEXT NOT NULL,
  account BIGINT NOT NULL,
  person BIGINT NOT NULL,
  slug TEXT NOT NULL,
  unit BIGINT NOT NULL,
  made_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX rating_invite_token ON rating_invite (token);
CREATE UNIQUE INDEX rating_invite_case ON rating_invite (case_id);

CREATE TABLE rating (
  id {pk},
  case_id BIGINT NOT NULL,
  slug TEXT NOT NULL,
  unit BIGINT NOT NULL,
  stars BIGINT NOT NULL,
  tags TEXT NOT NULL,
  comment {blob},
  anonymous BOOLEAN NOT NULL,
  at BIGINT NOT NULL
);
CREATE UNIQUE INDEX rating_case ON rating (case_id);
CREATE INDEX rating_slug ON rating (slug, id);
CREATE INDEX rating_unit ON rating (unit, id);
