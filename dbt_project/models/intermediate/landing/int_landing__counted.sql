{# A day without rows has a file too: the newest day is the newest file's, whatever is in it. #}

with

row_counts as (

    {{ landing_counts('google_ads', 'customer') }}
    union all
    {{ landing_counts('google_ads', 'customer_clients') }}
    union all
    {{ landing_counts('google_ads', 'campaign_days') }}
    union all
    {{ landing_counts('google_ads', 'ad_group_days') }}
    union all
    {{ landing_counts('google_ads', 'keyword_days') }}
    union all
    {{ landing_counts('google_ads', 'click_view') }}
    union all
    {{ landing_counts('google_ads', 'call_view') }}
    union all
    {{ landing_counts('google_ads', 'lead_form_submission_data') }}
    union all
    {{ landing_counts('meta_ads', 'account') }}
    union all
    {{ landing_counts('meta_ads', 'ad_days') }}
    union all
    {{ landing_counts('meta_ads', 'leads') }}
    union all
    {{ landing_counts('microsoft_ads', 'campaign_days') }}
    union all
    {{ landing_counts('microsoft_ads', 'ad_group_days') }}
    union all
    {{ landing_counts('microsoft_ads', 'keyword_days') }}
    union all
    {{ landing_counts('linkedin_ads', 'account') }}
    union all
    {{ landing_counts('linkedin_ads', 'campaigns') }}
    union all
    {{ landing_counts('linkedin_ads', 'campaign_days') }}
    union all
    {{ landing_counts('linkedin_ads', 'lead_forms') }}
    union all
    {{ landing_counts('linkedin_ads', 'lead_responses') }}
    union all
    {{ landing_counts('tiktok_ads', 'advertiser') }}
    union all
    {{ landing_counts('tiktok_ads', 'ad_days') }}
    union all
    {{ landing_counts('yandex_direct', 'client') }}
    union all
    {{ landing_counts('yandex_direct', 'criterion_days') }}
    union all
    {{ landing_counts('callrail', 'calls') }}
    union all
    {{ landing_counts('callrail', 'form_submissions') }}
    union all
    {{ landing_counts('callrail', 'text_messages') }}
    union all
    {{ landing_counts('callrail', 'trackers') }}
    union all
    {{ landing_counts('calltouch', 'calls') }}
    union all
    {{ landing_counts('calltouch', 'requests') }}
    union all
    {{ landing_counts('comagic', 'calls') }}
    union all
    {{ landing_counts('comagic', 'messages') }}
    union all
    {{ landing_counts('typeform', 'forms') }}
    union all
    {{ landing_counts('typeform', 'responses') }}
    union all
    {{ landing_counts('jotform', 'submissions') }}
    union all
    {{ landing_counts('hubspot', 'contacts') }}
    union all
    {{ landing_counts('hubspot', 'deals') }}
    union all
    {{ landing_counts('hubspot', 'deleted_deals') }}
    union all
    {{ landing_counts('hubspot', 'deleted_line_items') }}
    union all
    {{ landing_counts('hubspot', 'deal_stages') }}
    union all
    {{ landing_counts('hubspot', 'deal_contacts') }}
    union all
    {{ landing_counts('hubspot', 'line_items') }}
    union all
    {{ landing_counts('hubspot', 'calls') }}
    union all
    {{ landing_counts('hubspot', 'form_submissions') }}
    union all
    {{ landing_counts('hubspot', 'owners') }}
    union all
    {{ landing_counts('hubspot', 'pipelines') }}
    union all
    {{ landing_counts('matomo', 'visits') }}
    union all
    {{ landing_counts('ga4', 'visits') }}
    union all
    {{ landing_counts('yandex_metrica', 'visits') }}
    union all
    {{ landing_counts('snowplow', 'events') }}
    union all
    {{ landing_counts('webhook', 'inquiries') }}
    union all
    {{ landing_counts('webhook', 'lead_notices') }}
    union all
    {{ landing_counts('pixel', 'hits') }}
    union all
    {{ landing_counts('ecb', 'rates') }}
    union all
    {{ landing_counts('cbr', 'rates') }}
    union all
    {{ landing_counts('manual', 'spend') }}
    union all
    {{ landing_counts('manual', 'visits') }}
    union all
    {{ landing_counts('manual', 'inquiries') }}
    union all
    {{ landing_counts('manual', 'tracking_numbers') }}
    union all
    {{ landing_counts('manual', 'deals') }}
    union all
    {{ landing_counts('manual', 'deal_items') }}
    union all
    {{ landing_counts('manual', 'plan') }}
    union all
    {{ landing_counts('pipedrive', 'persons') }}
    union all
    {{ landing_counts('pipedrive', 'deals') }}
    union all
    {{ landing_counts('pipedrive', 'deal_stages') }}
    union all
    {{ landing_counts('pipedrive', 'deal_products') }}
    union all
    {{ landing_counts('pipedrive', 'activities') }}
    union all
    {{ landing_counts('pipedrive', 'stages') }}
    union all
    {{ landing_counts('pipedrive', 'users') }}
    union all
    {{ landing_counts('amocrm', 'contacts') }}
    union all
    {{ landing_counts('amocrm', 'leads') }}
    union all
    {{ landing_counts('amocrm', 'lead_contacts') }}
    union all
    {{ landing_counts('amocrm', 'lead_products') }}
    union all
    {{ landing_counts('amocrm', 'events') }}
    union all
    {{ landing_counts('amocrm', 'pipelines') }}
    union all
    {{ landing_counts('amocrm', 'products') }}
    union all
    {{ landing_counts('amocrm', 'users') }}
    union all
    {{ landing_counts('bitrix24', 'contacts') }}
    union all
    {{ landing_counts('bitrix24', 'leads') }}
    union all
    {{ landing_counts('bitrix24', 'deals') }}
    union all
    {{ landing_counts('bitrix24', 'deal_contacts') }}
    union all
    {{ landing_counts('bitrix24', 'deal_ids') }}
    union all
    {{ landing_counts('bitrix24', 'deal_stages') }}
    union all
    {{ landing_counts('bitrix24', 'product_rows') }}
    union all
    {{ landing_counts('bitrix24', 'activities') }}
    union all
    {{ landing_counts('bitrix24', 'stages') }}
    union all
    {{ landing_counts('bitrix24', 'users') }}
    union all
    {{ landing_counts('salesforce', 'leads') }}
    union all
    {{ landing_counts('salesforce', 'contacts') }}
    union all
    {{ landing_counts('salesforce', 'opportunities') }}
    union all
    {{ landing_counts('salesforce', 'opportunity_history') }}
    union all
    {{ landing_counts('salesforce', 'opportunity_contacts') }}
    union all
    {{ landing_counts('salesforce', 'opportunity_products') }}
    union all
    {{ landing_counts('salesforce', 'tasks') }}
    union all
    {{ landing_counts('salesforce', 'stages') }}
    union all
    {{ landing_counts('salesforce', 'users') }}
    union all
    {{ landing_counts('stripe', 'customers') }}
    union all
    {{ landing_counts('stripe', 'charges') }}
    union all
    {{ landing_counts('stripe', 'checkout_sessions') }}
    union all
    {{ landing_counts('stripe', 'refunds') }}
    union all
    {{ landing_counts('stripe', 'disputes') }}
    union all
    {{ landing_counts('stripe', 'invoices') }}
    union all
    {{ landing_counts('stripe', 'invoice_payments') }}
    union all
    {{ landing_counts('stripe', 'invoice_lines') }}

),

files as (

    select split_part(file, '/landing/', 2) as path
    from {{ landed_files() }}

),

file_days as (

    select
        split_part(path, '/', 1) as source,
        split_part(path, '/', 2) as table_name,
        substr(split_part(path, '/', 3), 9) as account,
        count(*) as file_count,
        max(cast(substr(split_part(path, '/', 4), 5, 10) as date)) as newest_day

    from files
    group by source, table_name, account

),

accounts as (

    select * from {{ ref('stg_rules__accounts') }}

),

counted as (

    select
        coalesce(row_counts.source, file_days.source) as source,
        coalesce(row_counts.account, file_days.account) as account,
        coalesce(row_counts.brand, accounts.brand) as brand,
        coalesce(row_counts.table_name, file_days.table_name) as table_name,
        coalesce(row_counts.landed_rows, 0) as landed_rows,
        coalesce(row_counts.rejected_rows, 0) as rejected_rows,
        file_days.file_count,
        file_days.newest_day

    from row_counts
    full outer join file_days
        on row_counts.source = file_days.source
        and row_counts.table_name = file_days.table_name
        and row_counts.account = file_days.account
    left join accounts
        on coalesce(row_counts.source, file_days.source) = accounts.source
        and coalesce(row_counts.account, file_days.account) = accounts.account

)

select * from counted
