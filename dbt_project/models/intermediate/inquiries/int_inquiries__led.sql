with

inquiries as (

    select * from {{ ref('int_inquiries__identified') }}

),

-- A duplicate belongs to the lead of its first; spam and colleagues have none.
wanted as (

    select
        inquiry_id,
        brand,
        person_id,
        occurred_at

    from inquiries
    where not is_spam
        and not is_employee

),

compared as (

    select
        *,
        lag(occurred_at) over (partition by brand, person_id order by occurred_at, inquiry_id) as previous_at

    from wanted

),

numbered as (

    select
        *,
        sum(
            case
                when previous_at is null then 1
                when occurred_at > previous_at + interval '{{ var("lead_gap_days") }}' day then 1
                else 0
            end
        ) over (
            partition by brand, person_id order by occurred_at, inquiry_id
            rows between unbounded preceding and current row
        ) as need

    from compared

),

first_inquiries as (

    select
        *,
        first_value(inquiry_id) over (
            partition by brand, person_id, need order by occurred_at, inquiry_id
        ) as first_inquiry_id

    from numbered

),

led as (

    select
        inquiry_id,
        brand,
        person_id,
        occurred_at,
        {{ stable_id(["'lead'", 'first_inquiry_id']) }} as lead_id,
        first_inquiry_id,
        inquiry_id = first_inquiry_id as is_first

    from first_inquiries

)

select * from led
