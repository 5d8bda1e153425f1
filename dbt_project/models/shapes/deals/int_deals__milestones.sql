with

entries as (

    select * from {{ ref('stage_entries__unioned') }}

),

mapped as (

    select
        source,
        account,
        pipeline_id,
        stage_id,
        max(case when milestone = 'qualified' then 1 else 0 end) as is_qualified,
        max(case when milestone = 'opportunity' then 1 else 0 end) as is_opportunity,
        max(case when milestone = 'won' then 1 else 0 end) as is_won,
        max(case when milestone = 'lost' then 1 else 0 end) as is_lost,
        min(case when milestone in ('won', 'lost') then stage_decided_by end) as stage_decided_by

    from {{ ref('int_deal_stages__mapped') }}
    group by source, account, pipeline_id, stage_id

),

-- Where a deal stands now comes after all that is known of its way.
numbered as (

    select
        entries.source,
        entries.account,
        entries.source_deal_id,
        entries.pipeline_id,
        entries.entered_at,
        entries.is_present,
        coalesce(mapped.is_qualified, 0) as is_qualified,
        coalesce(mapped.is_opportunity, 0) as is_opportunity,
        coalesce(mapped.is_won, 0) as is_won,
        coalesce(mapped.is_lost, 0) as is_lost,
        mapped.stage_decided_by,
        row_number() over (
            partition by entries.source, entries.account, entries.source_deal_id
            order by entries.is_present, entries.entered_at, coalesce(mapped.is_won, 0)
        ) as entry_number

    from entries
    left join mapped
        on entries.source = mapped.source
        and entries.account = mapped.account
        and entries.pipeline_id = mapped.pipeline_id
        and entries.stage_id = mapped.stage_id

),

pipelined as (

    select
        *,
        coalesce(max(is_won) over (
            partition by source, account, source_deal_id, pipeline_id
            order by entry_number
            rows between unbounded preceding and 1 preceding
        ), 0) as was_won_there

    from numbered

),

-- A won deal that is lost, or goes back in the pipeline in which it was won, is sold no more. One that goes on to
-- another pipeline, as to be delivered, stays sold on its own day.
ended as (

    select
        *,
        max(case when is_lost = 1 or (is_won = 0 and was_won_there = 1) then entry_number else 0 end) over (
            partition by source, account, source_deal_id
        ) as last_end

    from pipelined

),

dated as (

    select
        source,
        account,
        source_deal_id,
        min(entered_at) as first_entered_at,
        min(case when is_qualified = 1 then entered_at end) as qualified_at,
        min(case when is_opportunity = 1 then entered_at end) as opportunity_at,
        -- A deal that was won, lost and won again was won the last time.
        case
            when max(case when is_won = 1 and entry_number > last_end then 1 else 0 end) = 1
                then min(case when is_won = 1 and entry_number > last_end then entered_at end)
            else max(case when is_won = 1 then entered_at end)
        end as won_at,
        max(case when is_lost = 1 then entered_at end) as lost_at,
        max(case when is_won = 1 and entry_number > last_end then 1 else 0 end) = 1
        and max(case when is_present then 1 else 0 end) = 1 as is_in_won,
        max(case when is_present and is_lost = 1 then 1 else 0 end) = 1 as is_in_lost,
        coalesce(
            max(case when is_present and (is_won = 1 or is_lost = 1) then stage_decided_by end),
            min(case when is_won = 1 and entry_number > last_end then stage_decided_by end)
        ) as stage_decided_by

    from ended
    group by source, account, source_deal_id
    having max(is_qualified + is_opportunity + is_won + is_lost) > 0

)

select * from dated
