-- Bars as traded: current rows, and every superseded version beside them.
create table bars (
  symbol text not null check (length(symbol) between 3 and 24 and symbol not glob '*[^0-9A-Z.-]*'),
  session text not null check (session is date(session, '+0 days')),
  open real check (open > 0 and open < 1e8),
  high real check (high > 0 and high < 1e8),
  low real check (low > 0 and low < 1e8),
  close real not null check (close > 0 and close < 1e8),
  volume real check (volume >= 0 and volume < 1e15),
  fetch_id integer not null references fetches (id),
  check (high is null or low is null or high >= low),
  primary key (symbol, session)
) strict, without rowid;

create table bar_revisions (
  symbol text not null,
  session text not null,
  open real,
  high real,
  low real,
  close real not null,
  volume real,
  fetch_id integer not null references fetches (id),
  superseded_by integer not null references fetches (id),
  check (superseded_by > fetch_id),
  primary key (symbol, session, fetch_id)
) strict, without rowid;

create trigger bars_revise after update on bars
when (old.open, old.high, old.low, old.close, old.volume) is not (new.open, new.high, new.low, new.close, new.volume)
begin
  select raise(abort, 'a bar changed without a newer fetch') where new.fetch_id <= old.fetch_id;
  insert into bar_revisions (symbol, session, open, high, low, close, volume, fetch_id, superseded_by)
  values (old.symbol, old.session, old.open, old.high, old.low, old.close, old.volume, old.fetch_id, new.fetch_id);
end;

create trigger bars_key_fixed before update of symbol, session on bars
begin select raise(abort, 'the key of a bar is immutable'); end;

create trigger bars_no_delete before delete on bars
begin select raise(abort, 'bars are never deleted'); end;

create trigger bar_revisions_no_update before update on bar_revisions
begin select raise(abort, 'append-only'); end;

create trigger bar_revisions_no_delete before delete on bar_revisions
begin select raise(abort, 'append-only'); end;

-- Corporate actions, with revisions like bars; no adjustment factor is stored.
create table actions (
  symbol text not null check (length(symbol) between 3 and 24 and symbol not glob '*[^0-9A-Z.-]*'),
  ex_date text not null check (ex_date is date(ex_date, '+0 days')),
  cash real not null check (cash >= 0 and cash < 1e6),
  split real not null check (split > 0 and split < 1e4),
  fetch_id integer not null references fetches (id),
  primary key (symbol, ex_date)
) strict, without rowid;

create table action_revisions (
  symbol text not null,
  ex_date text not null,
  cash real not null,
  split real not null,
  fetch_id integer not null references fetches (id),
  superseded_by integer not null references fetches (id),
  check (superseded_by > fetch_id),
  primary key (symbol, ex_date, fetch_id)
) strict, without rowid;

create trigger actions_revise after update on actions
when (old.cash, old.split) is not (new.cash, new.split)
begin
  select raise(abort, 'an action changed without a newer fetch') where new.fetch_id <= old.fetch_id;
  insert into action_revisions (symbol, ex_date, cash, split, fetch_id, superseded_by)
  values (old.symbol, old.ex_date, old.cash, old.split, old.fetch_id, new.fetch_id);
end;

create trigger actions_no_delete before delete on actions
begin select raise(abort, 'actions are never deleted'); end;

create trigger action_revisions_no_update before update on action_revisions
begin select raise(abort, 'append-only'); end;

create trigger action_revisions_no_delete before delete on action_revisions
begin select raise(abort, 'append-only'); end;

-- What arrived and was not believed: the rule it broke and the row as it came.
create table quarantine (
  id integer primary key,
  fetch_id integer not null references fetches (id),
  symbol text not null,
  session text,
  rule text not null,
  row_json text not null check (json_valid(row_json)),
  resolved_at text,
  resolution text
) strict;

create unique index quarantine_standing on quarantine (symbol, session, rule, row_json) where resolved_at is null;
