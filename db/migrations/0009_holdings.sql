-- What is held: a snapshot of an account on a day, append-only; a snapshot that says something else is a new revision.
create table holding_snapshots (
  account text not null,
  day text not null check (day is date(day, '+0 days')),
  rev integer not null check (rev >= 1),
  op text not null check (op in ('add', 'amend', 'retract')),
  source text not null,
  problems integer not null check (problems >= 0),
  note text,
  content_sha256 text not null check (length(content_sha256) = 64),
  recorded_at text not null check (recorded_at glob '????-??-??T??:??:??*Z'),
  primary key (account, day, rev)
) strict, without rowid;

create table holdings (
  account text not null,
  day text not null,
  rev integer not null,
  symbol text not null check (length(symbol) between 3 and 24 and symbol not glob '*[^0-9A-Z.-]*'),
  holder text not null,
  name_printed text not null,
  shares real not null check (shares > 0 and shares < 1e15),
  cost real check (cost > -1e9 and cost < 1e9),
  cost_currency text check (cost_currency in ('CNY', 'HKD', 'USD')),
  primary key (account, day, rev, symbol, holder),
  foreign key (account, day, rev) references holding_snapshots (account, day, rev)
) strict, without rowid;

create trigger holding_snapshots_no_update before update on holding_snapshots
begin select raise(abort, 'append-only'); end;
create trigger holding_snapshots_no_delete before delete on holding_snapshots
begin select raise(abort, 'append-only'); end;
create trigger holdings_no_update before update on holdings begin select raise(abort, 'append-only'); end;
create trigger holdings_no_delete before delete on holdings begin select raise(abort, 'append-only'); end;
