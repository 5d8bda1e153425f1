with

opened as (

    select * from {{ ref('int_messages__opened') }}

),

-- Which campaign an ad is of: where it was moved, the one that it spent for last.
ads as (

    select
        brand,
        platform,
        ad_id,
        max_by(campaign_id, (spend_date, campaign_id)) as campaign_id,
        max_by(campaign_name, (spend_date, campaign_id)) as campaign_name,
        max_by(ad_group_id, (spend_date, campaign_id)) as ad_group_id

    from {{ ref('spend__unioned') }}
    where ad_id is not null
    group by brand, platform, ad_id

),

shaped as (

    select
        opened.brand,
        opened.source,
        opened.account,
        opened.source_table,
        opened.source_record_id,
        'chat' as kind,
        opened.sent_at as occurred_at,
        opened.messenger,
        opened.channel_contact_id,
        opened.phone_raw,
        opened.email_raw,
        opened.full_name,
        opened.platform,
        opened.ad_id,
        ads.campaign_id,
        ads.campaign_name,
        ads.ad_group_id,
        opened.click_id_type,
        opened.click_id,
        -- The tag is the campaign of a link, and campaign_map says which of a platform's it is.
        case when opened.link_tag is not null then opened.messenger end as utm_source,
        opened.link_tag as utm_campaign,
        opened.tracker_source,
        opened.tracker_medium,
        opened.content as message,
        opened.first_response_at,
        opened.landed_at

    from opened
    left join ads
        on opened.brand = ads.brand
        and opened.platform = ads.platform
        and opened.ad_id = ads.ad_id

)

select * from shaped
