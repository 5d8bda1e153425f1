{# What the number that was dialled or texted says by itself, as it stood at the time. #}

with

calls as (

    select * from {{ ref('int_calls__dialled') }}

),

numbers as (

    select * from {{ ref('int_tracking_numbers__read') }}

),

aliases as (

    select * from {{ ref('int_campaign_aliases__resolved') }}

),

campaigns as (

    select * from {{ ref('int_campaigns__named') }}

),

met as (

    select
        calls.inquiry_id,
        calls.brand,
        calls.tracker_campaign,
        numbers.source,
        numbers.kind,
        numbers.channel,
        numbers.platform,
        numbers.campaign_name,
        numbers.held_from,
        (numbers.held_from is null or calls.occurred_at >= numbers.held_from)
        and (numbers.held_to is null or calls.occurred_at <= numbers.held_to) as is_current

    from calls
    inner join numbers
        on calls.brand = numbers.brand
        and calls.number_digits = numbers.number_digits

),

-- A pool number is one also while it is shown to nobody; then it says that, and no channel. What people wrote into the
-- drop beats what the tracker is called.
dialled as (

    select
        inquiry_id,
        brand,
        kind as number_kind,
        case when is_current then channel end as channel,
        case when is_current then platform end as platform,
        case when is_current then coalesce(campaign_name, tracker_campaign) else tracker_campaign end as campaign_name

    from met
    where is_current or kind = 'pool'
    qualify row_number() over (
        partition by inquiry_id
        order by
            case when is_current then 0 else 1 end,
            case when kind = 'static' then 0 else 1 end,
            case when source = 'manual' then 0 else 1 end,
            held_from desc nulls last,
            channel
    ) = 1

),

-- Of several campaigns of that name, the one that had it on the day of the call, else the one that had it last.
called as (

    select
        dialled.inquiry_id,
        aliases.platform,
        aliases.campaign_key,
        rank() over (
            partition by dialled.inquiry_id
            order by
                case
                    when cast(asked.occurred_at as date) between aliases.first_used_date and aliases.last_used_date
                        then 0
                    when aliases.last_used_date < cast(asked.occurred_at as date) then 1
                    else 2
                end,
                case when aliases.last_used_date < cast(asked.occurred_at as date) then aliases.last_used_date end
                    desc nulls last
        ) as place

    from dialled
    inner join calls as asked on dialled.inquiry_id = asked.inquiry_id
    inner join aliases
        on dialled.brand = aliases.brand
        and lower(dialled.campaign_name) = aliases.alias
        and (dialled.platform is null or dialled.platform = aliases.platform)

),

-- Where nothing decides, it is none of them.
named as (

    select
        inquiry_id,
        min(platform) as platform,
        min(campaign_key) as campaign_key

    from called
    where place = 1
    group by inquiry_id
    having count(*) = 1

),

numbered as (

    select
        dialled.inquiry_id,
        dialled.brand,
        dialled.number_kind,
        coalesce(dialled.channel, campaigns.channel) as channel,
        coalesce(campaigns.platform, dialled.platform) as platform,
        campaigns.campaign_id,
        coalesce(campaigns.campaign_name, dialled.campaign_name) as campaign_name,
        campaigns.campaign_key is not null as is_campaign_resolved

    from dialled
    left join named on dialled.inquiry_id = named.inquiry_id
    left join campaigns
        on dialled.brand = campaigns.brand
        and named.platform = campaigns.platform
        and named.campaign_key = campaigns.campaign_key

)

select * from numbered
