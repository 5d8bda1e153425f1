{# What was spent, as finely as each platform tells it, once. #}

with

converted as (

    select * from {{ ref('int_spend__converted') }}

),

euro_rates as (

    select
        currency,
        rate_date,
        units_per_euro

    from {{ ref('int_rates__daily') }}

),

named as (

    select
        converted.brand,
        converted.spend_date,
        converted.source,
        converted.account,
        coalesce(converted.channel, 'Paid Other') as channel,
        converted.platform,
        converted.campaign_id,
        {{ name_without_contacts('converted.campaign_name') }} as campaign_name,
        converted.ad_group_id,
        {{ name_without_contacts('converted.ad_group_name') }} as ad_group_name,
        converted.ad_id,
        {{ name_without_contacts('converted.ad_name') }} as ad_name,
        {{ name_without_contacts('converted.keyword') }} as keyword,
        converted.match_type,
        converted.device,
        converted.spend,
        converted.currency,
        case
            when converted.currency_original = 'EUR' then converted.spend_original
            else cast(cast(converted.spend_original as double) / euro_rates.units_per_euro as decimal(20, 6))
        end as spend_eur,
        converted.spend_original,
        converted.currency_original,
        converted.is_rate_missing,
        converted.impressions,
        converted.clicks,
        converted.platform_conversions

    from converted
    left join euro_rates
        on converted.currency_original = euro_rates.currency
        and converted.spend_date = euro_rates.rate_date

),

-- Names that differ only by what was blotted out are one line.
added_up as (

    select
        brand,
        spend_date,
        source,
        account,
        channel,
        platform,
        campaign_id,
        campaign_name,
        ad_group_id,
        ad_group_name,
        ad_id,
        ad_name,
        keyword,
        match_type,
        device,
        cast(sum(spend) as decimal(20, 6)) as spend,
        currency,
        cast(sum(spend_eur) as decimal(20, 6)) as spend_eur,
        cast(sum(spend_original) as decimal(20, 6)) as spend_original,
        currency_original,
        is_rate_missing,
        cast(coalesce(sum(impressions), 0) as bigint) as impressions,
        cast(coalesce(sum(clicks), 0) as bigint) as clicks,
        cast(sum(platform_conversions) as decimal(20, 6)) as platform_conversions

    from named
    group by
        brand, spend_date, source, account, channel, platform, campaign_id, campaign_name, ad_group_id, ad_group_name,
        ad_id, ad_name, keyword, match_type, device, currency, currency_original, is_rate_missing

)

select * from added_up
