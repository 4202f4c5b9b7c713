create view latest_scores as
-- How did each recommendation do in the newest score run, at every horizon?
select
  c.broker, c.published, c.theme_printed, s.rec_id, c.symbol, n.name, s.horizon, s.status, s.entry_session, s.entry_price,
  s.exit_session, s.total_return, s.benchmark, s.benchmark_kind, s.benchmark_return,
  s.total_return - s.benchmark_return as excess_return, s.hit, r.as_of, r.simulated
from scores as s
join score_runs as r on r.id = s.score_run
join recommendations_current as c on c.rec_id = s.rec_id
left join securities_current as n on n.symbol = c.symbol
where s.score_run = (select max(id) from score_runs);
