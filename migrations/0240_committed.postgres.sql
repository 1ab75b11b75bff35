-- One row for each connection that wrote, raised by each group that it commits: what it says after a commit without an
-- answer is what became of that group, also when the server has fallen over meanwhile or a standby has taken over.
CREATE TABLE committed (
    connection BIGINT PRIMARY KEY,
    groups     BIGINT NOT NULL
);
