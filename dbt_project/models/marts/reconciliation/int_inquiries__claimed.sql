{# Of each inquiry and each ad platform of its brand: where we count it, where the platform must count it by its own
   rules, and by which rule one of the two does not. What platforms tell are sums: this is what the sums are made of. #}

{{ config(schema = 'intermediate', access = 'private') }}

with

inquiries as (

    select * from {{ ref('int_inquiries__identified') }}

),

led as (

    select * from {{ ref('int_inquiries__led') }}

),

-- Our number is the report's: leads, each of the last touch that was not direct.
credited as (

    select * from {{ stored(ref('int_leads__credited')) }}
    where last_non_direct is not null

),

records as (

    select
        inquiry_id,
        platform,
        campaign_id,
        {{ consent_choice(consent_answer(['context', 'answers'], 'ad_user_data')) }} as consent

    from {{ ref('inquiries__unioned') }}

),

visits as (

    select * from {{ ref('int_visits__parsed') }}

),

claiming as (

    select * from {{ ref('int_campaigns__claiming') }}

),

platforms as (

    select * from claiming
    where campaign_id is null

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

claim_rules as (

    select * from {{ ref('stg_rules__claim_rules') }}

),

clicks as (

    select * from {{ ref('int_inquiries__clicked') }}

),

counted_calls as (

    select * from {{ ref('int_calls__counted') }}

),

-- A lead is counted where its first inquiry is; one that is asked again is the same lead.
counted as (

    select
        inquiries.inquiry_id,
        inquiries.brand,
        inquiries.kind,
        inquiries.occurred_at,
        inquiries.duration_seconds,
        inquiries.is_spam,
        inquiries.is_employee,
        inquiries.is_duplicate,
        credited.platform as our_platform,
        credited.campaign_id as our_campaign_id,
        credited.touchpoint_id as our_touchpoint_id,
        credited.conversion_date,
        coalesce(led.is_first, false) as is_first,
        touches.client_id as our_client_id,
        touches.click_id as our_click_id,
        coalesce(own_visits.client_id, inquiries.client_id) as client_id,
        records.consent,
        records.platform as asked_at_platform,
        records.campaign_id as asked_at_campaign_id

    from inquiries
    inner join records on inquiries.inquiry_id = records.inquiry_id
    left join led on inquiries.inquiry_id = led.inquiry_id
    left join credited
        on led.lead_id = credited.lead_id
        and led.is_first
    left join visits as touches on credited.touchpoint_id = touches.visit_id
    left join visits as own_visits on inquiries.visit_id = own_visits.visit_id

),

faced as (

    select
        counted.*,
        platforms.platform,
        coalesce(counted.our_platform = platforms.platform, false) as is_ours,
        claim_rules.inquiry_kind is not null as has_rule,
        claim_rules.click_days,
        claim_rules.counted_on,
        claim_rules.least_seconds,
        counted_calls.call_id,
        counted_calls.duration_seconds as counted_seconds,
        clicks.visit_id as click_visit_id,
        clicks.clicked_at,
        case
            when counted.kind = 'lead_ad' then counted.asked_at_campaign_id
            when counted.kind = 'call' then counted_calls.campaign_id
            else clicks.campaign_id
        end as click_campaign_id

    from counted
    inner join platforms on counted.brand = platforms.brand
    left join claim_rules
        on platforms.platform = claim_rules.platform
        and counted.kind = claim_rules.inquiry_kind
        -- A form on one platform's own pages is nothing that another knows of.
        and (counted.kind <> 'lead_ad' or counted.asked_at_platform = platforms.platform)
    left join clicks
        on counted.inquiry_id = clicks.inquiry_id
        and platforms.platform = clicks.platform
    left join counted_calls
        on counted.inquiry_id = counted_calls.inquiry_id
        and platforms.platform = counted_calls.platform

),

-- The first of its reasons for which the platform does not count an inquiry; none where it does.
ruled as (

    select
        *,
        case
            when not has_rule and kind = 'walk_in' then 'offline_not_told'
            when not has_rule then 'other_action'
            when kind = 'lead_ad' then null
            when consent = 'denied' then 'consent'
            when kind = 'call' and call_id is null then 'call_not_counted'
            when kind = 'call' and coalesce(counted_seconds, 0) < least_seconds then 'call_too_short'
            when kind = 'call' then null
            when occurred_at <= {{ dbt.dateadd('day', 'click_days', 'clicked_at') }} then null
            when our_click_id is null then 'lost_click_id'
            when our_client_id is distinct from client_id then 'other_device'
            else 'window'
        end as unclaimed_for

    from faced

),

judged as (

    select
        *,
        unclaimed_for is null as is_claimed,
        case
            when counted_on = 'click' then coalesce(least(clicked_at, occurred_at), occurred_at)
            else occurred_at
        end as claimed_at,
        bool_or(unclaimed_for is null and platform = our_platform) over (partition by inquiry_id) as is_claimed_by_ours

    from ruled

),

placed as (

    select
        judged.*,
        coalesce(our_accounts.source, platforms.source) as our_source,
        coalesce(our_accounts.account, platforms.account) as our_account,
        coalesce(claim_accounts.source, platforms.source) as claim_source,
        coalesce(claim_accounts.account, platforms.account) as claim_account,
        cast(date_trunc('month', judged.conversion_date) as date) as our_month,
        cast(date_trunc('month', {{ local_time('judged.claimed_at', 'brands.time_zone') }}) as date) as brand_month,
        cast({{ local_time('judged.claimed_at', 'coalesce(claim_accounts.time_zone, platforms.time_zone)') }} as date)
            as claim_date

    from judged
    inner join brands on judged.brand = brands.brand
    inner join platforms
        on judged.brand = platforms.brand
        and judged.platform = platforms.platform
    left join claiming as our_accounts
        on judged.brand = our_accounts.brand
        and judged.platform = our_accounts.platform
        and our_accounts.campaign_id is not distinct from case when judged.is_ours then judged.our_campaign_id end
    left join claiming as claim_accounts
        on judged.brand = claim_accounts.brand
        and judged.platform = claim_accounts.platform
        and judged.click_campaign_id is not distinct from claim_accounts.campaign_id

),

-- The account's day that a run does not read yet claims nothing in it.
read as (

    select
        * replace (is_claimed and claim_date <= {{ as_of_day() }} as is_claimed),
        cast(date_trunc('month', claim_date) as date) as claim_month

    from placed

),

claimed as (

    select
        inquiry_id,
        brand,
        platform,
        is_ours,
        our_source,
        our_account,
        our_campaign_id,
        our_month,
        is_claimed,
        claim_source,
        claim_account,
        click_campaign_id as claim_campaign_id,
        brand_month,
        claim_month,
        case
            when is_ours and is_claimed then null
            when is_ours then coalesce(unclaimed_for, 'not_read_yet')
            when is_spam then 'spam'
            when is_employee then 'employee'
            when is_duplicate then 'duplicate'
            when not is_first then 'asked_again'
            when is_claimed_by_ours then 'claimed_twice'
            when our_platform is null and our_touchpoint_id = click_visit_id then 'lost_tag'
            else 'earlier_click'
        end as cause

    from read
    where is_ours or is_claimed

)

select * from claimed
