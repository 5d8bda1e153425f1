with

source as (

    select * from {{ source('google_ads', 'lead_form_submission_data') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, customer_id, lead_id order by _landed_at desc, _day desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        customer_id,
        lead_id,
        form_id,
        campaign_id,
        ad_group_id,
        ad_id,
        gclid,

        ---------- text
        campaign_name,
        email,
        phone,
        full_name,
        city,
        company,
        answers,
        message,
        context,
        contact_found_by,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        submitted_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
