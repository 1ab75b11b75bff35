-- Events that came back from a backup of PostgreSQL stand in the ledger before all new ones.
CREATE INDEX event_restored ON event (tx, id) WHERE tx < 0;
