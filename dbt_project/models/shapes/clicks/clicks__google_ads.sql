with

shaped as (

    select
        brand,
        'google_ads' as source,
        account,
        'google_ads' as platform,
        'gclid' as click_id_type,
        gclid as click_id,
        clicked_date,
        campaign_id,
        campaign_name,
        ad_group_id,
        ad_group_name,
        keyword

    from {{ ref('stg_google_ads__click_view') }}

)

select * from shaped
