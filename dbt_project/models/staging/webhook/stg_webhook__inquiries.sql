{{ config(materialized='view') }}

with

source as (

    select * from {{ source('webhook', 'inquiries') }}
    where _reject_reason is null

),

-- A sender that repeats its post after midnight sent one form: the time at which it first came counts.
first_received as (

    select * from source
    qualify row_number() over (
        partition by _account, site, inquiry_id order by received_at, _landed_at desc
    ) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        inquiry_id,
        site,
        form_id,
        client_id,
        visit_id,

        ---------- text
        sender,
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

        ---------- booleans
        coalesce(is_marked_spam, false) as is_marked_spam,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        occurred_at,
        received_at,
        _landed_at as landed_at

    from first_received

)

select * from renamed
