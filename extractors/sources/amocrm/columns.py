"""Which amoCRM field fills which column. A column filled in another way names where it comes from."""

from __future__ import annotations

from extractors.fields import Field, Fields, same_named

CONTACT: Fields = {
    "contact_id": Field("id"),
    **same_named("name"),
    "email": Field("custom_fields_values"),
    "phone": Field("custom_fields_values"),
    "second_phone": Field("custom_fields_values"),
    # Separated by semicolons, without those above.
    "other_emails": Field("custom_fields_values"),
    "other_phones": Field("custom_fields_values"),
    "responsible_user_id": Field("responsible_user_id"),
    "created_at": Field("created_at", "timestamp"),
    "updated_at": Field("updated_at", "timestamp"),
    "is_deleted": Field("is_deleted", "boolean"),
}

TRACKED = {
    **{f"utm_{name}": f"UTM_{name.upper()}" for name in ("source", "medium", "campaign", "content", "term")},
    "referrer": "REFERRER",
    "gclid": "GCLID",
    "yclid": "YCLID",
    "fbclid": "FBCLID",
    "metrica_client_id": "_YM_UID",
}
"""Column -> code of the field that amoCRM fills when a form of the website makes a lead."""

LEAD: Fields = {
    "lead_id": Field("id"),
    **same_named("name"),
    "amount": Field("price", "decimal"),
    "currency": Field("currency"),
    **same_named("pipeline_id", "status_id", "loss_reason_id"),
    "loss_reason": Field("name"),
    **same_named("responsible_user_id", "source_id"),
    "created_at": Field("created_at", "timestamp"),
    "updated_at": Field("updated_at", "timestamp"),
    "closed_at": Field("closed_at", "timestamp"),
    "is_deleted": Field("is_deleted", "boolean"),
    **{column: Field(code) for column, code in TRACKED.items()},
    "cancelled_at": Field("custom_fields_values", "timestamp"),
    "cost_of_goods": Field("custom_fields_values", "decimal"),
}

LEAD_CONTACT: Fields = {
    "lead_id": Field("id"),
    "contact_id": Field("id"),
    "is_main": Field("is_main", "boolean"),
    "updated_at": Field("updated_at", "timestamp"),
}

LEAD_PRODUCT: Fields = {
    "lead_id": Field("id"),
    "product_id": Field("id"),
    "catalog_id": Field("catalog_id"),
    "quantity": Field("quantity", "decimal"),
    "updated_at": Field("updated_at", "timestamp"),
}

EVENT: Fields = {
    "event_id": Field("id"),
    **same_named("type", "entity_type", "entity_id", "created_by"),
    "created_at": Field("created_at", "timestamp"),
    "before_pipeline_id": Field("pipeline_id"),
    "before_status_id": Field("id"),
    "after_pipeline_id": Field("pipeline_id"),
    "after_status_id": Field("id"),
}

STAGE: Fields = {
    "pipeline_id": Field("id"),
    "status_id": Field("id"),
    "pipeline_name": Field("name"),
    "status_name": Field("name"),
    "display_order": Field("sort", "integer"),
    "status_type": Field("type", "integer"),
}

PRODUCT: Fields = {
    "catalog_id": Field("catalog_id"),
    "product_id": Field("id"),
    "name": Field("name"),
    "price": Field("custom_fields_values", "decimal"),
}

USER: Fields = {"user_id": Field("id"), **same_named("name", "email")}
