with

source as (

    select * from {{ source('typeform', 'responses') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, response_id order by _landed_at desc, _day desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        response_id,
        form_id,
        client_id,

        ---------- text
        email,
        phone,
        full_name,
        company,
        service,
        referer,
        user_agent,
        hidden,
        answers,
        referrer,
        self_reported_source,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_term,
        utm_content,
        click_ids,
        message,
        context,
        contact_found_by,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        landed_at as opened_at,
        submitted_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
