create view freshness as
-- How far do the stored bars of each security reach, and where do they come from?
select b.symbol, n.name, min(b.session) as first_session, max(b.session) as last_session, count(*) as bars,
  (select f.source from fetches as f where f.id = max(b.fetch_id)) as source,
  (select f.fetched_at from fetches as f where f.id = max(b.fetch_id)) as fetched_at
from bars as b
left join securities_current as n on n.symbol = b.symbol
group by b.symbol;
