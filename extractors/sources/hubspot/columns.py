"""Which HubSpot property fills which column. A column filled in another way names where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from extractors.fields import Field, Fields, own_fields, same_named
from extractors.model import Account

OWN_OF_CONTACTS = ("google_click_id",)
OWN_OF_DEALS = ("cancelled_at", "cost_of_goods")

CONTACT: Fields = {
    "contact_id": Field("hs_object_id"),
    "created_at": Field("createdate", "timestamp"),
    "updated_at": Field("lastmodifieddate", "timestamp"),
    **same_named("email", "phone"),
    # Separated by semicolons, without the first.
    "other_emails": Field("hs_additional_emails"),
    "mobile_phone": Field("mobilephone"),
    "first_name": Field("firstname"),
    "last_name": Field("lastname"),
    **same_named("company", "city"),
    "lifecycle_stage": Field("lifecyclestage"),
    "lead_status": Field("hs_lead_status"),
    "owner_id": Field("hubspot_owner_id"),
    "merged_contact_ids": Field("hs_merged_object_ids"),
    "analytics_source": Field("hs_analytics_source"),
    "first_url": Field("hs_analytics_first_url"),
    "first_referrer": Field("hs_analytics_first_referrer"),
    "google_click_id": Field("hs_google_click_id"),
    "facebook_click_id": Field("hs_facebook_click_id"),
}

DEAL: Fields = {
    "deal_id": Field("hs_object_id"),
    "deal_name": Field("dealname"),
    "amount": Field("amount", "decimal"),
    "currency": Field("deal_currency_code"),
    "pipeline_id": Field("pipeline"),
    "stage_id": Field("dealstage"),
    "created_at": Field("createdate", "timestamp"),
    "updated_at": Field("hs_lastmodifieddate", "timestamp"),
    "closed_at": Field("closedate", "timestamp"),
    "owner_id": Field("hubspot_owner_id"),
    "is_won": Field("hs_is_closed_won", "boolean"),
    "is_closed": Field("hs_is_closed", "boolean"),
    # How the record came to be: IMPORT, INTEGRATION, CRM_UI ...
    "created_through": Field("hs_object_source"),
    "merged_deal_ids": Field("hs_merged_object_ids"),
    "lost_reason": Field("closed_lost_reason"),
    # Two properties of the customer's own, unless the options name others; without them the columns stay empty.
    "cancelled_at": Field("cancelled_at", "timestamp"),
    "cost_of_goods": Field("cost_of_goods", "decimal"),
}

DEAL_STAGE: Fields = {
    "deal_id": Field("id"),
    "stage_id": Field("value"),
    "entered_at": Field("timestamp", "timestamp"),
    "updated_at": Field("hs_lastmodifieddate", "timestamp"),
}

DEAL_CONTACT: Fields = {
    "deal_id": Field("id"),
    "contact_id": Field("toObjectId"),
    "role": Field("label"),
    "updated_at": Field("hs_lastmodifieddate", "timestamp"),
}

LINE_ITEM: Fields = {
    "line_item_id": Field("hs_object_id"),
    "deal_id": Field("deal_id"),
    "product_name": Field("name"),
    "sku": Field("hs_sku"),
    "quantity": Field("quantity", "decimal"),
    "amount": Field("amount", "decimal"),
    "cost_of_goods": Field("hs_cost_of_goods_sold", "decimal"),
    "currency": Field("hs_line_item_currency_code"),
    "updated_at": Field("hs_lastmodifieddate", "timestamp"),
}

CALL: Fields = {
    "call_id": Field("hs_object_id"),
    "contact_id": Field("contact_id"),
    "occurred_at": Field("hs_timestamp", "timestamp"),
    "direction": Field("hs_call_direction"),
    "status": Field("hs_call_status"),
    "duration_ms": Field("hs_call_duration", "integer"),
    "owner_id": Field("hubspot_owner_id"),
    "updated_at": Field("hs_lastmodifieddate", "timestamp"),
}

OWNER: Fields = {
    "owner_id": Field("id"),
    "email": Field("email"),
    "first_name": Field("firstName"),
    "last_name": Field("lastName"),
}

PIPELINE: Fields = {
    "pipeline_id": Field("id"),
    "stage_id": Field("id"),
    "pipeline_label": Field("label"),
    "stage_label": Field("label"),
    "display_order": Field("displayOrder", "integer"),
    "is_closed": Field("isClosed", "boolean"),
    "probability": Field("probability", "rate"),
}


def with_own(fields: Fields, account: Account, option: str, columns: Sequence[str]) -> tuple[Fields, list[str]]:
    """The fields, with the properties that an option names for some columns; and these properties."""
    own = own_fields(account, option, columns)
    return {**fields, **{column: Field(name, fields[column].kind) for column, name in own.items()}}, list(own.values())


def first_moment(value: Any) -> Any:
    """A property that is a day has no hour: its first one is meant."""
    return f"{value}T00:00:00Z" if isinstance(value, str) and len(value) == 10 else value


def merged_ids(contact: Mapping[str, Any]) -> Any:
    """The ids of the contacts that were merged into this one, separated by semicolons."""
    properties = contact["properties"]
    if properties.get("hs_merged_object_ids"):
        return properties["hs_merged_object_ids"]
    # The older property has the moment of the merge behind each id.
    older = properties.get("hs_calculated_merged_vids")
    return ";".join(entry.partition(":")[0] for entry in str(older).split(";") if entry) if older else None
