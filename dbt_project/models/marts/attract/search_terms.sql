{# The money of `spend` once more, by what was searched for; what the platform does not tell by term has a row of its
   own, so that both tables add up to the same. #}

with

told as (

    select
        brand,
        source,
        account,
        spend_date,
        channel,
        platform,
        campaign_id,
        {{ name_without_contacts('campaign_name') }} as campaign_name,
        ad_group_id,
        {{ name_without_contacts('ad_group_name') }} as ad_group_name,
        {{ name_without_contacts('keyword') }} as keyword,
        match_type,
        {{ without_contacts('search_term') }} as search_term,
        currency,
        currency_original,
        spend,
        spend_original,
        impressions,
        clicks,
        platform_conversions

    from {{ ref('int_search_terms__converted') }}

),

-- Before an account's first told day nobody asked it for terms.
telling as (

    select
        brand,
        source,
        account,
        min(spend_date) as first_date

    from told
    group by brand, source, account

),

spent as (

    select
        spend.brand,
        spend.source,
        spend.account,
        spend.spend_date,
        spend.channel,
        spend.platform,
        spend.campaign_id,
        spend.campaign_name,
        spend.currency,
        spend.currency_original,
        spend.spend,
        spend.spend_original,
        spend.impressions,
        spend.clicks,
        spend.platform_conversions

    from {{ ref('spend') }} as spend
    inner join telling
        on spend.brand = telling.brand
        and spend.source = telling.source
        and spend.account = telling.account
        and spend.spend_date >= telling.first_date

),

-- What was spent less what is told of it, campaign by campaign.
compared as (

    select
        *,
        1 as sign

    from spent

    union all

    select
        brand,
        source,
        account,
        spend_date,
        channel,
        platform,
        campaign_id,
        campaign_name,
        currency,
        currency_original,
        spend,
        spend_original,
        impressions,
        clicks,
        platform_conversions,
        -1 as sign

    from told

),

untold as (

    select
        brand,
        source,
        account,
        spend_date,
        channel,
        platform,
        campaign_id,
        campaign_name,
        cast(null as varchar) as ad_group_id,
        cast(null as varchar) as ad_group_name,
        cast(null as varchar) as keyword,
        cast(null as varchar) as match_type,
        cast(null as varchar) as search_term,
        false as is_told,
        currency,
        currency_original,
        sum(sign * spend) as spend,
        sum(sign * spend_original) as spend_original,
        sum(sign * impressions) as impressions,
        sum(sign * clicks) as clicks,
        sum(sign * platform_conversions) as platform_conversions

    from compared
    group by
        brand, source, account, spend_date, channel, platform, campaign_id, campaign_name, currency, currency_original
    having
        coalesce(sum(sign * spend_original), 0) <> 0
        or coalesce(sum(sign * impressions), 0) <> 0
        or coalesce(sum(sign * clicks), 0) <> 0
        or coalesce(sum(sign * platform_conversions), 0) <> 0

),

-- Terms that differ only by what was blotted out are one line.
added_up as (

    select
        brand,
        source,
        account,
        spend_date,
        channel,
        platform,
        campaign_id,
        campaign_name,
        ad_group_id,
        ad_group_name,
        keyword,
        match_type,
        search_term,
        true as is_told,
        currency,
        currency_original,
        sum(spend) as spend,
        sum(spend_original) as spend_original,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(platform_conversions) as platform_conversions

    from told
    group by
        brand, source, account, spend_date, channel, platform, campaign_id, campaign_name, ad_group_id, ad_group_name,
        keyword, match_type, search_term, currency, currency_original

    union all

    select * from untold

),

typed as (

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
        keyword,
        match_type,
        search_term,
        is_told,
        cast(spend as decimal(20, 6)) as spend,
        currency,
        cast(spend_original as decimal(20, 6)) as spend_original,
        currency_original,
        cast(coalesce(impressions, 0) as bigint) as impressions,
        cast(coalesce(clicks, 0) as bigint) as clicks,
        cast(platform_conversions as decimal(20, 6)) as platform_conversions

    from added_up

)

select * from typed
