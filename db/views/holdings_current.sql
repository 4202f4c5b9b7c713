create view holdings_current as
-- What is held by the latest snapshot of each account?
select
  h.account, h.day, h.symbol, h.holder, coalesce(n.name, h.name_printed) as name, h.shares, h.cost, h.cost_currency, s.rev,
  s.problems, s.source, s.recorded_at
from holding_snapshots as s
join holdings as h on h.account = s.account and h.day = s.day and h.rev = s.rev
left join securities_current as n on n.symbol = h.symbol
where s.op <> 'retract'
  and s.rev = (select max(x.rev) from holding_snapshots as x where x.account = s.account and x.day = s.day)
  and not exists (
    select 1
    from holding_snapshots as later
    where later.account = s.account
      and later.day > s.day
      and later.op <> 'retract'
      and later.rev = (
        select max(y.rev) from holding_snapshots as y where y.account = later.account and y.day = later.day
      )
  );
