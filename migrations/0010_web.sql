-- Sign-in sessions; who it is lies sealed in `principal`.
CREATE TABLE web_session (
  id {pk},
  token_hash TEXT NOT NULL,
  owner TEXT NOT NULL,
  principal {blob} NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX web_session_token ON web_session (token_hash);
CREATE INDEX web_session_owner ON web_session (owner, id);
CREATE INDEX web_session_seen ON web_session (seen_at);
