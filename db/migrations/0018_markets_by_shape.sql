-- Which markets and currencies there are is said in one place, the program; the database holds their shape only, so that
-- a market can be added without building tables anew.
drop trigger market_sessions_done_once;
drop trigger market_sessions_no_delete;
alter table market_sessions rename to market_sessions_before;
create table market_sessions (
  market text not null check (market glob '[A-Z][A-Z]'),
  session text not null check (session is date(session, '+0 days')),
  state text not null check (state in ('working', 'stopped', 'waiting', 'partial', 'done', 'no_session')),
  tries integer not null check (tries >= 0),
  first_tried_at text not null check (first_tried_at glob '????-??-??T??:??:??*Z'),
  tried_at text not null check (tried_at glob '????-??-??T??:??:??*Z'),
  settled_at text check (settled_at glob '????-??-??T??:??:??*Z'),
  run_id integer references runs (id),
  missing text,
  missing_zh text,
  primary key (market, session),
  check ((settled_at is not null) = (state in ('partial', 'done', 'no_session')))
) strict, without rowid;
insert into market_sessions select * from market_sessions_before;
drop table market_sessions_before;
create trigger market_sessions_done_once before update on market_sessions
when old.state = 'done'
begin select raise(abort, 'a session is done once'); end;
create trigger market_sessions_no_delete before delete on market_sessions
begin select raise(abort, 'sessions are never deleted'); end;

drop trigger holdings_no_update;
drop trigger holdings_no_delete;
alter table holdings rename to holdings_before;
create table holdings (
  account text not null,
  day text not null,
  rev integer not null,
  symbol text not null check (length(symbol) between 3 and 24 and symbol not glob '*[^0-9A-Z.-]*'),
  holder text not null,
  name_printed text not null,
  shares real not null check (shares > 0 and shares < 1e15),
  cost real check (cost > -1e9 and cost < 1e9),
  cost_currency text check (cost_currency glob '[A-Z][A-Z][A-Z]'),
  primary key (account, day, rev, symbol, holder),
  foreign key (account, day, rev) references holding_snapshots (account, day, rev)
) strict, without rowid;
insert into holdings select * from holdings_before;
drop table holdings_before;
create trigger holdings_no_update before update on holdings begin select raise(abort, 'append-only'); end;
create trigger holdings_no_delete before delete on holdings begin select raise(abort, 'append-only'); end;
