-- Score runs whose answers, by the million, lie in a file: the record of each, and its groups.
create table score_files (
  id integer primary key,
  run_id integer not null references runs (id),
  as_of text not null check (as_of is date(as_of, '+0 days')),
  as_of_fetch integer not null,
  file text not null,
  file_sha256 text not null check (length(file_sha256) = 64),
  recommendations integer not null check (recommendations >= 0),
  engine text not null check (engine in ('local', 'processes', 'dask')),
  app_version text not null,
  simulated integer not null check (simulated in (0, 1)),
  created_at text not null check (created_at glob '????-??-??T??:??:??*Z')
) strict;

create table score_file_groups (
  score_file integer not null references score_files (id),
  grouping text not null check (grouping in ('broker', 'theme')),
  name text not null,
  horizon text not null,
  recommendations integer not null check (recommendations > 0),
  sample integer not null check (sample between 0 and recommendations),
  hits integer not null check (hits between 0 and sample),
  mean_excess real,
  primary key (score_file, grouping, name, horizon)
) strict, without rowid;

create trigger score_files_no_update before update on score_files begin select raise(abort, 'append-only'); end;
create trigger score_files_no_delete before delete on score_files begin select raise(abort, 'append-only'); end;
create trigger score_file_groups_no_update before update on score_file_groups
begin select raise(abort, 'append-only'); end;
create trigger score_file_groups_no_delete before delete on score_file_groups
begin select raise(abort, 'append-only'); end;
