-- The newest day of each source, and what came in against what was refused.
with placed as (
    -- What holds for a whole account belongs to the brand of the account, if it is one.
    select *, case when count(distinct brand) over account = 1 then max(brand) over account end as brand_of_account
    from marts.reconciliation
    where source <> 'warehouse'
    window account as (partition by source, account)
)
select
    coalesce(brand, brand_of_account, '(all)') as brand, source, account, max(newest_day) as newest_day,
    bool_or(is_stale) as is_stale, sum(landed) filter (quantity like 'rows_%') as landed,
    sum(rejected) filter (quantity like 'rows_%') as rejected, string_agg(distinct note, ' ') filter (is_stale) as note
from placed
group by all
-- What only has sums to compare, and no rows of its own, is told with those of its whole account.
having count(*) filter (quantity like 'rows_%') > 0 or bool_or(is_stale)
order by is_stale desc, newest_day, source, account, brand
