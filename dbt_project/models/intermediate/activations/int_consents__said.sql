{# What a person allowed, by purpose: the newest word counts, whichever form or page of theirs said it. #}

with

inquiries as (

    select * from {{ ref('inquiries__unioned') }}

),

hits as (

    select * from {{ ref('stg_pixel__hits') }}
    where client_id is not null
        and not is_bot

),

people as (

    select * from {{ ref('int_people__resolved') }}
    where record_type in ('inquiry', 'visit_client')

),

said as (

    {%- for purpose in ['ad_storage', 'ad_user_data', 'ad_personalization'] %}
    select
        brand,
        'inquiry' as record_type,
        inquiry_id as record_id,
        occurred_at as said_at,
        '{{ purpose }}' as purpose,
        {{ consent_choice(consent_answer(['context', 'answers'], purpose)) }} as choice

    from inquiries

    union all

    select
        brand,
        'visit_client' as record_type,
        client_id as record_id,
        received_at as said_at,
        '{{ purpose }}' as purpose,
        {{ consent_choice(purpose) }} as choice

    from hits
    {%- if not loop.last %}

    union all

    {%- endif %}
    {%- endfor %}

),

newest as (

    select
        people.brand,
        people.person_id,
        said.purpose,
        -- Of a yes and a no of one moment the no counts.
        max_by(said.choice, (said.said_at, said.choice = 'denied')) as choice,
        max(said.said_at) as said_at

    from said
    inner join people
        on said.brand = people.brand
        and said.record_type = people.record_type
        and said.record_id = people.record_id
    where said.choice is not null
    group by people.brand, people.person_id, said.purpose

)

select * from newest
