{# A pool number is shown to one visitor at a time; who called or texted it while it was shown is that visitor. #}

with

numbers as (

    select * from {{ ref('int_tracking_numbers__read') }}

),

calls as (

    select * from {{ ref('int_calls__dialled') }}

),

held as (

    select
        calls.inquiry_id,
        calls.brand,
        calls.number_digits,
        calls.caller_digits,
        numbers.client_id,
        numbers.held_from

    from calls
    inner join numbers
        on calls.brand = numbers.brand
        and calls.number_digits = numbers.number_digits
    where numbers.kind = 'pool'
        and numbers.client_id is not null
        and calls.occurred_at >= numbers.held_from
        and (numbers.held_to is null or calls.occurred_at <= numbers.held_to)
    qualify row_number() over (
        partition by calls.inquiry_id order by numbers.held_from desc, numbers.client_id
    ) = 1

),

-- Who dials from memory a number that is now shown to somebody else is not that somebody.
earlier as (

    select
        held.inquiry_id,
        count(calls.inquiry_id) as earlier_count

    from held
    left join calls
        on held.brand = calls.brand
        and held.number_digits = calls.number_digits
        and held.caller_digits = calls.caller_digits
        and calls.occurred_at < held.held_from
    group by held.inquiry_id

),

judged as (

    select
        held.inquiry_id,
        held.client_id,
        held.held_from,
        earlier.earlier_count > 0 as is_number_reassigned

    from held
    inner join earlier on held.inquiry_id = earlier.inquiry_id

)

select * from judged
