-- Who a member of staff is as a person, so that nobody handles his own affair (回避). The id number lies
-- sealed; `id_index` is the same keyed hash as `person.id_index`. `id` is that of the staff row.
CREATE TABLE staff_person (
  id {pk},
  id_no {blob} NOT NULL,
  id_index {blob} NOT NULL
);
