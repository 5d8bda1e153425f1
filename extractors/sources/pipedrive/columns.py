"""Which Pipedrive field fills which column."""

from __future__ import annotations

from extractors.fields import Field, Fields, same_named

DEAL: Fields = {
    "deal_id": Field("id"),
    **same_named("title"),
    "amount": Field("value", "decimal"),
    **same_named("currency", "status", "pipeline_id", "stage_id", "person_id", "owner_id", "lost_reason", "origin"),
    # Separated by semicolons, without the main one.
    "participant_ids": Field("participants_count"),
    "created_at": Field("add_time", "timestamp"),
    "updated_at": Field("update_time", "timestamp"),
    "stage_changed_at": Field("stage_change_time", "timestamp"),
    "won_at": Field("won_time", "timestamp"),
    "lost_at": Field("lost_time", "timestamp"),
    "is_deleted": Field("is_deleted", "boolean"),
    "is_archived": Field("is_archived", "boolean"),
    "cancelled_at": Field("custom_fields", "timestamp"),
    "cost_of_goods": Field("custom_fields", "decimal"),
}

PERSON: Fields = {
    "person_id": Field("id"),
    **same_named("name"),
    "email": Field("emails"),
    "phone": Field("phones"),
    "second_phone": Field("phones"),
    # Separated by semicolons, without those above.
    "other_emails": Field("emails"),
    "other_phones": Field("phones"),
    **same_named("org_id", "owner_id"),
    "created_at": Field("add_time", "timestamp"),
    "updated_at": Field("update_time", "timestamp"),
    "is_deleted": Field("is_deleted", "boolean"),
    "click_id": Field("custom_fields"),
}

DEAL_STAGE: Fields = {
    "deal_id": Field("deal_id"),
    "stage_id": Field("new_value"),
    "entered_at": Field("time", "timestamp"),
    "updated_at": Field("update_time", "timestamp"),
}

DEAL_PRODUCT: Fields = {
    "deal_product_id": Field("id"),
    **same_named("deal_id", "product_id"),
    "product_name": Field("name"),
    **same_named("quantity", kind="decimal"),
    "amount": Field("sum", "decimal"),
    "currency": Field("currency"),
    "is_enabled": Field("is_enabled", "boolean"),
    "updated_at": Field("update_time", "timestamp"),
}

ACTIVITY: Fields = {
    "activity_id": Field("id"),
    **same_named("type", "subject", "owner_id", "deal_id", "person_id"),
    "is_done": Field("done", "boolean"),
    "done_at": Field("marked_as_done_time", "timestamp"),
    "created_at": Field("add_time", "timestamp"),
    "updated_at": Field("update_time", "timestamp"),
    "is_deleted": Field("is_deleted", "boolean"),
}

STAGE: Fields = {
    "stage_id": Field("id"),
    "pipeline_id": Field("pipeline_id"),
    "stage_name": Field("name"),
    "pipeline_name": Field("name"),
    "display_order": Field("order_nr", "integer"),
    "probability": Field("deal_probability", "rate"),
}

USER: Fields = {
    "user_id": Field("id"),
    **same_named("name", "email"),
    "is_active": Field("active_flag", "boolean"),
}
