with

-- A stage that is no longer used may have the name of one that is.
shaped as (

    select
        'salesforce' as source,
        account,
        'all' as pipeline_id,
        api_name as stage_id,
        lower(label) as stage_label,
        case when is_won then 'won' when is_closed then 'lost' when not is_closed then 'open' end as own_milestone

    from {{ ref('stg_salesforce__stages') }}
    qualify row_number() over (partition by account, api_name order by is_active desc nulls last, stage_id) = 1

)

select * from shaped
