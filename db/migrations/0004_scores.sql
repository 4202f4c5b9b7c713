-- Score runs: frozen answers, rebuildable from what lies above.
create table score_runs (
  id integer primary key,
  run_id integer references runs (id),
  as_of text not null check (as_of is date(as_of, '+0 days')),
  as_of_fetch integer not null,
  inputs_sha256 text not null check (length(inputs_sha256) = 64),
  output_sha256 text not null check (length(output_sha256) = 64),
  app_version text not null,
  simulated integer not null check (simulated in (0, 1)),
  created_at text not null check (created_at glob '????-??-??T??:??:??*Z')
) strict;

create table scores (
  score_run integer not null references score_runs (id),
  rec_id text not null,
  horizon text not null,
  entry_session text,
  entry_price real,
  exit_session text,
  total_return real,
  price_return real,
  benchmark text not null,
  benchmark_kind text not null check (benchmark_kind in ('price', 'total')),
  benchmark_return real,
  hit integer check (hit in (0, 1)),
  status text not null check (
    status in ('pending', 'running', 'matured', 'open', 'suspended', 'delisted', 'stale', 'untradable', 'no_price')
  ),
  primary key (score_run, rec_id, horizon)
) strict, without rowid;

create trigger scores_no_update before update on scores begin select raise(abort, 'append-only'); end;
create trigger scores_no_delete before delete on scores begin select raise(abort, 'append-only'); end;
create trigger score_runs_no_update before update on score_runs begin select raise(abort, 'append-only'); end;
create trigger score_runs_no_delete before delete on score_runs begin select raise(abort, 'append-only'); end;
