"""Meta: the lead behind the answers of an instant form."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from extractors.errors import SourceChanged
from extractors.fields import Field, Fields, picked, same_named
from extractors.model import Row

LEAD: Fields = {
    "lead_id": Field("id"),
    "created_at": Field("created_time", "timestamp"),
    "form_id": Field("form_id"),
    "page_id": Field("page_id"),
    **same_named("ad_id", "ad_name", "adset_id", "campaign_id", "campaign_name", "platform"),
    "is_organic": Field("is_organic", "boolean"),
    **same_named("email", "phone", "full_name", "city", "company"),
}


def created(text: str) -> datetime:
    """When a lead was created."""
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise SourceChanged("meta_ads: a lead's created_time is not like 2026-03-31T09:30:00+0000.") from None


def lead_row(lead: dict[str, Any], form_id: str, page_id: str) -> Row:
    """A lead under our columns' names. Its answers have the names that its form gives the questions."""
    answers = {answer.get("name"): (answer.get("values") or [None])[0] for answer in lead.get("field_data") or []}
    parts = [answers.get("first_name"), answers.get("last_name")]
    return {
        **picked(lead, LEAD),
        "form_id": lead.get("form_id") or form_id,
        "page_id": page_id,
        "email": answers.get("email"),
        "phone": answers.get("phone_number"),
        "full_name": answers.get("full_name") or " ".join(filter(None, parts)) or None,
        "city": answers.get("city"),
        "company": answers.get("company_name"),
        "_payload": lead,
    }
