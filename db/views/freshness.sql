create view freshness as
-- How far do the stored bars of each security reach, and where do they come from?
select b.symbol, n.name, b.first_session, b.last_session, b.bars, f.source, f.fetched_at
from (
  select symbol, min(session) as first_session, max(session) as last_session, count(*) as bars, max(fetch_id) as fetch_id
  from bars
  group by symbol
) as b
join fetches as f on f.id = b.fetch_id
left join securities_current as n on n.symbol = b.symbol;
