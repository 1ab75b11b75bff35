-- Addresses of files that stand inside the facts of a case or a sitting (evidence of a special procedure, a
-- signed sheet), so that the sweep of files nobody needs finds them; and the library's by address.
CREATE TABLE file_held (file TEXT PRIMARY KEY);
CREATE INDEX material_file_by_hash ON material_file (file);
