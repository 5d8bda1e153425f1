with

responses as (

    select * from {{ ref('stg_typeform__responses') }}

),

shaped as (

    select
        brand,
        'typeform' as source,
        account,
        'responses' as source_table,
        response_id as source_record_id,
        'form' as kind,
        submitted_at as occurred_at,
        opened_at,
        email as email_raw,
        phone as phone_raw,
        full_name,
        company,
        {{ filled_in('client_id') }} as client_id,
        -- The page that holds the form; its address keeps the tags of the visit.
        referer as page_url,
        -- Of what was landed before its names were read whatever their letters only the usual ones are known.
        coalesce(referrer, {{ json_text('hidden', 'referrer') }}) as referrer,
        form_id,
        service as product,
        coalesce(self_reported_source, {{ json_text('hidden', 'self_reported_source') }}) as self_reported_source,
        coalesce(utm_source, {{ json_text('hidden', 'utm_source') }}) as utm_source,
        coalesce(utm_medium, {{ json_text('hidden', 'utm_medium') }}) as utm_medium,
        coalesce(utm_campaign, {{ json_text('hidden', 'utm_campaign') }}) as utm_campaign,
        coalesce(utm_term, {{ json_text('hidden', 'utm_term') }}) as utm_term,
        coalesce(utm_content, {{ json_text('hidden', 'utm_content') }}) as utm_content,
        coalesce({{ click_id_type_of('click_ids') }}, {{ click_id_type_of('hidden') }}) as click_id_type,
        coalesce({{ click_id_of('click_ids') }}, {{ click_id_of('hidden') }}) as click_id,
        {{ written_words('answers') }} as message,
        answers,
        context,
        contact_found_by,
        landed_at

    from responses

)

select * from shaped
