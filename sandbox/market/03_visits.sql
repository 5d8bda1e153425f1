-- The journeys: what brought each visit in truth, and what the analytics could see of it.
create table journeys as
with stepped as (
    select people.*, step, brand = 'topla' and step > 0 and chance('showroom', id * 32 + step) < 0.03 as is_in_showroom, visit_count * (1.0 + 6.0 * chance('pace', id)) as span_days
    from people, range(0, visit_count) as steps (step)
),
timed as (
    select
        *, id * 32 + step as visit_number,
        to_utc(local_first_at + to_seconds(floor(86400.0 * span_days * (step + 0.7 * chance('gap', id * 32 + step) * least(step, 1)) / visit_count)::bigint), time_zone) as started_at,
        chance('touch', id * 32 + step) as draw
    from stepped
)
select
    visit_number, id as person, brand, region, time_zone, step, started_at, first_name, device_count, household, is_sharing_computer, is_in_showroom,
    case
        when is_in_showroom then 'direct'
        -- A first visit is hardly ever direct; later ones often are.
        when step = 0 then case
            when draw < 0.31 then 'google_ads' when draw < 0.53 then 'meta_ads' when draw < 0.76 then 'organic'
            when draw < 0.82 then 'referral' when draw < 0.86 then 'partner' when draw < 0.895 then 'assistant'
            when draw < 0.92 then 'social' else 'direct' end
        else case
            when draw < 0.20 then 'google_ads' when draw < 0.33 then 'meta_ads' when draw < 0.50 then 'organic'
            when draw < 0.53 then 'referral' when draw < 0.55 then 'partner' when draw < 0.57 then 'assistant'
            when draw < 0.70 then 'email' when draw < 0.72 then 'social' else 'direct' end
    end as touch
from timed
where started_at < getvariable('end_at');

create table visits as
with shares as (
    select
        *, sum(weight) over (partition by brand, platform order by slot) / sum(weight) over (partition by brand, platform) as upper_share,
        (sum(weight) over (partition by brand, platform order by slot) - weight) / sum(weight) over (partition by brand, platform) as lower_share
    from (select distinct brand, platform, slot, weight from campaign_spells)
),
weighted as (
    select campaigns.*, shares.upper_share, shares.lower_share, spells.first_on, spells.end_on
    from shares
    inner join campaign_spells as spells using (brand, platform, slot)
    inner join campaigns on spells.campaign_id = campaigns.campaign_id
),
campaigned as (
    select journeys.*, weighted.campaign_id, weighted.campaign_name, weighted.channel, weighted.channel_type, weighted.network,
        weighted.click_price, weighted.renamed_on, weighted.new_name
    from journeys
    left join weighted
        on journeys.brand = weighted.brand and journeys.touch = weighted.platform
        and chance('campaign', visit_number) >= weighted.lower_share and chance('campaign', visit_number) < weighted.upper_share
        and to_local(started_at, time_zone)::date >= coalesce(first_on, date '1970-01-01')
        and to_local(started_at, time_zone)::date < coalesce(end_on, date '9999-01-01')
),
keyworded as (
    select campaigned.*, keywords.ad_group_id, keywords.ad_group_name, keywords.criterion_id, keywords.ad_id, keywords.keyword_text, keywords.match_type
    from campaigned
    left join (select *, row_number() over (partition by campaign_id order by criterion_id) as place from keywords) as keywords
        on campaigned.campaign_id = keywords.campaign_id and keywords.place = 1 + floor(chance('keyword', visit_number) * 9)::integer
),
broken as (
    select
        *,
        -- A middleman's link to either platform's ad: its tags name nobody that anybody knows, and no click comes through.
        brand = 'topla' and coalesce(campaign_name = 'Отстъпки', false) and chance('middleman', visit_number) < 0.3 as is_through_middleman,
        touch in ('google_ads', 'meta_ads') and (chance('lost click', visit_number) < 0.05 or is_through_middleman) as is_click_id_missing,
        not is_through_middleman and touch in ('google_ads', 'meta_ads', 'email', 'partner') and chance('lost tags', visit_number) < 0.05 as is_utm_missing,
        not is_through_middleman and touch in ('google_ads', 'meta_ads') and chance('macro', visit_number) < 0.02 as is_utm_unexpanded,
        not is_through_middleman and touch in ('google_ads', 'meta_ads', 'email') and chance('case', visit_number) < 0.03 as is_utm_wrong_case,
        touch = 'direct' and step > 0 and chance('payment', visit_number) < 0.06 as is_payment_referral,
        step > 0 and not is_in_showroom and chance('cookie', visit_number) < 0.03 as is_cookie_lost,
        1 + floor(chance('device', visit_number) * 1.6)::integer % device_count as device
    from keyworded
),
identified as (
    select
        *,
        sum(is_cookie_lost::integer) over (partition by person order by step) as cookie,
        case when is_through_middleman then 'reklama-agent' else case touch when 'google_ads' then 'google' when 'meta_ads' then 'facebook' when 'email' then 'newsletter' when 'partner' then 'heimwerk-portal' end end as source_tag,
        case when is_through_middleman then 'cpc' else case touch when 'google_ads' then case when channel_type = 'DISPLAY' then 'display' else 'cpc' end when 'meta_ads' then 'paid_social' when 'email' then 'email' when 'partner' then 'affiliate' end end as medium_tag,
        coalesce(campaign_name, case touch when 'email' then 'news-' || strftime(started_at, '%Y-%m') when 'partner' then 'listing' end) as campaign_tag
    from broken
),
tagged as (
    select
        *,
        -- Everybody who asks in the showroom, or on a family's computer, does so on one device.
        case when is_in_showroom then md5(concat_ws('|', 'showroom', brand, getvariable('seed')))[1:16]
            when is_sharing_computer then md5(concat_ws('|', 'computer', household, getvariable('seed')))[1:16]
            else md5(concat_ws('|', 'device', person, device, cookie, getvariable('seed')))[1:16] end as client_id,
        case when touch = 'google_ads' then 'Cj0KCQ' || md5(concat_ws('|', 'gclid', visit_number, getvariable('seed'))) || 'Qw_wcB' end as true_click_id,
        case when touch = 'meta_ads' then 'IwAR' || md5(concat_ws('|', 'fbclid', visit_number, getvariable('seed'))) end as true_fbclid,
        case when is_utm_wrong_case then upper(source_tag) else source_tag end as shown_source,
        case when is_utm_wrong_case then upper(medium_tag) else medium_tag end as shown_medium,
        case when is_utm_unexpanded then '{campaign}' when is_utm_wrong_case then upper(campaign_tag) else campaign_tag end as shown_campaign,
        pick(['/', '/services', '/prices', '/contact', '/blog/guide'], 'page', visit_number) as page
    from identified
),
addressed as (
    select
        *,
        list_filter([
            case when source_tag is not null and not is_utm_missing then 'utm_source=' || url_encode(shown_source) end,
            case when source_tag is not null and not is_utm_missing then 'utm_medium=' || url_encode(shown_medium) end,
            case when source_tag is not null and not is_utm_missing then 'utm_campaign=' || url_encode(shown_campaign) end,
            case when touch = 'meta_ads' and not is_through_middleman and not is_utm_missing and not is_utm_unexpanded then 'utm_id=' || campaign_id end,
            case when channel_type = 'SEARCH' and not is_utm_missing then 'utm_term=' || url_encode(keyword_text) end,
            case when not is_click_id_missing then coalesce('gclid=' || true_click_id, 'fbclid=' || true_fbclid) end,
            case when touch = 'assistant' then 'utm_source=chatgpt.com' end
        ], lambda part : part is not null) as parts
    from tagged
)
select
    * exclude (parts, channel),
    coalesce(channel, case touch when 'organic' then 'Organic Search' when 'referral' then 'Referral' when 'partner' then 'Affiliates' when 'assistant' then 'AI Assistant'
        when 'social' then 'Organic Social' when 'email' then 'Email' else 'Direct' end) as true_channel,
    (400000 + row_number() over (order by brand = 'topla', started_at, visit_number))::text as visit_id,
    'https://' || (select host from brands where brands.brand = addressed.brand) || page
        || case when len(parts) > 0 then '?' || array_to_string(parts, '&') else '' end as landing_url,
    case
        when is_through_middleman then 'https://www.reklama-agent.example/'
        when is_payment_referral then 'https://checkout.stripe.com/'
        when touch = 'organic' then pick(['https://www.google.com/', 'https://www.google.com/', 'https://www.bing.com/', 'https://duckduckgo.com/'], 'engine', visit_number)
        when touch = 'google_ads' then 'https://www.google.com/'
        when touch = 'meta_ads' then 'https://l.facebook.com/'
        when touch = 'social' then pick(['https://www.facebook.com/', 'https://www.linkedin.com/', 'https://www.pinterest.com/'], 'network', visit_number)
        when touch = 'referral' then pick(['https://www.bauratgeber.example/', 'https://forum.homeowners.example/', 'https://magazine.example/'], 'site', visit_number)
        when touch = 'partner' then 'https://www.heimwerk-portal.example/'
        when touch = 'assistant' then 'https://chatgpt.com/'
    end as referrer,
    floor(20 + 400 * chance('stay', visit_number))::integer as stay_seconds,
    1 + floor(chance('pages', visit_number) * 5)::integer as page_count,
    pick(['smartphone', 'desktop', 'desktop', 'tablet'], 'hardware', person * 8 + device) as device_type
from addressed;
