{# What the number that was dialled or texted says by itself, as it stood at the time. #}

with

inquiries as (

    select * from {{ ref('inquiries__unioned') }}
    where kind in ('call', 'chat')

),

numbers as (

    select * from {{ ref('tracking_numbers__unioned') }}

),

aliases as (

    select * from {{ ref('int_campaign_aliases__resolved') }}

),

campaigns as (

    select * from {{ ref('int_campaigns__named') }}

),

calls as (

    select
        inquiry_id,
        brand,
        occurred_at,
        tracker_campaign,
        {{ phone_digits('tracking_number') }} as number_digits

    from inquiries

),

-- What people wrote into the drop beats what the tracker is called.
dialled as (

    select
        calls.inquiry_id,
        calls.brand,
        numbers.kind as number_kind,
        numbers.channel,
        numbers.platform,
        coalesce(numbers.campaign_name, calls.tracker_campaign) as campaign_name

    from calls
    inner join numbers
        on calls.brand = numbers.brand
        and calls.number_digits = numbers.number_digits
        and (numbers.held_from is null or calls.occurred_at >= numbers.held_from)
        and (numbers.held_to is null or calls.occurred_at <= numbers.held_to)
    qualify row_number() over (
        partition by calls.inquiry_id
        order by
            case when numbers.kind = 'static' then 0 else 1 end,
            case when numbers.source = 'manual' then 0 else 1 end,
            numbers.held_from desc nulls last,
            numbers.channel
    ) = 1

),

named as (

    select
        dialled.inquiry_id,
        aliases.platform,
        aliases.campaign_key

    from dialled
    inner join aliases
        on dialled.brand = aliases.brand
        and lower(dialled.campaign_name) = aliases.alias
        and (dialled.platform is null or dialled.platform = aliases.platform)
    qualify row_number() over (
        partition by dialled.inquiry_id order by aliases.platform, aliases.campaign_key
    ) = 1

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
