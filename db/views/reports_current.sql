create view reports_current as
-- Which reports does the ledger hold today, in their latest form?
select r.*
from reports as r
where r.rev = (select max(x.rev) from reports as x where x.report = r.report)
  and r.op <> 'retract';
