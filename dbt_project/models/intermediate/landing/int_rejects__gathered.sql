with

rejects as (

    {{ landing_rejects('google_ads', 'customer') }}
    union all
    {{ landing_rejects('google_ads', 'customer_clients') }}
    union all
    {{ landing_rejects('google_ads', 'campaign_days') }}
    union all
    {{ landing_rejects('google_ads', 'ad_group_days') }}
    union all
    {{ landing_rejects('google_ads', 'keyword_days') }}
    union all
    {{ landing_rejects('google_ads', 'click_view') }}
    union all
    {{ landing_rejects('google_ads', 'call_view') }}
    union all
    {{ landing_rejects('google_ads', 'lead_form_submission_data') }}
    union all
    {{ landing_rejects('meta_ads', 'account') }}
    union all
    {{ landing_rejects('meta_ads', 'ad_days') }}
    union all
    {{ landing_rejects('meta_ads', 'leads') }}
    union all
    {{ landing_rejects('microsoft_ads', 'campaign_days') }}
    union all
    {{ landing_rejects('microsoft_ads', 'ad_group_days') }}
    union all
    {{ landing_rejects('microsoft_ads', 'keyword_days') }}
    union all
    {{ landing_rejects('linkedin_ads', 'account') }}
    union all
    {{ landing_rejects('linkedin_ads', 'campaigns') }}
    union all
    {{ landing_rejects('linkedin_ads', 'campaign_days') }}
    union all
    {{ landing_rejects('linkedin_ads', 'lead_forms') }}
    union all
    {{ landing_rejects('linkedin_ads', 'lead_responses') }}
    union all
    {{ landing_rejects('tiktok_ads', 'advertiser') }}
    union all
    {{ landing_rejects('tiktok_ads', 'ad_days') }}
    union all
    {{ landing_rejects('yandex_direct', 'client') }}
    union all
    {{ landing_rejects('yandex_direct', 'criterion_days') }}
    union all
    {{ landing_rejects('callrail', 'calls') }}
    union all
    {{ landing_rejects('callrail', 'form_submissions') }}
    union all
    {{ landing_rejects('callrail', 'text_messages') }}
    union all
    {{ landing_rejects('callrail', 'trackers') }}
    union all
    {{ landing_rejects('calltouch', 'calls') }}
    union all
    {{ landing_rejects('calltouch', 'requests') }}
    union all
    {{ landing_rejects('comagic', 'calls') }}
    union all
    {{ landing_rejects('comagic', 'messages') }}
    union all
    {{ landing_rejects('typeform', 'forms') }}
    union all
    {{ landing_rejects('typeform', 'responses') }}
    union all
    {{ landing_rejects('jotform', 'submissions') }}
    union all
    {{ landing_rejects('hubspot', 'contacts') }}
    union all
    {{ landing_rejects('hubspot', 'deals') }}
    union all
    {{ landing_rejects('hubspot', 'deleted_deals') }}
    union all
    {{ landing_rejects('hubspot', 'deleted_line_items') }}
    union all
    {{ landing_rejects('hubspot', 'deal_stages') }}
    union all
    {{ landing_rejects('hubspot', 'deal_contacts') }}
    union all
    {{ landing_rejects('hubspot', 'line_items') }}
    union all
    {{ landing_rejects('hubspot', 'calls') }}
    union all
    {{ landing_rejects('hubspot', 'form_submissions') }}
    union all
    {{ landing_rejects('hubspot', 'owners') }}
    union all
    {{ landing_rejects('hubspot', 'pipelines') }}
    union all
    {{ landing_rejects('matomo', 'visits') }}
    union all
    {{ landing_rejects('ga4', 'visits') }}
    union all
    {{ landing_rejects('yandex_metrica', 'visits') }}
    union all
    {{ landing_rejects('snowplow', 'events') }}
    union all
    {{ landing_rejects('webhook', 'inquiries') }}
    union all
    {{ landing_rejects('webhook', 'lead_notices') }}
    union all
    {{ landing_rejects('pixel', 'hits') }}
    union all
    {{ landing_rejects('ecb', 'rates') }}
    union all
    {{ landing_rejects('cbr', 'rates') }}
    union all
    {{ landing_rejects('manual', 'spend') }}
    union all
    {{ landing_rejects('manual', 'visits') }}
    union all
    {{ landing_rejects('manual', 'inquiries') }}
    union all
    {{ landing_rejects('manual', 'tracking_numbers') }}
    union all
    {{ landing_rejects('manual', 'deals') }}
    union all
    {{ landing_rejects('manual', 'deal_items') }}
    union all
    {{ landing_rejects('manual', 'plan') }}
    union all
    {{ landing_rejects('pipedrive', 'persons') }}
    union all
    {{ landing_rejects('pipedrive', 'deals') }}
    union all
    {{ landing_rejects('pipedrive', 'deal_stages') }}
    union all
    {{ landing_rejects('pipedrive', 'deal_products') }}
    union all
    {{ landing_rejects('pipedrive', 'activities') }}
    union all
    {{ landing_rejects('pipedrive', 'stages') }}
    union all
    {{ landing_rejects('pipedrive', 'users') }}
    union all
    {{ landing_rejects('amocrm', 'contacts') }}
    union all
    {{ landing_rejects('amocrm', 'leads') }}
    union all
    {{ landing_rejects('amocrm', 'lead_contacts') }}
    union all
    {{ landing_rejects('amocrm', 'lead_products') }}
    union all
    {{ landing_rejects('amocrm', 'events') }}
    union all
    {{ landing_rejects('amocrm', 'pipelines') }}
    union all
    {{ landing_rejects('amocrm', 'products') }}
    union all
    {{ landing_rejects('amocrm', 'users') }}
    union all
    {{ landing_rejects('bitrix24', 'contacts') }}
    union all
    {{ landing_rejects('bitrix24', 'leads') }}
    union all
    {{ landing_rejects('bitrix24', 'deals') }}
    union all
    {{ landing_rejects('bitrix24', 'deal_contacts') }}
    union all
    {{ landing_rejects('bitrix24', 'deal_ids') }}
    union all
    {{ landing_rejects('bitrix24', 'deal_stages') }}
    union all
    {{ landing_rejects('bitrix24', 'product_rows') }}
    union all
    {{ landing_rejects('bitrix24', 'activities') }}
    union all
    {{ landing_rejects('bitrix24', 'stages') }}
    union all
    {{ landing_rejects('bitrix24', 'users') }}
    union all
    {{ landing_rejects('salesforce', 'leads') }}
    union all
    {{ landing_rejects('salesforce', 'contacts') }}
    union all
    {{ landing_rejects('salesforce', 'opportunities') }}
    union all
    {{ landing_rejects('salesforce', 'opportunity_history') }}
    union all
    {{ landing_rejects('salesforce', 'opportunity_contacts') }}
    union all
    {{ landing_rejects('salesforce', 'opportunity_products') }}
    union all
    {{ landing_rejects('salesforce', 'tasks') }}
    union all
    {{ landing_rejects('salesforce', 'stages') }}
    union all
    {{ landing_rejects('salesforce', 'users') }}
    union all
    {{ landing_rejects('stripe', 'customers') }}
    union all
    {{ landing_rejects('stripe', 'charges') }}
    union all
    {{ landing_rejects('stripe', 'checkout_sessions') }}
    union all
    {{ landing_rejects('stripe', 'refunds') }}
    union all
    {{ landing_rejects('stripe', 'disputes') }}
    union all
    {{ landing_rejects('stripe', 'invoices') }}
    union all
    {{ landing_rejects('stripe', 'invoice_payments') }}
    union all
    {{ landing_rejects('stripe', 'invoice_lines') }}

)

select * from rejects
