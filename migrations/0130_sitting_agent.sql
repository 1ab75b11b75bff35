-- Who stands at the window for another private person (代办); 0 where the applicant came himself.
ALTER TABLE sitting ADD COLUMN agent BIGINT NOT NULL DEFAULT 0;
