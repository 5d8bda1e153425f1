{# What the next nights compare with: the monthly numbers, and fingerprints of what they were made of. #}

{{ config(schema = 'intermediate', access = 'private') }}

with

performance as (

    select
        *,
        cast(date_trunc('month', date) as date) as month

    from {{ ref('channel_performance') }}
    where date_basis = 'conversion'

),

records as (

    select * from {{ ref('int_month_records__gathered') }}

),

touchpoints as (

    select * from {{ ref('int_touchpoints__unioned') }}

),

rules as (

    select * from {{ source('steps', 'rule_fingerprints') }}

),

-- What is measured is the same under each attribution model, and is kept once.
measured as (

    select * from performance
    where attribution_model = 'last_non_direct'

),

published as (

    select brand, month, 'spend' as name, channel, cast(null as varchar) as attribution_model, spend as value
    from measured

    union all

    select brand, month, 'inquiry_count', channel, null, inquiry_count from measured

    union all

    select brand, month, 'valid_inquiry_count', channel, null, valid_inquiry_count from measured

    union all

    select brand, month, 'lead_credit', channel, attribution_model, cast(lead_credit as decimal(18, 12))
    from performance

    union all

    select brand, month, 'sale_credit', channel, attribution_model, cast(sale_credit as decimal(18, 12))
    from performance

    union all

    select brand, month, 'revenue', channel, attribution_model, revenue from performance

),

numbers as (

    select
        'number' as kind,
        brand,
        month,
        name,
        channel,
        attribution_model,
        cast(sum(value) as decimal(20, 6)) as value,
        cast(null as varchar) as fingerprint

    from published
    group by brand, month, name, channel, attribution_model
    having sum(value) <> 0

),

record_prints as (

    select
        'records' as kind,
        brand,
        month,
        subject as name,
        cast(null as varchar) as channel,
        cast(null as varchar) as attribution_model,
        cast(null as decimal(20, 6)) as value,
        {{ rows_fingerprint("record_id || facts") }} as fingerprint

    from records
    group by brand, month, subject

),

-- Whoever asked or bought in a month, and when he last did.
people as (

    select
        brand,
        month,
        subject,
        person_id,
        max(happened_at) as last_at

    from records
    where person_id is not null
    group by brand, month, subject, person_id

),

touch_prints as (

    select
        'touches' as kind,
        people.brand,
        people.month,
        people.subject as name,
        cast(null as varchar) as channel,
        cast(null as varchar) as attribution_model,
        cast(null as decimal(20, 6)) as value,
        {{ rows_fingerprint("people.person_id || touchpoints.touchpoint_id || touchpoints.touched_at") }} as fingerprint

    from people
    inner join touchpoints
        on people.brand = touchpoints.brand
        and people.person_id = touchpoints.person_id
        and touchpoints.touched_at <= people.last_at
    group by people.brand, people.month, people.subject

),

rule_prints as (

    select
        'rule' as kind,
        cast(null as varchar) as brand,
        cast(null as date) as month,
        rule_file as name,
        cast(null as varchar) as channel,
        cast(null as varchar) as attribution_model,
        cast(null as decimal(20, 6)) as value,
        fingerprint

    from rules

),

taken as (

    select * from numbers
    union all
    select * from record_prints
    union all
    select * from touch_prints
    union all
    select * from rule_prints

)

select * from taken
