-- A licence knows whose place it took; the newer one is found from the older.
CREATE INDEX licence_replaces ON licence (replaces) WHERE replaces IS NOT NULL;
