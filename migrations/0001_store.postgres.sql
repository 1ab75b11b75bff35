-- PostgreSQL reads the ledger in the order of finished transactions.
CREATE INDEX event_order ON event (tx, id);
