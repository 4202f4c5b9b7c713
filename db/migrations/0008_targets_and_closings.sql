-- A target price can be compared with nothing while nobody knows what money it is in.
alter table recommendations add column target_currency text check (target_currency glob '[A-Z][A-Z][A-Z]');

-- Calls that a person closed, with the reason: append-only revisions, like the ledger they come from.
create table closings (
  closing text not null check (length(closing) = 16),
  rev integer not null check (rev >= 1),
  op text not null check (op in ('add', 'amend', 'retract')),
  broker text not null,
  symbol text not null check (symbol not glob '*[^0-9A-Z.-]*'),
  closed_on text not null check (closed_on is date(closed_on, '+0 days')),
  why text not null check (length(why) > 0),
  content_sha256 text not null check (length(content_sha256) = 64),
  recorded_at text not null check (recorded_at glob '????-??-??T??:??:??*Z'),
  primary key (closing, rev)
) strict, without rowid;

create trigger closings_no_update before update on closings begin select raise(abort, 'append-only'); end;
create trigger closings_no_delete before delete on closings begin select raise(abort, 'append-only'); end;
