with

visit_signals as (

    select distinct
        signal_id, brand, source, medium, lower(campaign) as campaign,
        click_id_type, tagged_campaign_id, tagged_platform, referrer_kind
    from {{ ref('int_visits__parsed') }}

),

inquiry_signals as (

    select distinct
        signal_id, brand, source, medium, lower(campaign) as campaign,
        click_id_type, tagged_campaign_id, tagged_platform, referrer_kind
    from {{ ref('int_inquiries__parsed') }}
    where signal_id is not null

),

sources as (

    select * from {{ ref('int_sources__classified') }}

),

rules as (

    select * from {{ ref('stg_rules__channel_rules') }}

),

click_ids as (

    select * from {{ ref('stg_rules__click_ids') }}

),

spellings as (

    select brand, lower(campaign) as campaign, campaign as spelling, started_at as spelled_at
    from {{ ref('int_visits__parsed') }}
    where campaign is not null

    union all

    select brand, lower(campaign) as campaign, campaign as spelling, occurred_at as spelled_at
    from {{ ref('int_inquiries__parsed') }}
    where campaign is not null

),

-- A campaign that nobody lists has one name too, as it was written first.
spelled as (

    select
        brand,
        campaign,
        min_by(spelling, (spelled_at, spelling)) as campaign_spelling

    from spellings
    group by brand, campaign

),

signals as (

    select * from visit_signals
    union
    select * from inquiry_signals

),

described as (

    select
        signals.*,
        coalesce(sources.source_kind, 'other') as source_kind,
        -- Facebook's id on a link of another source says no more than that it was seen there.
        coalesce(signals.tagged_platform, click_ids.platform, sources.platform, click_sources.platform) as likely_platform

    from signals
    left join sources on signals.source = sources.source_text
    left join click_ids on signals.click_id_type = click_ids.click_id_type
    left join sources as click_sources on click_ids.source = click_sources.source_text

),

-- Campaigns differ in thousands, what rules look at in tens: judge each look once.
looks as (

    select distinct
        source,
        source_kind,
        medium,
        coalesce(campaign, '') as campaign,
        coalesce(click_id_type, '') as click_id_type,
        referrer_kind

    from described

),

ruled as (

    select
        looks.*,
        rules.rule_order,
        rules.channel

    from looks
    inner join rules
        on (rules.source_list is null or rules.source_list = looks.source_kind)
        and (rules.referrer_kind is null or rules.referrer_kind = looks.referrer_kind)
        and (rules.click_id is null or {{ matches_fully('looks.click_id_type', 'rules.click_id') }})
        and (rules.source_pattern is null or {{ matches_fully('looks.source', 'rules.source_pattern') }})
        and (rules.medium_pattern is null or {{ matches_fully('looks.medium', 'rules.medium_pattern') }})
        and (rules.campaign_pattern is null or {{ matches_fully('looks.campaign', 'rules.campaign_pattern') }})
    qualify row_number() over (
        partition by
            looks.source, looks.source_kind, looks.medium, looks.campaign, looks.click_id_type, looks.referrer_kind
        order by rules.rule_order
    ) = 1

),

judged as (

    select
        described.*,
        coalesce(ruled.channel, 'Unassigned') as channel,
        ruled.rule_order,
        coalesce(
            ruled.channel like 'Paid %' or ruled.channel in ('Display', 'Cross-network', 'Affiliates'), false
        ) as is_paid

    from described
    left join ruled
        on described.source = ruled.source
        and described.source_kind = ruled.source_kind
        and described.medium = ruled.medium
        and coalesce(described.campaign, '') = ruled.campaign
        and coalesce(described.click_id_type, '') = ruled.click_id_type
        and described.referrer_kind = ruled.referrer_kind

),

channelled as (

    select
        judged.signal_id,
        judged.brand,
        judged.source,
        judged.medium,
        judged.campaign,
        spelled.campaign_spelling,
        judged.click_id_type,
        judged.tagged_campaign_id,
        judged.tagged_platform,
        judged.referrer_kind,
        judged.source_kind,
        judged.is_paid,
        judged.channel,
        'rule ' || coalesce(cast(judged.rule_order as varchar), 'none') as channel_rule,
        judged.likely_platform,
        case when judged.is_paid then judged.likely_platform end as platform

    from judged
    left join spelled
        on judged.brand = spelled.brand
        and judged.campaign = spelled.campaign

)

select * from channelled
