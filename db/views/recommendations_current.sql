create view recommendations_current as
-- What is recommended by whom, today, in its latest form?
select r.*
from recommendations as r
where r.rev = (select max(x.rev) from recommendations as x where x.rec_id = r.rec_id)
  and r.op <> 'retract';
