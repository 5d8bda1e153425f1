"""Which Bitrix24 field fills which column. A column filled in another way names where it comes from."""

from __future__ import annotations

from extractors.fields import Field, Fields

UTM = {f"utm_{name}": Field(f"utm{name.title()}") for name in ("source", "medium", "campaign", "content", "term")}
TIMES = {"created_at": Field("createdTime", "timestamp"), "updated_at": Field("updatedTime", "timestamp")}

CONTACT_FIELDS: Fields = {
    "contact_id": Field("id"),
    "first_name": Field("name"),
    "last_name": Field("lastName"),
    "email": Field("fm"),
    "phone": Field("fm"),
    "second_phone": Field("fm"),
    # Separated by semicolons, without those above.
    "other_emails": Field("fm"),
    "other_phones": Field("fm"),
    "lead_id": Field("leadId"),
    "assigned_by_id": Field("assignedById"),
    "source_id": Field("sourceId"),
    **TIMES,
    **UTM,
    "click_id": Field("click_id"),
}

LEAD_FIELDS: Fields = {
    "lead_id": Field("id"),
    "title": Field("title"),
    "stage_id": Field("stageId"),
    "first_name": Field("name"),
    "last_name": Field("lastName"),
    "email": Field("fm"),
    "phone": Field("fm"),
    "contact_id": Field("contactId"),
    "assigned_by_id": Field("assignedById"),
    "source_id": Field("sourceId"),
    **TIMES,
    **UTM,
}

DEAL_FIELDS: Fields = {
    "deal_id": Field("id"),
    "title": Field("title"),
    "category_id": Field("categoryId"),
    "stage_id": Field("stageId"),
    "amount": Field("opportunity", "decimal"),
    "currency": Field("currencyId"),
    "contact_id": Field("contactId"),
    "lead_id": Field("leadId"),
    "assigned_by_id": Field("assignedById"),
    "source_id": Field("sourceId"),
    "is_closed": Field("closed", "boolean"),
    **TIMES,
    "moved_at": Field("movedTime", "timestamp"),
    "closed_at": Field("closedate", "timestamp"),
    **UTM,
    "cancelled_at": Field("cancelled_at", "timestamp"),
    "cost_of_goods": Field("cost_of_goods", "decimal"),
}

DEAL_CONTACT: Fields = {
    "deal_id": Field("id"),
    "contact_id": Field("contactIds"),
    "is_main": Field("contactId", "boolean"),
    "updated_at": Field("updatedTime", "timestamp"),
}

DEAL_STAGE: Fields = {
    "entry_id": Field("ID"),
    "deal_id": Field("OWNER_ID"),
    "type_id": Field("TYPE_ID"),
    "category_id": Field("CATEGORY_ID"),
    "stage_id": Field("STAGE_ID"),
    "semantics": Field("STAGE_SEMANTIC_ID"),
    "entered_at": Field("CREATED_TIME", "timestamp"),
}

PRODUCT_ROW: Fields = {
    "product_row_id": Field("id"),
    "deal_id": Field("ownerId"),
    "product_id": Field("productId"),
    "product_name": Field("productName"),
    "price": Field("price", "decimal"),
    "quantity": Field("quantity", "decimal"),
    "updated_at": Field("updatedTime", "timestamp"),
}

ACTIVITY: Fields = {
    "activity_id": Field("ID"),
    "owner_type_id": Field("OWNER_TYPE_ID"),
    "owner_id": Field("OWNER_ID"),
    "type_id": Field("TYPE_ID"),
    "provider_id": Field("PROVIDER_ID"),
    "direction": Field("DIRECTION"),
    "is_completed": Field("COMPLETED", "boolean"),
    "responsible_id": Field("RESPONSIBLE_ID"),
    "started_at": Field("START_TIME", "timestamp"),
    "created_at": Field("CREATED", "timestamp"),
    "updated_at": Field("LAST_UPDATED", "timestamp"),
}

STAGE: Fields = {
    "category_id": Field("category_id"),
    "stage_id": Field("STATUS_ID"),
    "category_name": Field("name"),
    "stage_name": Field("NAME"),
    "display_order": Field("SORT", "integer"),
    "semantics": Field("SEMANTICS"),
}

USER: Fields = {
    "user_id": Field("ID"),
    "email": Field("EMAIL"),
    "first_name": Field("NAME"),
    "last_name": Field("LAST_NAME"),
    "is_active": Field("ACTIVE", "boolean"),
}
