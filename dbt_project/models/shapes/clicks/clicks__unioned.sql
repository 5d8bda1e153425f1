with

google_clicks as (

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

),

-- One click may be listed under two networks or on two sides of midnight.
first_listed as (

    select * from google_clicks
    qualify row_number() over (
        partition by brand, click_id_type, click_id order by clicked_date, account, campaign_id, ad_group_id
    ) = 1

)

select * from first_listed
