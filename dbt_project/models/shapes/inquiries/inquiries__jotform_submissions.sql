with

submissions as (

    select * from {{ ref('stg_jotform__submissions') }}

),

shaped as (

    select
        brand,
        'jotform' as source,
        account,
        'submissions' as source_table,
        submission_id as source_record_id,
        'form' as kind,
        submitted_at as occurred_at,
        email as email_raw,
        phone as phone_raw,
        name as full_name,
        company,
        city,
        {{ filled_in('client_id') }} as client_id,
        {{ filled_in('visit_id') }} as source_visit_id,
        page_url,
        referrer,
        form_id,
        product,
        self_reported_source,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_term,
        utm_content,
        {{ click_id_type_of('click_ids') }} as click_id_type,
        {{ click_id_of('click_ids') }} as click_id,
        {{ written_words('answers') }} as message,
        answers,
        context,
        contact_found_by,
        landed_at

    from submissions

)

select * from shaped
