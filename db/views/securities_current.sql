create view securities_current as
-- What is each security called, and when was it listed or delisted?
select s.*
from securities as s
where s.rev = (select max(x.rev) from securities as x where x.symbol = s.symbol);
