-- Old codes are forgotten by time, and one decision orders a few papers only.
CREATE INDEX licence_code_use_at ON licence_code_use (at);
CREATE INDEX seal_use_order ON seal_use (ordered_by, seal);
