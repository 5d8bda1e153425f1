with

shaped as (

    select
        brand,
        'linkedin_ads' as platform,
        campaign_id,
        campaign_name,
        landed_day as last_used_date

    from {{ ref('stg_linkedin_ads__campaigns') }}

)

select * from shaped
