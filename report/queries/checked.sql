-- What was done and checked before this was published.
select phase, kind, status, count(*) as steps, sum(seconds) as seconds
from marts.pipeline_steps
group by phase, phase_number, kind, status
order by phase_number, kind, status
