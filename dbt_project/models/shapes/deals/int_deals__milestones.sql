with

entries as (

    select * from {{ ref('stage_entries__unioned') }}

),

mapped as (

    select * from {{ ref('int_deal_stages__mapped') }}

),

dated as (

    select
        entries.source,
        entries.account,
        entries.source_deal_id,
        min(case when mapped.milestone = 'qualified' then entries.entered_at end) as qualified_at,
        min(case when mapped.milestone = 'opportunity' then entries.entered_at end) as opportunity_at,
        -- A deal that was won, lost and won again was won the last time.
        max(case when mapped.milestone = 'won' then entries.entered_at end) as won_at,
        max(case when mapped.milestone = 'lost' then entries.entered_at end) as lost_at,
        max(case when entries.is_present and mapped.milestone = 'won' then 1 else 0 end) = 1 as is_in_won,
        max(case when entries.is_present and mapped.milestone = 'lost' then 1 else 0 end) = 1 as is_in_lost

    from entries
    inner join mapped
        on entries.source = mapped.source
        and entries.account = mapped.account
        and entries.pipeline_id = mapped.pipeline_id
        and entries.stage_id = mapped.stage_id
    group by entries.source, entries.account, entries.source_deal_id

)

select * from dated
