{# What is priced as lost are the valid inquiries that were answered late or never, each once. #}

with

lost as (

    select
        brand,
        handling,
        sum(inquiry_count) as inquiry_count

    from {{ ref('lost_inquiry_cost') }}
    group by brand, handling

),

handled as (

    select
        brand,
        handling,
        count(*) as inquiry_count

    from {{ ref('inquiry_handling') }}
    where is_valid
        and handling in ('never_answered', 'answered_late')
    group by brand, handling

)

select
    handled.brand,
    handled.handling,
    handled.inquiry_count,
    lost.inquiry_count as priced_count

from handled
full join lost
    on handled.brand = lost.brand
    and handled.handling = lost.handling
where handled.inquiry_count is distinct from lost.inquiry_count
