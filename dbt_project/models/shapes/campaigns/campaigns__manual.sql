with

spend as (

    select * from {{ ref('stg_manual__spend') }}

),

words as (

    select * from {{ ref('int_platforms__worded') }}

),

shaped as (

    select
        spend.brand,
        coalesce(words.spend_platform, lower(trim(spend.platform))) as platform,
        spend.campaign_id,
        spend.campaign_name,
        max(spend.spend_date) as last_used_date

    from spend
    left join words on {{ word_key('trim(spend.platform)') }} = words.source_key
    group by
        spend.brand, spend.campaign_id, spend.campaign_name, coalesce(words.spend_platform, lower(trim(spend.platform)))

)

select * from shaped
