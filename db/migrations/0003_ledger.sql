-- The ledger as it was at each moment: append-only revisions of reports and their recommendations.
create table reports (
  report text not null,
  rev integer not null check (rev >= 1),
  op text not null check (op in ('add', 'amend', 'retract')),
  broker text not null,
  title text,
  published text not null check (published is date(published, '+0 days')),
  published_at text,
  industry text,
  body_json text not null check (json_valid(body_json)),
  content_sha256 text not null check (length(content_sha256) = 64),
  recorded_at text not null check (recorded_at glob '????-??-??T??:??:??*Z'),
  primary key (report, rev)
) strict, without rowid;

create table recommendations (
  rec_id text not null,
  rev integer not null check (rev >= 1),
  op text not null check (op in ('add', 'amend', 'retract')),
  report text not null,
  broker text not null,
  analyst text,
  published text not null check (published is date(published, '+0 days')),
  published_at text,
  theme_printed text not null,
  symbol text not null check (symbol not glob '*[^0-9A-Z.-]*'),
  name_printed text not null,
  direction integer not null check (direction in (-1, 0, 1)),
  strength text not null check (strength in ('strong_recommend', 'recommend', 'focus', 'watch', 'rating_only')),
  verb text,
  rating text,
  target_price real check (target_price > 0),
  scale_months integer not null check (scale_months between 1 and 120),
  benchmark text,
  quotes_json text not null check (json_valid(quotes_json)),
  content_sha256 text not null check (length(content_sha256) = 64),
  recorded_at text not null check (recorded_at glob '????-??-??T??:??:??*Z'),
  primary key (rec_id, rev)
) strict, without rowid;

create index recommendations_symbol on recommendations (symbol);

create trigger reports_no_update before update on reports begin select raise(abort, 'append-only'); end;
create trigger reports_no_delete before delete on reports begin select raise(abort, 'append-only'); end;
create trigger recommendations_no_update before update on recommendations begin select raise(abort, 'append-only'); end;
create trigger recommendations_no_delete before delete on recommendations begin select raise(abort, 'append-only'); end;

-- Securities as they were known at each moment.
create table securities (
  symbol text not null,
  rev integer not null check (rev >= 1),
  name text not null,
  listed text,
  delisting_period_from text,
  delisted text,
  names_json text not null check (json_valid(names_json)),
  recorded_at text not null check (recorded_at glob '????-??-??T??:??:??*Z'),
  primary key (symbol, rev)
) strict, without rowid;

create trigger securities_no_update before update on securities begin select raise(abort, 'append-only'); end;
create trigger securities_no_delete before delete on securities begin select raise(abort, 'append-only'); end;

-- Settings, themes and rating scales as they were at each moment: whatever else a number depends on.
create table documents (
  kind text not null check (kind in ('settings', 'themes', 'calendar')),
  rev integer not null check (rev >= 1),
  body_json text not null check (json_valid(body_json)),
  content_sha256 text not null check (length(content_sha256) = 64),
  recorded_at text not null check (recorded_at glob '????-??-??T??:??:??*Z'),
  primary key (kind, rev)
) strict, without rowid;

create trigger documents_no_update before update on documents begin select raise(abort, 'append-only'); end;
create trigger documents_no_delete before delete on documents begin select raise(abort, 'append-only'); end;
