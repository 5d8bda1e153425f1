with

unioned as (

    {{ in_one_shape('campaigns', [
        ref('campaigns__google_ads'),
        ref('campaigns__meta_ads'),
        ref('campaigns__yandex_direct'),
        ref('campaigns__microsoft_ads'),
        ref('campaigns__linkedin_ads'),
        ref('campaigns__spent'),
    ]) }}

),

-- A campaign of a platform without ids is its name.
listed as (

    select
        brand,
        platform,
        campaign_id,
        campaign_name,
        coalesce(campaign_id, lower(campaign_name)) as campaign_key,
        max(channel_type) as channel_type,
        max(last_used_date) as last_used_date

    from unioned
    group by brand, platform, campaign_id, campaign_name

)

select * from listed
