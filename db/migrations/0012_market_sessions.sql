-- Which sessions the day's work was done for, market by market: a missed day is caught up, and none is done twice.
create table market_sessions (
  market text not null check (market in ('CN', 'HK', 'US')),
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

-- What is done stays done: the same session cannot be done a second time.
create trigger market_sessions_done_once before update on market_sessions
when old.state = 'done'
begin select raise(abort, 'a session is done once'); end;
create trigger market_sessions_no_delete before delete on market_sessions
begin select raise(abort, 'sessions are never deleted'); end;

-- What was sent to whom: never an address, a token or a text; target is a short digest that tells two addresses apart.
create table deliveries (
  id integer primary key,
  sent_at text not null check (sent_at glob '????-??-??T??:??:??*Z'),
  kind text not null check (kind in ('summary', 'failure', 'recovered', 'test')),
  subject text not null,
  scheme text not null,
  target text not null check (length(target) = 4),
  result text not null check (result in ('sent', 'failed')),
  detail text
) strict;

create index deliveries_by_subject on deliveries (subject, id);
create trigger deliveries_no_update before update on deliveries begin select raise(abort, 'append-only'); end;
create trigger deliveries_no_delete before delete on deliveries begin select raise(abort, 'append-only'); end;
