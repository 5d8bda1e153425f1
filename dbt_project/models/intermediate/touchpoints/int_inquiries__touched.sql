{# The marketing contact an inquiry came with: a visit, the number dialled, the ad, its page, or the person's word. #}

with

inquiries as (

    select * from {{ ref('inquiries__unioned') }}

),

deduplicated as (

    select * from {{ ref('int_inquiries__deduplicated') }}

),

parsed as (

    select * from {{ ref('int_inquiries__parsed') }}

),

signals as (

    select * from {{ ref('int_signals__channelled') }}

),

campaigned as (

    select * from {{ ref('int_signals__campaigned') }}

),

clicks as (

    select * from {{ ref('clicks__unioned') }}

),

campaigns as (

    select * from {{ ref('int_campaigns__named') }}

),

visited as (

    select * from {{ ref('int_inquiries__visited') }}

),

numbered as (

    select * from {{ ref('int_calls__numbered') }}

),

screened as (

    select * from {{ ref('int_inquiries__screened') }}
    where kind = 'call'
        and phone_e164 is not null

),

settings as (

    select * from {{ ref('stg_rules__identity_settings') }}
    where setting = 'repeat_callers'
        and setting_value = 'first'

),

answers as (

    select * from {{ ref('stg_rules__self_reported_channels') }}

),

answered as (

    select
        inquiries.inquiry_id,
        answers.channel

    from inquiries
    inner join answers
        on {{ matches_fully('lower(inquiries.self_reported_source)', 'answers.answer_pattern') }}
    qualify row_number() over (
        partition by inquiries.inquiry_id order by length(answers.answer_pattern) desc, answers.channel
    ) = 1

),

-- A click names its campaign, and so does the ad that holds a lead form.
sold as (

    select
        parsed.inquiry_id,
        coalesce(clicks.platform, inquiries.platform) as platform,
        coalesce(clicks.campaign_id, inquiries.campaign_id) as campaign_id,
        coalesce(clicks.ad_group_id, inquiries.ad_group_id) as ad_group_id,
        clicks.ad_group_name,
        clicks.keyword,
        clicks.click_id is not null as is_click_resolved

    from parsed
    inner join inquiries on parsed.inquiry_id = inquiries.inquiry_id
    left join clicks
        on parsed.brand = clicks.brand
        and parsed.click_id_type = clicks.click_id_type
        and parsed.click_id = clicks.click_id

),

judged as (

    select
        inquiries.inquiry_id,
        inquiries.brand,
        deduplicated.person_id,
        deduplicated.is_duplicate,
        deduplicated.duplicate_of_inquiry_id,
        inquiries.occurred_at,
        inquiries.self_reported_source,
        visited.visit_id,
        visited.matched_by as visit_matched_by,
        case
            when numbered.number_kind = 'static' and numbered.channel is not null then 'call'
            when visited.visit_id is not null then 'visit'
            when inquiries.kind = 'lead_ad' or inquiries.ad_id is not null then 'lead_ad'
            -- A tracker's word that no rule knows ("website") says nothing.
            when signals.channel = 'Unassigned' and coalesce(parsed.utm_source, parsed.click_id) is null
                then case when answered.channel is not null then 'self_reported' end
            when parsed.signal_id is not null
                and (inquiries.kind = 'call' or (inquiries.kind = 'chat' and inquiries.tracking_number is not null))
                then 'call'
            when parsed.signal_id is not null then 'form'
            when answered.channel is not null then 'self_reported'
        end as touch_kind,
        coalesce(numbered.number_kind = 'static' and numbered.channel is not null, false) as is_static_number,
        numbered.channel as number_channel,
        numbered.platform as number_platform,
        numbered.campaign_id as number_campaign_id,
        numbered.campaign_name as number_campaign_name,
        numbered.is_campaign_resolved as is_number_campaign_resolved,
        coalesce(campaigns.channel, campaigned.channel, signals.channel) as signal_channel,
        case
            when campaigns.channel is null and campaigned.channel is null then signals.channel_rule
            when campaigns.channel is not null and sold.is_click_resolved then 'click'
            else 'campaign'
        end as signal_rule,
        coalesce(
            case when campaigns.channel is not null then sold.platform end, campaigned.platform, signals.platform
        ) as signal_platform,
        parsed.source,
        parsed.medium,
        coalesce(sold.campaign_id, campaigned.campaign_id) as signal_campaign_id,
        coalesce(campaigns.campaign_name, campaigned.campaign_name, signals.campaign_spelling, parsed.campaign)
            as signal_campaign_name,
        sold.ad_group_id,
        sold.ad_group_name,
        coalesce(sold.keyword, parsed.term) as keyword,
        sold.is_click_resolved,
        campaigns.channel is not null or campaigned.campaign_key is not null as is_signal_campaign_resolved,
        case when campaigns.channel is null then campaigned.campaign_candidates end as campaign_candidates,
        answered.channel as answer_channel

    from inquiries
    inner join deduplicated on inquiries.inquiry_id = deduplicated.inquiry_id
    inner join parsed on inquiries.inquiry_id = parsed.inquiry_id
    inner join sold on inquiries.inquiry_id = sold.inquiry_id
    left join signals on parsed.signal_id = signals.signal_id
    left join campaigned
        on parsed.signal_id = campaigned.signal_id
        and parsed.touch_date = campaigned.touch_date
    left join campaigns
        on inquiries.brand = campaigns.brand
        and sold.platform = campaigns.platform
        and sold.campaign_id = campaigns.campaign_id
    left join visited on inquiries.inquiry_id = visited.inquiry_id
    left join numbered on inquiries.inquiry_id = numbered.inquiry_id
    left join answered on inquiries.inquiry_id = answered.inquiry_id

),

own as (

    select
        inquiry_id,
        brand,
        person_id,
        is_duplicate,
        duplicate_of_inquiry_id,
        occurred_at,
        touch_kind,
        case
            when touch_kind = 'visit' then visit_id
            -- The second sending of a request is no second contact.
            when touch_kind is not null
                then {{ stable_id(["'inquiry'", 'coalesce(duplicate_of_inquiry_id, inquiry_id)']) }}
        end as touchpoint_id,
        visit_id,
        case
            when is_static_number then 'tracking_number'
            when touch_kind = 'visit' then visit_matched_by
            when touch_kind = 'lead_ad' then 'lead_ad'
            when touch_kind = 'self_reported' then 'self_reported'
            when touch_kind is not null then 'page_of_inquiry'
        end as matched_by,
        case
            when is_static_number then number_channel
            when touch_kind = 'self_reported' then answer_channel
            when touch_kind in ('lead_ad', 'call', 'form') then coalesce(signal_channel, 'Unassigned')
        end as channel,
        case
            when is_static_number then 'tracking number'
            when touch_kind = 'self_reported' then 'answer'
            when touch_kind in ('lead_ad', 'call', 'form') then signal_rule
        end as channel_rule,
        case
            when is_static_number then number_platform
            when touch_kind in ('lead_ad', 'call', 'form') then signal_platform
        end as platform,
        case
            when touch_kind = 'self_reported' then lower(trim(self_reported_source))
            when is_static_number then coalesce(source, lower(number_channel))
            when touch_kind in ('lead_ad', 'call', 'form') then source
        end as source,
        case
            when touch_kind = 'self_reported' then 'self_reported'
            when is_static_number then coalesce(medium, 'call')
            when touch_kind in ('lead_ad', 'call', 'form') then medium
        end as medium,
        case
            when is_static_number then number_campaign_id
            when touch_kind in ('lead_ad', 'call', 'form') then signal_campaign_id
        end as campaign_id,
        case
            when is_static_number then number_campaign_name
            when touch_kind in ('lead_ad', 'call', 'form') then signal_campaign_name
        end as campaign_name,
        case when touch_kind in ('lead_ad', 'call', 'form') and not is_static_number then ad_group_id end
            as ad_group_id,
        case when touch_kind in ('lead_ad', 'call', 'form') and not is_static_number then ad_group_name end
            as ad_group_name,
        case when touch_kind in ('lead_ad', 'call', 'form') and not is_static_number then keyword end as keyword,
        is_click_resolved,
        case
            when is_static_number then is_number_campaign_resolved
            else is_signal_campaign_resolved
        end as is_campaign_resolved,
        case when touch_kind in ('lead_ad', 'call', 'form') and not is_static_number then campaign_candidates end
            as campaign_candidates,
        answer_channel as self_reported_channel

    from judged

),

-- A number's calls in their order: one person's phone, or a household's, for as long as there are records.
numbered_calls as (

    select
        screened.inquiry_id,
        screened.brand,
        screened.phone_e164,
        row_number() over (
            partition by screened.brand, screened.phone_e164 order by screened.occurred_at, screened.inquiry_id
        ) as call_number

    from screened

),

-- Where the settings say so, who calls again comes from where he came the first time.
inherited as (

    select
        later.inquiry_id,
        first_own.touchpoint_id,
        first_own.touch_kind,
        first_own.channel,
        first_own.channel_rule,
        first_own.platform,
        first_own.source,
        first_own.medium,
        first_own.campaign_id,
        first_own.campaign_name,
        first_own.ad_group_id,
        first_own.ad_group_name,
        first_own.keyword,
        first_own.is_click_resolved,
        first_own.is_campaign_resolved

    from numbered_calls as later
    inner join numbered_calls as first_call
        on later.brand = first_call.brand
        and later.phone_e164 = first_call.phone_e164
        and first_call.call_number = 1
        and later.call_number > 1
    inner join own as first_own on first_call.inquiry_id = first_own.inquiry_id
    -- A household's number has two first calls.
    inner join own as later_own
        on later.inquiry_id = later_own.inquiry_id
        and first_own.person_id = later_own.person_id
    cross join settings
    where first_own.touchpoint_id is not null

),

touched as (

    select
        own.inquiry_id,
        own.brand,
        own.person_id,
        own.is_duplicate,
        own.duplicate_of_inquiry_id,
        own.occurred_at,
        coalesce(inherited.touch_kind, own.touch_kind) as touch_kind,
        coalesce(inherited.touchpoint_id, own.touchpoint_id) as touchpoint_id,
        own.visit_id,
        case when inherited.inquiry_id is not null then 'first_call' else own.matched_by end as matched_by,
        case when inherited.inquiry_id is not null then inherited.channel else own.channel end as channel,
        case when inherited.inquiry_id is not null then inherited.channel_rule else own.channel_rule end as channel_rule,
        case when inherited.inquiry_id is not null then inherited.platform else own.platform end as platform,
        case when inherited.inquiry_id is not null then inherited.source else own.source end as source,
        case when inherited.inquiry_id is not null then inherited.medium else own.medium end as medium,
        case when inherited.inquiry_id is not null then inherited.campaign_id else own.campaign_id end as campaign_id,
        case when inherited.inquiry_id is not null then inherited.campaign_name else own.campaign_name end as campaign_name,
        case when inherited.inquiry_id is not null then inherited.ad_group_id else own.ad_group_id end as ad_group_id,
        case when inherited.inquiry_id is not null then inherited.ad_group_name else own.ad_group_name end as ad_group_name,
        case when inherited.inquiry_id is not null then inherited.keyword else own.keyword end as keyword,
        case when inherited.inquiry_id is not null then inherited.is_click_resolved else own.is_click_resolved end as is_click_resolved,
        case when inherited.inquiry_id is not null then inherited.is_campaign_resolved else own.is_campaign_resolved end as is_campaign_resolved,
        case when inherited.inquiry_id is null then own.campaign_candidates end as campaign_candidates,
        own.self_reported_channel,
        inherited.inquiry_id is not null as is_inherited

    from own
    left join inherited on own.inquiry_id = inherited.inquiry_id

)

select * from touched
