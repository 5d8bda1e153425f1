"""LinkedIn: a form's questions, and the lead behind a list of answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from extractors.errors import SourceChanged
from extractors.fields import Field, Fields, as_json, expect_fields, picked, same_named
from extractors.forms.columns import WORDS, Answer, FormRules, filled
from extractors.http.answers import part, parts
from extractors.model import Row
from extractors.records import list_in, object_in, objects_in
from extractors.times import from_unix

FORM: Fields = {"form_id": Field("id"), **same_named("name", "questions", "hidden_fields")}
LEAD: Fields = {
    "lead_id": Field("id"),
    "submitted_at": Field("submittedAt", "timestamp"),
    "is_test": Field("testLead", "boolean"),
    **same_named("form_id", "campaign_id", "creative_id", "email", "phone", "full_name", "company", "city", *WORDS),
}
FILLED = {"email": "email", "phone": "phone", "full_name": "name", "company": "company", "city": "city"}
AT_WORK = ("work_email", "phone_number")
ANSWER_KINDS = ("textQuestionAnswer", "multipleChoiceAnswer")

Questions = Mapping[tuple[str, str], Mapping[str, Any]]
"""(form, number of the question) -> the question."""


def questions_of(form: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The questions of a form."""
    return objects_in(object_in(form, "content"), "questions")


def expect_answers(where: str, leads: Sequence[Mapping[str, Any]]) -> None:
    """Refuse leads whose answers we could not read: a lead without its e-mail address would land in silence."""
    expect_fields(where, leads, ("id", "submittedAt", "versionedLeadGenFormUrn", "formResponse"))
    responses = [lead.get("formResponse") for lead in leads]
    lists = [response.get("answers") for response in responses if isinstance(response, Mapping)]
    # What is of another type is said of its own lead.
    answers = [one for some in lists if isinstance(some, list) for one in some if isinstance(one, Mapping)]
    expect_fields(where, answers, ("questionId", "answerDetails"))
    details = [one["answerDetails"] for one in answers if isinstance(one.get("answerDetails"), Mapping)]
    if details and not any(kind in detail for detail in details for kind in ANSWER_KINDS):
        raise SourceChanged(f"{where}: no answer is one of {', '.join(ANSWER_KINDS)}. Has the vendor renamed them?")


def lead_row(lead: Mapping[str, Any], questions: Questions) -> Row:
    """A lead under our columns' names. An answer names its question by number only."""
    answers: list[Answer] = []
    form = re.search(r"leadGenForm:(\d+)", str(lead.get("versionedLeadGenFormUrn")))
    form_id = form.group(1) if form else None
    for answer in objects_in(object_in(lead, "formResponse"), "answers"):
        question = questions.get((form_id or "", str(answer.get("questionId")))) or {}
        name = str(answer.get("name") or question.get("name") or answer.get("questionId"))
        text = _answer_text(object_in(answer, "answerDetails"), question)
        if text:
            answers.append(
                Answer(name, text, kind=str(question.get("predefinedField") or name).lower().replace(" ", "_"))
            )
    # An address at work is known to a CRM sooner.
    found = filled(sorted(answers, key=lambda one: one.kind not in AT_WORK), FormRules())
    submitted = lead.get("submittedAt")
    return {
        **picked(lead, LEAD),
        "submitted_at": from_unix(submitted // 1000 if isinstance(submitted, int) else submitted),
        "form_id": form_id,
        "campaign_id": _campaign_of(lead),
        "creative_id": id_of(object_in(lead, "associatedEntity").get("associatedCreative")),
        **{column: found.columns.get(ours) for column, ours in FILLED.items()},
        **found.words(),
        "answers": as_json({one.name: one.value for one in answers}),
        "_payload": lead,
    }


def _answer_text(details: Mapping[str, Any], question: Mapping[str, Any]) -> str | None:
    """What was written, or the options that were ticked, in the words of the form."""
    written = object_in(details, "textQuestionAnswer").get("answer")
    ticked = list_in(object_in(details, "multipleChoiceAnswer"), "options")
    words = _options_of(question) if ticked else {}
    return str(written) if written else ", ".join(words.get(str(one), str(one)) for one in ticked) or None


def _options_of(question: Mapping[str, Any]) -> dict[str, str]:
    """The number of an option -> what it says; a lead names its number alone."""
    found = {}
    for option in parts(part(question, "questionDetails", "multipleChoiceQuestionDetails"), "options"):
        text = option.get("text")
        if isinstance(text, Mapping):
            # By language; the form's own is the only one, or the first.
            text = next(iter(part(text, "localized").values()), None)
        if isinstance(text, str) and text:
            found[str(option.get("id"))] = text
    return found


def _campaign_of(lead: Mapping[str, Any]) -> str | None:
    """The campaign of a lead, which stands in one of two places, as an address or inside an object."""
    for outer, inner in (
        ("leadMetadata", "sponsoredLeadMetadata"),
        ("leadMetadataInfo", "sponsoredLeadMetadataInfo"),
    ):
        campaign = object_in(object_in(lead, outer), inner).get("campaign")
        if campaign:
            return id_of(campaign.get("id") if isinstance(campaign, dict) else campaign)
    return None


def id_of(urn: Any) -> str | None:
    """The number at the end of ``urn:li:sponsoredCampaign:777``."""
    return None if urn is None else str(urn).rpartition(":")[2]
