{# Meta told us of a lead, and a day later we still could not read it: the inquiry was made all the same. #}

with

notices as (

    select * from {{ ref('stg_webhook__lead_notices') }}

),

leads as (

    select distinct
        brand,
        lead_id
    from {{ ref('stg_meta_ads__leads') }}

),

-- The night that hears of a lead may have read the leads a minute before: the next one decides.
unread as (

    select notices.*
    from notices
    left join leads
        on notices.brand = leads.brand
        and notices.lead_id = leads.lead_id
    where leads.lead_id is null
        and notices.received_at < {{ as_of_day() }}
        -- Meta's button "Test" sends ids of nothing but fours.
        and not {{ matches_fully('notices.lead_id', "'4+'") }}

),

shaped as (

    select
        brand,
        'webhook' as source,
        account,
        'lead_notices' as source_table,
        lead_id as source_record_id,
        'lead_ad' as kind,
        coalesce(created_at, received_at) as occurred_at,
        received_at as recorded_at,
        form_id,
        'facebook' as tracker_source,
        case when ad_id is null then 'social' else 'paid_social' end as tracker_medium,
        'meta_ads' as platform,
        adset_id as ad_group_id,
        landed_at

    from unread

)

select * from shaped
