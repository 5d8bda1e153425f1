"""Which columns of the landing zone name a person, and as what: by the column's name, for all sources.

A column that is neither here nor in ``NOBODYS`` fails a test: whoever adds one says what it holds.
"""

from __future__ import annotations

from typing import Literal

from extractors.model import Table

Personal = Literal["email", "phone", "full_name", "first_name", "last_name", "company", "id", "url", "json", "free"]
"""``id`` - a pseudonym that singles out a device, a login or a click; ``url`` - an address that may hold any of them;
``json`` - what was written, under its names; ``free`` - what somebody wrote or a device said of itself."""

KINDS: dict[str, Personal] = {
    **dict.fromkeys("email customer_email visitor_email other_emails".split(), "email"),
    **dict.fromkeys(
        "phone mobile_phone home_phone other_phone second_phone other_phones customer_phone_number caller_number "
        "contact_phone_number visitor_phone_number".split(),
        "phone",
    ),
    **dict.fromkeys("full_name customer_name contact_full_name visitor_name".split(), "full_name"),
    "first_name": "first_name",
    "last_name": "last_name",
    "company": "company",
    **dict.fromkeys(
        "client_id user_id visitor_id ga_client_id ya_client_id ua_client_id "
        "ym_client_id network_client_id metrica_client_id client_reference_id third_party_ids caller_id gclid yclid "
        "ymclid fbclid msclkid click_id click_ids google_click_id facebook_click_id mkt_click_id "
        "channel_contact_id loyalty_card".split(),
        "id",
    ),
    **dict.fromkeys(
        "page_url landing_url landing_page_url last_url last_requested_url first_url url form_url call_url "
        "referrer referer referring_url referrer_url page_referrer first_referrer entrance_page media_urls".split(),
        "url",
    ),
    **dict.fromkeys("answers context hidden form_data orders".split(), "json"),
    **dict.fromkeys("message text content subject title description deal_name user_agent search_term".split(), "free"),
}  # fmt: skip

OF_ONE_TABLE: dict[tuple[str, str, str], Personal] = {
    **{
        (source, table, "name"): "full_name"
        for source, table in (
            ("webhook", "inquiries"), ("webhook", "messages"), ("jotform", "submissions"), ("calendly", "invitees"),
            ("hubspot", "form_submissions"), ("pipedrive", "persons"), ("amocrm", "contacts"),
            ("stripe", "customers"), ("manual", "inquiries"),
        )
    },
    ("amocrm", "leads", "name"): "free",
    ("salesforce", "opportunities", "name"): "free",
    ("callrail", "calls", "person_id"): "id",
    ("callrail", "form_submissions", "person_id"): "id",
    ("comagic", "calls", "person_id"): "id",
    ("comagic", "messages", "person_id"): "id",
}  # fmt: skip
"""Names that mean a person in some tables alone."""

NOT_OF_CLIENTS = frozenset(
    {
        ("hubspot", "owners"), ("pipedrive", "users"), ("amocrm", "users"), ("bitrix24", "users"),
        ("salesforce", "users"), ("typeform", "forms"), ("stripe", "invoice_lines"), ("vk_ads", "account"),
    }
)  # fmt: skip
"""Tables that name colleagues, forms or goods."""


def kind_of(source: str, table: str, column: str) -> Personal | None:
    """As what a column names a person; None where it does not."""
    if (source, table) in NOT_OF_CLIENTS:
        return None
    return OF_ONE_TABLE.get((source, table, column)) or KINDS.get(column)


def personal_columns(source: str, table: Table) -> dict[str, Personal]:
    """The columns of a table that name a person."""
    found = {name: kind_of(source, table.name, name) for name, kind in table.columns.items() if kind == "text"}
    return {name: kind for name, kind in found.items() if kind}


NOBODYS = frozenset(
    """
    _file account_currency account_id activity_id ad_engine ad_group_id ad_group_name ad_id ad_name
    ad_network_type ad_personalization ad_plan_id ad_plan_name ad_storage ad_user_data address adgroup_id
    adgroup_name adset_id adset_name advertiser_id after_pipeline_id after_status_id agent_email
    analytics_source analytics_storage api_name app_id assigned_by_id balance_transaction_id banner_id
    banner_name before_pipeline_id before_status_id bid_match_type billing_reason brand browser_name
    business_phone_number call_id call_phase call_status call_type caller_area_code caller_country_code campaign
    campaign_content campaign_group_id campaign_id campaign_keyword campaign_medium campaign_name
    campaign_source campaign_status campaign_type catalog_id catchment category_id category_name channel
    channel_type charge_id city click_id_type click_type client_info code company_id company_name
    contact_found_by contact_id conversation_id converted_contact_id converted_opportunity_id counter_id country
    country_code created_by created_through creative_id credit_note_id criterion criterion_id criterion_type
    currency currency_code current_tracker_id current_tracking_number customer_city customer_country customer_id
    deal_id deal_product_id delivered_match_type descriptive_name destination_number device device_category
    device_type direct_ad_id direct_campaign_id direct_phrase direction display_location display_timezone
    dispute_id employee employee_name entity_id entity_type entrance entrance_role entry_id event
    event_fingerprint event_id event_name finish_reason form_id form_name form_submission_id form_type friday
    from_at goal_ids goal_times google_ad_group_id google_campaign_id hidden_fields hit_id hour inbox_id
    initial_tracker_id initial_tracking_number inquiry_id invitee_id invoice_id keyword keyword_id keyword_text
    keywords kind label lead_id lead_source lead_status lifecycle_stage line_id line_item_id link_tag login
    loss_reason loss_reason_id lost_reason manager master_record_id match_type medium merged_contact_ids
    merged_deal_ids message_id message_type mkt_campaign mkt_content mkt_medium mkt_network mkt_source mkt_term
    monday money_in network new_invitee_id number objective objective_type old_invitee_id opportunity_id org_id
    origin owner_id owner_type_id page_id page_title participant_ids payment_id payment_intent_id payment_status
    person_id pipeline_id pipeline_label pipeline_name platform post_id product product_id product_name
    product_row_id promotion_code provider_id questions reason receipt_id redirect_number referrer_medium
    referrer_name referrer_source referrer_type referring_site refund_id request_id response_id responsible_id
    responsible_user_id returned_receipt_id role saturday search_engine search_term_match_type self_reported_source
    semantics sender service session_id site site_id sku social_network sold_at source source_id source_name source_type
    stage_id stage_label stage_name status status_id status_name store store_name stream_id submission_id
    subscription_id sunday tagged_campaign tagged_campaign_id tagged_content tagged_medium tagged_source tagged_term
    tags task_id thread_id thursday tie_id till time_zone timezone timezone_name to_at tracker_id tracker_name
    tracking_number tracking_numbers tracking_phone_number traffic_source tuesday type type_id utm_campaign
    utm_content utm_medium utm_source utm_term virtual_phone_number visit_id visitor_city visitor_country
    visitor_device visitor_session_id wednesday what_id who_id yandex_ad_group_id yandex_campaign_id
    """.split()
)
"""Columns of text that name no client: vendors' names and keys, places, tags, colleagues, goods. What a vendor calls a
record is no name of a person: it stays, so that the record that is read again replaces the one that is landed."""
