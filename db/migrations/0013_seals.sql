-- Sums over what was written, taken as it was written, so that a bit that changed by itself is found: every version of
-- a bar or an action belongs to one fetch and to one session for ever, and the row is where a broken fetch and a broken
-- session meet. Every other row that a number depends on belongs to the moment it was recorded at, or to its score run.
create table seals (
  kind text not null,
  part text not null,
  rows integer not null check (rows > 0),
  digest integer not null,
  primary key (kind, part)
) strict, without rowid;
