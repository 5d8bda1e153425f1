-- What was refused, by file and reason.
select brand, source, account, table_name, file, line, column_name, reason, sum(row_count) as rows, max(day) as newest_day
from marts.rejects
group by all
order by rows desc, source, table_name
limit 200
