"""A lead of VK Ads: contacts that VK fills in, answers to the form's questions, and a moment as Go writes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from extractors.fields import Field, Fields, picked, same_named
from extractors.forms.columns import WORDS, Answer, FormRules, filled
from extractors.model import Row
from extractors.records import object_in, objects_in

LEAD: Fields = {
    "lead_id": Field("id"),
    "created_at": Field("created_at", "timestamp"),
    **same_named("form_id", "form_name", "ad_plan_id", "ad_group_id", "banner_id"),
    **same_named("email", "phone", "full_name", "city", *WORDS),
}


def lead_row(lead: dict[str, Any]) -> Row:
    """A lead under our columns' names; what was asked is read by its words."""
    known = object_in(lead, "contact_info")
    kinds = {"email": "email", "phone": "phone", "first_name": "first_name", "last_name": "last_name", "city": "city"}
    own = [Answer(name, str(known[name]), kind=kind) for name, kind in kinds.items() if known.get(name)]
    asked = [Answer(str(one.get("question_text") or ""), _said(one)) for one in objects_in(lead, "answers")]
    found = filled([*own, *asked], FormRules())
    names = {"email": "email", "phone": "phone", "full_name": "name", "city": "city"}
    return {
        **picked(lead, LEAD),
        "created_at": _moment(lead.get("created_at")),
        "form_id": id_of(lead.get("form_id")),
        # A nought stands where no ad led to the form.
        **{name: id_of(lead.get(name)) for name in ("ad_plan_id", "ad_group_id", "banner_id")},
        **{column: found.columns.get(ours) for column, ours in names.items()},
        **found.words(),
        "_payload": lead,
    }


def _said(answer: Mapping[str, Any]) -> str:
    chosen = [str(one["text"]) for one in objects_in(answer, "answer_options") if one.get("text")]
    return ", ".join([*chosen, *([str(answer["answer_text"])] if answer.get("answer_text") else [])])


def id_of(value: Any) -> Any:
    """An id, which may come as a number or as a text; a nought is none."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return value
    return str(value) if str(value) not in ("", "0") else None


def _moment(written: Any) -> Any:
    """``2026-03-10 09:25:41.26 +0000 UTC``, as Go writes a moment, or the same without its end; what is none stays."""
    if not isinstance(written, str):
        return written
    text = written.removesuffix(" UTC").removesuffix(" +0000")
    whole, _, parts = text.partition(".")
    try:
        moment = datetime.strptime(whole, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        return moment.replace(microsecond=int(f"{parts or '0':0<6.6}"), tzinfo=None)
    except ValueError:
        return written
