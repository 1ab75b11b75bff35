-- The status list reads these alone, however many licences are in force.
CREATE INDEX licence_ended ON licence (status, identifier, status_at) WHERE status <> 'valid';
