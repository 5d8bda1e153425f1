with

visit_signals as (

    select distinct
        signal_id, brand, source, medium, lower(campaign) as campaign,
        click_id_type, tagged_campaign_id, referrer_kind
    from {{ ref('int_visits__parsed') }}

),

inquiry_signals as (

    select distinct
        signal_id, brand, source, medium, lower(campaign) as campaign,
        click_id_type, tagged_campaign_id, referrer_kind
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

source_platforms as (

    select * from {{ ref('stg_rules__source_platforms') }}

),

campaign_map as (

    select * from {{ ref('stg_rules__campaign_map') }}

),

aliases as (

    select * from {{ ref('int_campaign_aliases__resolved') }}

),

campaigns as (

    select * from {{ ref('int_campaigns__named') }}

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
        coalesce(click_ids.platform, source_platforms.platform) as likely_platform

    from signals
    left join sources on signals.source = sources.source_text
    left join click_ids on signals.click_id_type = click_ids.click_id_type
    left join source_platforms on signals.source = source_platforms.source

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

-- What the tags call a campaign, from the surest: the list people keep, the platform's id, its name.
mapped as (

    select
        judged.signal_id,
        judged.brand,
        campaign_map.platform,
        campaign_map.campaign_id as campaign_key,
        1 as precedence

    from judged
    inner join campaign_map
        on judged.campaign = campaign_map.utm_campaign
        and (campaign_map.brand is null or campaign_map.brand = judged.brand)
        and (campaign_map.utm_source is null or campaign_map.utm_source = judged.source)

),

tagged as (

    select
        judged.signal_id,
        judged.brand,
        campaigns.platform,
        campaigns.campaign_key,
        2 as precedence

    from judged
    inner join campaigns
        on judged.brand = campaigns.brand
        and judged.tagged_campaign_id = campaigns.campaign_id
    where judged.likely_platform is null
        or judged.likely_platform = campaigns.platform

),

named as (

    select
        judged.signal_id,
        judged.brand,
        aliases.platform,
        aliases.campaign_key,
        3 as precedence

    from judged
    inner join aliases
        on judged.brand = aliases.brand
        and judged.campaign = aliases.alias
    where judged.is_paid
        and (judged.likely_platform is null or judged.likely_platform = aliases.platform)

),

resolutions as (

    select * from mapped
    union all
    select * from tagged
    union all
    select * from named

),

resolved as (

    select * from resolutions
    qualify row_number() over (
        partition by signal_id order by precedence, platform, campaign_key
    ) = 1

),

channelled as (

    select
        judged.signal_id,
        judged.brand,
        judged.source,
        judged.medium,
        judged.campaign,
        judged.click_id_type,
        judged.tagged_campaign_id,
        judged.referrer_kind,
        judged.source_kind,
        judged.is_paid,
        case when campaigns.campaign_key is not null then campaigns.channel else judged.channel end as channel,
        case
            when campaigns.campaign_key is not null then 'campaign'
            else 'rule ' || coalesce(cast(judged.rule_order as varchar), 'none')
        end as channel_rule,
        coalesce(
            campaigns.platform,
            case when judged.is_paid then judged.likely_platform end
        ) as platform,
        campaigns.campaign_key,
        campaigns.campaign_id,
        campaigns.campaign_name

    from judged
    left join resolved on judged.signal_id = resolved.signal_id
    left join campaigns
        on resolved.brand = campaigns.brand
        and resolved.platform = campaigns.platform
        and resolved.campaign_key = campaigns.campaign_key

)

select * from channelled
