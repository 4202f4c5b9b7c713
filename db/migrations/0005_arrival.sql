-- Hosts that refused us or could not be reached: not asked, or asked last, until a moment.
create table source_standings (
  host text primary key,
  state text not null check (state in ('blocked', 'last')),
  until text not null check (until glob '????-??-??T??:??:??*Z'),
  reason text not null,
  learned_at text not null check (learned_at glob '????-??-??T??:??:??*Z')
) strict, without rowid;
