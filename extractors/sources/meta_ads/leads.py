"""Meta: the lead behind the answers of an instant form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from extractors.errors import SourceChanged
from extractors.fields import Field, Fields, picked, same_named
from extractors.forms.columns import WORDS, Answer, FormRules, filled
from extractors.model import Row

LEAD: Fields = {
    "lead_id": Field("id"),
    "created_at": Field("created_time", "timestamp"),
    "form_id": Field("form_id"),
    "page_id": Field("page_id"),
    **same_named("ad_id", "ad_name", "adset_id", "campaign_id", "campaign_name", "platform"),
    "is_organic": Field("is_organic", "boolean"),
    **same_named("email", "phone", "full_name", "city", "company", *WORDS),
}
FILLED = {"email": "email", "phone": "phone", "full_name": "name", "city": "city", "company": "company"}

Questions = Mapping[str, Mapping[str, Any]]
"""The name of an answer -> the question."""


def created(text: str) -> datetime:
    """When a lead was created."""
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise SourceChanged("meta_ads: a lead's created_time is not like 2026-03-31T09:30:00+0000.") from None


def questions_of(form: Mapping[str, Any]) -> Questions:
    """The questions of a form by the names that its answers bear."""
    listed = form.get("questions")
    return {str(one.get("key")): one for one in listed if isinstance(one, Mapping)} if isinstance(listed, list) else {}


def lead_row(lead: dict[str, Any], form_id: str, page_id: str, questions: Questions) -> Row:
    """A lead under our columns' names. A question's type says what its answer is, in whatever language it is asked."""
    found = filled([_answer(one, questions) for one in lead.get("field_data") or []], FormRules())
    return {
        **picked(lead, LEAD),
        "form_id": lead.get("form_id") or form_id,
        "page_id": page_id,
        **{column: found.columns.get(ours) for column, ours in FILLED.items()},
        **found.words(),
        "_payload": lead,
    }


def _answer(one: Mapping[str, Any], questions: Questions) -> Answer:
    name = str(one.get("name") or "")
    question = questions.get(name) or {}
    values = [str(value) for value in one.get("values") or [] if value not in (None, "")]
    return Answer(name, ", ".join(values), str(question.get("label") or ""), str(question.get("type") or "").lower())
