with

counts as (

    {{ staged_counts('google_ads', 'customer') }}
    union all
    {{ staged_counts('google_ads', 'customer_clients') }}
    union all
    {{ staged_counts('google_ads', 'campaign_days') }}
    union all
    {{ staged_counts('google_ads', 'ad_group_days') }}
    union all
    {{ staged_counts('google_ads', 'keyword_days') }}
    union all
    {{ staged_counts('google_ads', 'click_view') }}
    union all
    {{ staged_counts('google_ads', 'call_view') }}
    union all
    {{ staged_counts('google_ads', 'lead_form_submission_data') }}
    union all
    {{ staged_counts('meta_ads', 'account') }}
    union all
    {{ staged_counts('meta_ads', 'ad_days') }}
    union all
    {{ staged_counts('meta_ads', 'leads') }}
    union all
    {{ staged_counts('microsoft_ads', 'campaign_days') }}
    union all
    {{ staged_counts('microsoft_ads', 'ad_group_days') }}
    union all
    {{ staged_counts('microsoft_ads', 'keyword_days') }}
    union all
    {{ staged_counts('linkedin_ads', 'account') }}
    union all
    {{ staged_counts('linkedin_ads', 'campaigns') }}
    union all
    {{ staged_counts('linkedin_ads', 'campaign_days') }}
    union all
    {{ staged_counts('linkedin_ads', 'lead_forms') }}
    union all
    {{ staged_counts('linkedin_ads', 'lead_responses') }}
    union all
    {{ staged_counts('tiktok_ads', 'advertiser') }}
    union all
    {{ staged_counts('tiktok_ads', 'ad_days') }}
    union all
    {{ staged_counts('yandex_direct', 'client') }}
    union all
    {{ staged_counts('yandex_direct', 'criterion_days') }}
    union all
    {{ staged_counts('callrail', 'calls') }}
    union all
    {{ staged_counts('callrail', 'form_submissions') }}
    union all
    {{ staged_counts('callrail', 'text_messages') }}
    union all
    {{ staged_counts('callrail', 'trackers') }}
    union all
    {{ staged_counts('calltouch', 'calls') }}
    union all
    {{ staged_counts('calltouch', 'requests') }}
    union all
    {{ staged_counts('comagic', 'calls') }}
    union all
    {{ staged_counts('comagic', 'messages') }}
    union all
    {{ staged_counts('typeform', 'forms') }}
    union all
    {{ staged_counts('typeform', 'responses') }}
    union all
    {{ staged_counts('jotform', 'submissions') }}
    union all
    {{ staged_counts('hubspot', 'contacts') }}
    union all
    {{ staged_counts('hubspot', 'deals') }}
    union all
    {{ staged_counts('hubspot', 'deleted_deals') }}
    union all
    {{ staged_counts('hubspot', 'deleted_line_items') }}
    union all
    {{ staged_counts('hubspot', 'deal_stages') }}
    union all
    {{ staged_counts('hubspot', 'deal_contacts') }}
    union all
    {{ staged_counts('hubspot', 'line_items') }}
    union all
    {{ staged_counts('hubspot', 'calls') }}
    union all
    {{ staged_counts('hubspot', 'form_submissions') }}
    union all
    {{ staged_counts('hubspot', 'owners') }}
    union all
    {{ staged_counts('hubspot', 'pipelines') }}
    union all
    {{ staged_counts('matomo', 'visits') }}
    union all
    {{ staged_counts('ga4', 'visits') }}
    union all
    {{ staged_counts('yandex_metrica', 'visits') }}
    union all
    {{ staged_counts('snowplow', 'events') }}
    union all
    {{ staged_counts('webhook', 'inquiries') }}
    union all
    {{ staged_counts('webhook', 'lead_notices') }}
    union all
    {{ staged_counts('pixel', 'hits') }}
    union all
    {{ staged_counts('ecb', 'rates') }}
    union all
    {{ staged_counts('cbr', 'rates') }}
    union all
    {{ staged_counts('manual', 'spend') }}
    union all
    {{ staged_counts('manual', 'visits') }}
    union all
    {{ staged_counts('manual', 'inquiries') }}
    union all
    {{ staged_counts('manual', 'tracking_numbers') }}
    union all
    {{ staged_counts('manual', 'deals') }}
    union all
    {{ staged_counts('manual', 'deal_items') }}
    union all
    {{ staged_counts('manual', 'plan') }}
    union all
    {{ staged_counts('pipedrive', 'persons') }}
    union all
    {{ staged_counts('pipedrive', 'deals') }}
    union all
    {{ staged_counts('pipedrive', 'deal_stages') }}
    union all
    {{ staged_counts('pipedrive', 'deal_products') }}
    union all
    {{ staged_counts('pipedrive', 'activities') }}
    union all
    {{ staged_counts('pipedrive', 'stages') }}
    union all
    {{ staged_counts('pipedrive', 'users') }}
    union all
    {{ staged_counts('amocrm', 'contacts') }}
    union all
    {{ staged_counts('amocrm', 'leads') }}
    union all
    {{ staged_counts('amocrm', 'lead_contacts') }}
    union all
    {{ staged_counts('amocrm', 'lead_products') }}
    union all
    {{ staged_counts('amocrm', 'events') }}
    union all
    {{ staged_counts('amocrm', 'pipelines') }}
    union all
    {{ staged_counts('amocrm', 'products') }}
    union all
    {{ staged_counts('amocrm', 'users') }}
    union all
    {{ staged_counts('bitrix24', 'contacts') }}
    union all
    {{ staged_counts('bitrix24', 'leads') }}
    union all
    {{ staged_counts('bitrix24', 'deals') }}
    union all
    {{ staged_counts('bitrix24', 'deal_contacts') }}
    union all
    {{ staged_counts('bitrix24', 'deal_ids') }}
    union all
    {{ staged_counts('bitrix24', 'deal_stages') }}
    union all
    {{ staged_counts('bitrix24', 'product_rows') }}
    union all
    {{ staged_counts('bitrix24', 'activities') }}
    union all
    {{ staged_counts('bitrix24', 'stages') }}
    union all
    {{ staged_counts('bitrix24', 'users') }}
    union all
    {{ staged_counts('salesforce', 'leads') }}
    union all
    {{ staged_counts('salesforce', 'contacts') }}
    union all
    {{ staged_counts('salesforce', 'opportunities') }}
    union all
    {{ staged_counts('salesforce', 'opportunity_history') }}
    union all
    {{ staged_counts('salesforce', 'opportunity_contacts') }}
    union all
    {{ staged_counts('salesforce', 'opportunity_products') }}
    union all
    {{ staged_counts('salesforce', 'tasks') }}
    union all
    {{ staged_counts('salesforce', 'stages') }}
    union all
    {{ staged_counts('salesforce', 'users') }}
    union all
    {{ staged_counts('stripe', 'customers') }}
    union all
    {{ staged_counts('stripe', 'charges') }}
    union all
    {{ staged_counts('stripe', 'checkout_sessions') }}
    union all
    {{ staged_counts('stripe', 'refunds') }}
    union all
    {{ staged_counts('stripe', 'disputes') }}
    union all
    {{ staged_counts('stripe', 'invoices') }}
    union all
    {{ staged_counts('stripe', 'invoice_payments') }}
    union all
    {{ staged_counts('stripe', 'invoice_lines') }}

)

select * from counts
