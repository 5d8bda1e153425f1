with

source as (

    select * from {{ source('hubspot', 'form_submissions') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, submission_id order by _landed_at desc, _day desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        submission_id,
        form_id,
        client_id,
        visit_id,

        ---------- text
        form_name,
        email,
        phone,
        name,
        company,
        city,
        product,
        self_reported_source,
        page_url,
        referrer,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_term,
        utm_content,
        click_ids,
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
