with

screened as (

    select * from {{ ref('int_inquiries__screened') }}

),

people as (

    select * from {{ ref('int_people__resolved') }}
    where record_type = 'inquiry'

),

owned as (

    select
        screened.inquiry_id,
        screened.brand,
        screened.kind,
        screened.occurred_at,
        people.person_id

    from screened
    inner join people on screened.inquiry_id = people.record_id

),

compared as (

    select
        *,
        lag(occurred_at) over (
            partition by brand, person_id, kind order by occurred_at, inquiry_id
        ) as previous_at

    from owned

),

grouped as (

    select
        *,
        sum(
            case
                when previous_at is null then 1
                when occurred_at > previous_at + interval '{{ var("duplicate_inquiry_minutes") }}' minute then 1
                else 0
            end
        ) over (
            partition by brand, person_id, kind order by occurred_at, inquiry_id
            rows between unbounded preceding and current row
        ) as attempt

    from compared

),

first_kept as (

    select
        inquiry_id,
        brand,
        person_id,
        first_value(inquiry_id) over (
            partition by brand, person_id, kind, attempt order by occurred_at, inquiry_id
        ) as first_inquiry_id

    from grouped

),

deduplicated as (

    select
        inquiry_id,
        brand,
        person_id,
        inquiry_id <> first_inquiry_id as is_duplicate,
        case when inquiry_id <> first_inquiry_id then first_inquiry_id end as duplicate_of_inquiry_id

    from first_kept

)

select * from deduplicated
