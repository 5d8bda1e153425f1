with

source as (

    select * from {{ source('bitrix24', 'contacts') }}
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
        lead_id,
        assigned_by_id,
        source_id,
        click_id,

        ---------- text
        first_name,
        last_name,
        email,
        phone,
        second_phone,
        other_emails,
        other_phones,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        created_at,
        updated_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
