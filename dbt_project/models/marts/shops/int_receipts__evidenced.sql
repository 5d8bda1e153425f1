{# What is known of where a sale at a till came from. The surest evidence speaks alone: a promotion code that stands for one
   campaign, then the last contact of the customer, where the receipt names one, then what he said. A receipt with none is
   unattributed, and what is taken back is of the receipt that it takes back. #}

{{ config(schema = 'intermediate', access = 'private') }}

with

receipts as (

    select * from {{ ref('int_receipts__placed') }}
    where is_sale or is_return

),

tools as (

    select * from {{ ref('store_tools__unioned') }}

),

answers as (

    select * from {{ ref('stg_rules__self_reported_channels') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

phones as (

    select * from {{ source('steps', 'phones') }}
    where is_valid

),

emails as (

    select * from {{ source('steps', 'emails') }}
    where is_valid

),

identifiers as (

    select * from {{ ref('int_identifiers__normalised') }}
    where identifier_type in ('email', 'phone')

),

hubs as (

    select * from {{ ref('int_identifiers__hubs') }}

),

people as (

    select * from {{ ref('int_people__resolved') }}

),

touchpoints as (

    select * from {{ ref('int_touchpoints__masked') }}

),

lookback_windows as (

    select * from {{ ref('int_lookback_windows__resolved') }}
    where conversion_type = 'repeat_sale'

),

contacts as (

    select
        receipts.receipt_id,
        receipts.brand,
        receipts.loyalty_card,
        'email' as identifier_type,
        emails.email_normalised as identifier_value

    from receipts
    inner join emails on receipts.email_raw = emails.raw_email
    where emails.email_normalised is not null

    union all

    select
        receipts.receipt_id,
        receipts.brand,
        receipts.loyalty_card,
        'phone' as identifier_type,
        phones.phone_e164 as identifier_value

    from receipts
    left join brands on receipts.brand = brands.brand
    inner join phones
        on receipts.phone_raw = phones.raw_phone
        and coalesce(brands.phone_region, '') = coalesce(phones.region, '')

),

-- A card is of whoever gave an address or a number on any of its receipts.
card_contacts as (

    select distinct brand, loyalty_card, identifier_type, identifier_value
    from contacts
    where loyalty_card is not null

),

all_contacts as (

    select receipt_id, brand, identifier_type, identifier_value from contacts
    union
    select
        receipts.receipt_id,
        receipts.brand,
        card_contacts.identifier_type,
        card_contacts.identifier_value

    from receipts
    inner join card_contacts
        on receipts.brand = card_contacts.brand
        and receipts.loyalty_card = card_contacts.loyalty_card

),

-- What many use is nobody's own: the number of the shop, typed for those who give none.
known as (

    select
        all_contacts.receipt_id,
        count(distinct people.person_id) as person_count,
        min(people.person_id) as person_id

    from all_contacts
    left join hubs
        on all_contacts.brand = hubs.brand
        and all_contacts.identifier_type = hubs.identifier_type
        and all_contacts.identifier_value = hubs.identifier_value
    inner join identifiers
        on all_contacts.brand = identifiers.brand
        and all_contacts.identifier_type = identifiers.identifier_type
        and all_contacts.identifier_value = identifiers.identifier_value
    inner join people
        on identifiers.brand = people.brand
        and identifiers.record_type = people.record_type
        and identifiers.record_id = people.record_id
    where hubs.identifier_value is null
    group by all_contacts.receipt_id

),

touched as (

    select
        receipts.receipt_id,
        touchpoints.channel,
        touchpoints.platform,
        touchpoints.campaign_name,
        touchpoints.touchpoint_id

    from receipts
    inner join known
        on receipts.receipt_id = known.receipt_id
        and known.person_count = 1
    cross join lookback_windows
    inner join touchpoints
        on receipts.brand = touchpoints.brand
        and known.person_id = touchpoints.person_id
        and touchpoints.touched_at <= receipts.sold_at
        and touchpoints.touched_at >= {{ dbt.dateadd('day', '-lookback_windows.days', 'receipts.sold_at') }}
    -- As last_non_direct has it: who only came directly came directly.
    qualify row_number() over (
        partition by receipts.receipt_id
        order by
            case when touchpoints.channel = 'Direct' then 1 else 0 end,
            touchpoints.touched_at desc, touchpoints.touchpoint_id
    ) = 1

),

-- A day of a tool is one of the shop's own calendar.
coded as (

    select
        receipts.receipt_id,
        count(distinct coalesce(tools.campaign_name, '') || '|' || tools.channel || '|' || coalesce(tools.platform, ''))
            as tool_count,
        min(tools.channel) as channel,
        min(tools.platform) as platform,
        min(tools.campaign_name) as campaign_name

    from receipts
    inner join tools
        on receipts.brand = tools.brand
        and receipts.store = tools.store
        and receipts.promotion_code = tools.promotion_code
        and receipts.shop_time >= coalesce(tools.held_from, receipts.shop_time)
        and (tools.held_to is null or receipts.shop_time < tools.held_to)
    group by receipts.receipt_id

),

said as (

    select
        receipts.receipt_id,
        answers.channel

    from receipts
    inner join answers
        on {{ matches_fully('lower(receipts.self_reported_source)', 'answers.answer_pattern') }}
    qualify row_number() over (
        partition by receipts.receipt_id order by length(answers.answer_pattern) desc, answers.channel
    ) = 1

),

judged as (

    select
        receipts.receipt_id,
        receipts.returned_receipt_id,
        receipts.brand,
        receipts.store,
        receipts.date,
        receipts.employee,
        receipts.is_sale,
        receipts.revenue,
        receipts.currency,
        case when known.person_count = 1 then known.person_id end as person_id,
        receipts.loyalty_card is not null as has_card,
        receipts.promotion_code is not null as has_code,
        receipts.email_raw is not null or receipts.phone_raw is not null as has_contact,
        case
            when coded.tool_count = 1 then 'promotion_code'
            when touched.touchpoint_id is not null then 'known_person'
            when said.channel is not null then 'asked'
            else 'unattributed'
        end as evidence,
        case
            when coded.tool_count = 1 then coded.channel
            when touched.touchpoint_id is not null then touched.channel
            when said.channel is not null then said.channel
        end as channel,
        case
            when coded.tool_count = 1 then coded.platform
            when touched.touchpoint_id is not null then touched.platform
        end as platform,
        case
            when coded.tool_count = 1 then coded.campaign_name
            when touched.touchpoint_id is not null then touched.campaign_name
        end as campaign_name,
        -- Why nothing speaks, the nearest miss first.
        case
            when coded.tool_count > 1 then 'code_of_several'
            when known.person_count > 1 then 'several_people'
            when known.person_count = 1 then 'no_contact_before'
            when receipts.promotion_code is not null then 'unknown_code'
            when receipts.loyalty_card is not null or receipts.email_raw is not null or receipts.phone_raw is not null
                then 'unknown_person'
            when receipts.self_reported_source is not null then 'unknown_answer'
            else 'anonymous'
        end as missed

    from receipts
    left join coded on receipts.receipt_id = coded.receipt_id
    left join known on receipts.receipt_id = known.receipt_id
    left join touched on receipts.receipt_id = touched.receipt_id
    left join said on receipts.receipt_id = said.receipt_id

),

evidenced as (

    select
        judged.receipt_id,
        judged.brand,
        judged.store,
        judged.date,
        judged.employee,
        judged.is_sale,
        judged.revenue,
        judged.currency,
        judged.person_id,
        judged.has_card,
        judged.has_code,
        judged.has_contact,
        coalesce(sold.evidence, judged.evidence) as evidence,
        coalesce(
            case when sold.receipt_id is not null then sold.channel else judged.channel end, 'unattributed'
        ) as channel,
        case when sold.receipt_id is not null then sold.platform else judged.platform end as platform,
        case when sold.receipt_id is not null then sold.campaign_name else judged.campaign_name end as campaign_name,
        case
            when coalesce(sold.evidence, judged.evidence) = 'unattributed' then coalesce(sold.missed, judged.missed)
        end as unattributed_reason

    from judged
    left join judged as sold on judged.returned_receipt_id = sold.receipt_id

)

select * from evidenced
