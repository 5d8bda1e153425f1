with

source as (

    select * from {{ source('rules', 'channel_rules') }}

),

typed as (

    select
        cast(nullif(trim(rule_order), '') as integer) as rule_order,
        nullif(trim(channel), '') as channel,
        lower(nullif(trim(source_list), '')) as source_list,
        nullif(trim(source_pattern), '') as source_pattern,
        nullif(trim(medium_pattern), '') as medium_pattern,
        nullif(trim(campaign_pattern), '') as campaign_pattern,
        lower(nullif(trim(click_id), '')) as click_id,
        lower(nullif(trim(referrer_kind), '')) as referrer_kind,
        nullif(trim(note), '') as note

    from source

)

select * from typed
