create view closings_current as
-- Which calls did a person close, and why?
select c.*
from closings as c
where c.rev = (select max(x.rev) from closings as x where x.closing = c.closing)
  and c.op <> 'retract';
