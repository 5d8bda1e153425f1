with

source as (

    select * from {{ source('callrail', 'form_submissions') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, form_submission_id order by _landed_at desc, _day desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        form_submission_id,
        company_id,
        person_id,
        gclid,
        fbclid,

        ---------- text
        form_name,
        form_url,
        landing_page_url,
        referring_url,
        referrer,
        customer_email,
        customer_phone_number,
        customer_name,
        source,
        medium,
        campaign,
        keywords,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_term,
        utm_content,
        form_data,
        answers,
        message,
        context,
        contact_found_by,
        lead_status,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        submitted_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
