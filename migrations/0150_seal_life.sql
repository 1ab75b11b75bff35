-- The life of a seal: applied for, approved, made, registered, in use, suspended, renewed, destroyed. Seals made
-- before this were made without being asked for; they go on as seals in use, each with its unit's key.
DROP INDEX seal_unit;
DROP INDEX seal_key_role;
ALTER TABLE seal ADD COLUMN status TEXT NOT NULL DEFAULT 'in-use';
ALTER TABLE seal ADD COLUMN status_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE seal ADD COLUMN lock BIGINT NOT NULL DEFAULT 0;
ALTER TABLE seal ADD COLUMN key_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE seal ADD COLUMN level BIGINT NOT NULL DEFAULT 2;
ALTER TABLE seal ADD COLUMN unit_name TEXT NOT NULL DEFAULT '';
ALTER TABLE seal ADD COLUMN unit_uscc TEXT NOT NULL DEFAULT '';
ALTER TABLE seal ADD COLUMN inscription TEXT NOT NULL DEFAULT '';
ALTER TABLE seal ADD COLUMN basis TEXT NOT NULL DEFAULT '';
ALTER TABLE seal ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE seal ADD COLUMN applied_by BIGINT NOT NULL DEFAULT 0;
ALTER TABLE seal ADD COLUMN approved_by BIGINT NOT NULL DEFAULT 0;
ALTER TABLE seal ADD COLUMN replaces BIGINT NOT NULL DEFAULT 0;
ALTER TABLE seal ADD COLUMN per_hour BIGINT NOT NULL DEFAULT 0;
UPDATE seal SET status_at = made_at,
  key_id = (SELECT k.id FROM seal_key k WHERE k.role = 'signer' AND k.unit = seal.unit);
-- One seal of a kind seals for a unit at a time, and one is asked for at a time.
CREATE UNIQUE INDEX seal_current ON seal (unit, kind) WHERE status IN ('in-use', 'suspended');
CREATE UNIQUE INDEX seal_coming ON seal (unit, kind)
  WHERE status IN ('applied', 'returned', 'approved', 'made', 'registered');
CREATE INDEX seal_of_unit ON seal (unit, id);
CREATE INDEX seal_to_do ON seal (id) WHERE status IN ('applied', 'made');

-- A key of its own per seal; a destroyed key leaves its certificate, for the list of revoked ones.
ALTER TABLE seal_key ADD COLUMN seal BIGINT NOT NULL DEFAULT 0;
ALTER TABLE seal_key ADD COLUMN serial TEXT NOT NULL DEFAULT '';
ALTER TABLE seal_key ADD COLUMN revoked_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE seal_key ADD COLUMN revoked_for TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX seal_key_owner ON seal_key (role, unit, seal);
CREATE INDEX seal_key_serial ON seal_key (serial) WHERE serial <> '';
CREATE INDEX seal_key_revoked ON seal_key (revoked_at) WHERE revoked_at > 0;
