-- The status list names copies that were taken back before their day.
CREATE INDEX licence_copy_back ON licence_copy (last_day, id, revoked_at) WHERE revoked_at IS NOT NULL;
