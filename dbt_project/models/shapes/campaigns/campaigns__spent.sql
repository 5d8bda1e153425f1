{# Every platform names a campaign beside its money. What states more of its campaigns has a file of its own. #}

with

spend as (

    select * from {{ ref('spend__unioned') }}
    -- The other rows say what was landed.
    where spend_as_landed is null

),

shaped as (

    select
        brand,
        platform,
        campaign_id,
        campaign_name,
        max(spend_date) as last_used_date

    from spend
    where campaign_name is not null
    group by brand, platform, campaign_id, campaign_name

)

select * from shaped
