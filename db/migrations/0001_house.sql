-- House-keeping: what ran, what was asked of whom, what went wrong.
create table runs (
  id integer primary key,
  job text not null,
  app_version text not null,
  started_at text not null check (started_at glob '????-??-??T??:??:??*Z'),
  finished_at text check (finished_at glob '????-??-??T??:??:??*Z'),
  status text not null check (status in ('running', 'ok', 'partial', 'failed')),
  detail text
) strict;

-- The transaction-time axis: the order of ids is the order of commits, since there is one writer.
create table fetches (
  id integer primary key autoincrement,
  run_id integer references runs (id),
  source text not null,
  dataset text not null check (dataset in ('bars', 'actions')),
  symbol text not null,
  since text not null check (since is date(since, '+0 days')),
  until text not null check (until is date(until, '+0 days')),
  fetched_at text not null check (fetched_at glob '????-??-??T??:??:??*Z'),
  rows integer not null check (rows >= 0),
  simulated integer not null check (simulated in (0, 1))
) strict;

create index fetches_at on fetches (fetched_at);

-- Since when the bars of a security were once asked for, so that nobody asks twice for what does not exist.
create table coverage (
  symbol text primary key,
  asked_since text not null check (asked_since is date(asked_since, '+0 days'))
) strict, without rowid;

-- What went wrong and still stands; solved problems keep their row with the moment they went away.
create table problems (
  id integer primary key,
  step text not null,
  subject text not null,
  message text not null,
  message_zh text not null,
  first_seen text not null,
  resolved_at text
) strict;

create unique index problems_standing on problems (step, subject, message) where resolved_at is null;
