with

source as (

    select * from {{ source('meta_ads', 'leads') }}
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
        page_id,
        ad_id,
        adset_id,
        campaign_id,

        ---------- text
        ad_name,
        campaign_name,
        platform,
        email,
        phone,
        full_name,
        city,
        company,
        answers,
        message,
        context,
        contact_found_by,

        ---------- booleans
        is_organic,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        created_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
