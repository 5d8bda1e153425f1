with

source as (

    select * from {{ source('linkedin_ads', 'lead_responses') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, lead_id order by _landed_at desc, _day desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        lead_id,
        form_id,
        campaign_id,
        creative_id,

        ---------- text
        email,
        phone,
        full_name,
        company,
        city,
        answers,
        message,
        context,
        contact_found_by,

        ---------- booleans
        coalesce(is_test, false) as is_test,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        submitted_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
