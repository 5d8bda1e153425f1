with

source as (

    select * from {{ source('salesforce', 'contacts') }}
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
        account_id,
        master_record_id,
        owner_id,
        click_id,

        ---------- text
        email,
        phone,
        mobile_phone,
        home_phone,
        other_phone,
        first_name,
        last_name,
        city,
        lead_source,

        ---------- booleans
        is_deleted,
        is_person_account,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        created_at,
        updated_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
