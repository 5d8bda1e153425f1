-- Each check of this build, those that found something first, and how many inquiries a flag was put on.
with flagged as (
    select flag as step, count(*) as flags from marts.inquiry_flags group by flag
)
select
    phase, replace(step, '_', ' ') as step, coalesce(row_count, flags) as found,
    case status when 'pass' then 'in order' when 'warn' then 'for you to know' else status end as outcome
from marts.pipeline_steps left join flagged using (step)
where kind = 'check'
order by status = 'pass', found desc nulls last, phase_number, step
