with

source as (

    select * from {{ source('hubspot', 'contacts') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, contact_id order by _day desc, _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        contact_id,
        owner_id,
        merged_contact_ids,
        google_click_id,
        facebook_click_id,

        ---------- text
        email,
        phone,
        other_emails,
        mobile_phone,
        first_name,
        last_name,
        company,
        city,
        lifecycle_stage,
        lead_status,
        analytics_source,
        first_url,
        first_referrer,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        created_at,
        updated_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
