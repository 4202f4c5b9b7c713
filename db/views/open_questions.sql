create view open_questions as
-- What was not believed or went wrong, and still waits for somebody?
select 'quarantine' as kind, q.symbol as subject, q.session, q.rule as what, q.row_json as detail, f.fetched_at as since
from quarantine as q
join fetches as f on f.id = q.fetch_id
where q.resolved_at is null
union all
select 'problem', p.subject, null, p.step, p.message, p.first_seen
from problems as p
where p.resolved_at is null;
