-- Rating scales belong to what a number depends on: documents hold them too.
create table documents_with_ratings (
  kind text not null check (kind in ('settings', 'themes', 'calendar', 'ratings')),
  rev integer not null check (rev >= 1),
  body_json text not null check (json_valid(body_json)),
  content_sha256 text not null check (length(content_sha256) = 64),
  recorded_at text not null check (recorded_at glob '????-??-??T??:??:??*Z'),
  primary key (kind, rev)
) strict, without rowid;

insert into documents_with_ratings (kind, rev, body_json, content_sha256, recorded_at)
select kind, rev, body_json, content_sha256, recorded_at
from documents;

drop table documents;

alter table documents_with_ratings rename to documents;

create trigger documents_no_update before update on documents begin select raise(abort, 'append-only'); end;
create trigger documents_no_delete before delete on documents begin select raise(abort, 'append-only'); end;
