with

source as (

    select * from {{ source('manual', 'inquiries') }}
    where _reject_reason is null

),

last_pull as (

    select * from source
    qualify _day = max(_day) over (partition by _account)

),

newest as (

    select * from last_pull
    qualify row_number() over (partition by _account, brand, inquiry_id order by _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        coalesce(brand, _brand) as brand,
        _account as account,
        inquiry_id,
        client_id,
        visit_id,
        form_id,

        ---------- text
        kind,
        email,
        phone,
        name,
        company,
        city,
        page_url,
        tracking_number,
        direction,
        employee,
        product,
        self_reported_source,

        ---------- numbers
        duration_seconds,

        ---------- booleans
        answered as is_answered,
        voicemail as is_voicemail,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        occurred_at,
        first_response_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
