with

source as (

    select * from {{ source('vk_ads', 'leads') }}
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
        banner_id as ad_id,
        ad_group_id,
        ad_plan_id as campaign_id,

        ---------- text
        form_name,
        email,
        phone,
        full_name,
        city,
        answers,
        message,
        context,
        contact_found_by,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        created_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
