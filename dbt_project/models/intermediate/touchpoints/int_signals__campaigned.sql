{# The campaign that the tags of an arrival mean on its day. Where several fit, evidence decides: the platform that the tag
   names, a medium that is paid, the campaign that had the name on that day. Where none decides, it stays open. #}

with

signals as (

    select * from {{ ref('int_signals__channelled') }}
    where campaign is not null
        or tagged_campaign_id is not null

),

days as (

    select distinct signal_id, touch_date
    from {{ ref('int_visits__parsed') }}

    union

    select distinct signal_id, touch_date
    from {{ ref('int_inquiries__parsed') }}
    where signal_id is not null

),

words as (

    select * from {{ ref('int_platforms__worded') }}

),

ad_platforms as (

    select platform
    from {{ ref('stg_rules__platform_channels') }}
    where channel_type is null
        and channel like 'Paid %'

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

-- What the tags call a campaign, from the surest: the list people keep, the platform's id, its name, its name loosely.
mapped as (

    select
        signals.signal_id,
        signals.brand,
        coalesce(words.spend_platform, campaign_map.platform) as platform,
        campaign_map.campaign_id as campaign_key,
        cast(null as date) as first_used_date,
        cast(null as date) as last_used_date,
        cast(null as date) as first_date,
        cast(null as date) as platform_first_date,
        1 as precedence

    from signals
    inner join campaign_map
        on signals.campaign = campaign_map.utm_campaign
        and (campaign_map.brand is null or campaign_map.brand = signals.brand)
        and (campaign_map.utm_source is null or campaign_map.utm_source = signals.source)
    left join words on {{ word_key('campaign_map.platform') }} = words.source_key
    -- The line that says most about where it holds is meant.
    qualify dense_rank() over (
        partition by signals.signal_id
        order by
            case when campaign_map.brand is null then 1 else 0 end
            + case when campaign_map.utm_source is null then 1 else 0 end
    ) = 1

),

called as (

    select
        signals.signal_id,
        signals.brand,
        aliases.platform,
        aliases.campaign_key,
        aliases.first_used_date,
        aliases.last_used_date,
        aliases.first_date,
        aliases.platform_first_date,
        2 as precedence

    from signals
    inner join aliases
        on signals.brand = aliases.brand
        and lower(signals.tagged_campaign_id) = aliases.alias
    where aliases.alias_kind = 'id'
        and (signals.tagged_platform is null or signals.tagged_platform = aliases.platform)

    union all

    select
        signals.signal_id,
        signals.brand,
        aliases.platform,
        aliases.campaign_key,
        aliases.first_used_date,
        aliases.last_used_date,
        aliases.first_date,
        aliases.platform_first_date,
        3 as precedence

    from signals
    inner join aliases
        on signals.brand = aliases.brand
        and signals.campaign = aliases.alias

    union all

    select
        signals.signal_id,
        signals.brand,
        aliases.platform,
        aliases.campaign_key,
        aliases.first_used_date,
        aliases.last_used_date,
        aliases.first_date,
        aliases.platform_first_date,
        4 as precedence

    from signals
    inner join aliases
        on signals.brand = aliases.brand
        and {{ loosely_written('signals.campaign') }} = aliases.loose_alias
        and signals.campaign <> aliases.alias

),

candidates as (

    select * from mapped
    union all
    select * from called

),

-- The tag must say where the campaign runs: by its click id or source, or, where money is not spent on an ad platform, by its
-- channel. A paid link without any source may be the only campaign of that name.
weighed as (

    select
        candidates.*,
        campaigns.channel,
        campaigns.campaign_id,
        campaigns.campaign_name,
        case
            when candidates.precedence = 1 then true
            when signals.tagged_platform = candidates.platform and candidates.precedence = 2 then signals.is_paid
            when ad_platforms.platform is not null
                then signals.is_paid
                and (
                    coalesce(signals.likely_platform, words.spend_platform) = candidates.platform
                    or words.spend_platform = candidates.platform
                    or sellers.platform = signals.likely_platform
                    or (signals.likely_platform is null and signals.source = '(not set)')
                )
            else
                coalesce(signals.likely_platform = candidates.platform, false)
                or coalesce(words.spend_platform = candidates.platform, false)
                or {{ word_key('signals.source') }} = {{ word_key('candidates.platform') }}
                or {{ word_key('signals.medium') }} = {{ word_key('candidates.platform') }}
                or campaigns.channel = signals.channel
        end as is_fitting,
        signals.is_paid and signals.likely_platform is null as is_of_unknown_platform,
        coalesce(sellers.platform = candidates.platform or words.spend_platform = candidates.platform, true) as is_own_line

    from candidates
    inner join signals on candidates.signal_id = signals.signal_id
    inner join campaigns
        on candidates.brand = campaigns.brand
        and candidates.platform = campaigns.platform
        and candidates.campaign_key = campaigns.campaign_key
    left join ad_platforms on candidates.platform = ad_platforms.platform
    left join words on {{ word_key('signals.source') }} = words.source_key
    -- What Google sells on YouTube may stand in a line of its own.
    left join words as sellers on {{ word_key('candidates.platform') }} = sellers.source_key

),

-- A campaign that began after the touch had no part in it; where nothing of its platform was read of that time, nobody knows.
dated as (

    select
        weighed.*,
        days.touch_date,
        coalesce(weighed.is_fitting, false)
        and coalesce(
            weighed.first_date <= days.touch_date + interval 1 day or weighed.platform_first_date > days.touch_date, true
        ) as is_possible,
        coalesce(days.touch_date >= weighed.first_used_date and days.touch_date <= weighed.last_used_date, false)
            as had_name,
        case when weighed.last_used_date < days.touch_date then weighed.last_used_date end as name_given_up_date

    from weighed
    inner join days on weighed.signal_id = days.signal_id

),

-- Of one name, the campaign in the line of the platform that is named goes before one in a line that it sells, too.
ranked as (

    select * replace (2 * precedence + case when is_own_line then 0 else 1 end as precedence)
    from dated

),

surest as (

    select *
    from ranked
    qualify precedence = min(case when is_possible then precedence end) over (partition by signal_id, touch_date)
        or not bool_or(is_possible) over (partition by signal_id, touch_date)

),

counted as (

    select
        *,
        count(case when is_possible then 1 end) over (partition by signal_id, touch_date) as possible_count,
        count(case when is_possible and had_name then 1 end) over (partition by signal_id, touch_date) as had_name_count,
        max(case when is_possible then name_given_up_date end) over (partition by signal_id, touch_date)
            as last_given_up_date

    from surest

),

decided as (

    select
        *,
        is_possible
        and case
            when possible_count = 1 then true
            when had_name_count > 0 then had_name
            else coalesce(name_given_up_date = last_given_up_date, false)
        end as is_chosen

    from counted

),

campaigned as (

    select
        signal_id,
        touch_date,
        count(case when is_chosen then 1 end) = 1 as is_certain,
        case
            when count(case when is_chosen then 1 end) = 1 then false
            else count(distinct platform || ' ' || campaign_key) > 1 and bool_or(is_possible or is_of_unknown_platform)
        end as is_ambiguous,
        case when count(case when is_chosen then 1 end) <> 1
            then string_agg(distinct platform || ' ' || campaign_key, '; ' order by platform || ' ' || campaign_key)
        end as candidates,
        max(case when is_chosen then platform end) as chosen_platform,
        max(case when is_chosen then campaign_key end) as chosen_key

    from decided
    group by signal_id, touch_date

),

named as (

    select
        campaigned.signal_id,
        campaigned.touch_date,
        campaigned.is_ambiguous,
        case when campaigned.is_ambiguous then campaigned.candidates end as campaign_candidates,
        campaigns.channel,
        campaigns.platform,
        campaigns.campaign_key,
        campaigns.campaign_id,
        campaigns.campaign_name

    from campaigned
    inner join signals on campaigned.signal_id = signals.signal_id
    left join campaigns
        on campaigned.is_certain
        and signals.brand = campaigns.brand
        and campaigned.chosen_platform = campaigns.platform
        and campaigned.chosen_key = campaigns.campaign_key

)

select * from named
