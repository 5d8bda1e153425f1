"""LinkedIn's lead forms and their responses: an answer names its question by number only."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from sandbox.answering.answer import Answer
from sandbox.answering.vendor import Call
from sandbox.stories.retold import FORM_LIST, FORM_TITLE, FORMS, Retold, form_of, number_of, retold
from sandbox.vendors.linkedin_ads.story import leads
from sandbox.vendors.linkedin_ads.wire import Query, Record, bad_query, check_owner, offset_page, urn

KEPT = timedelta(days=90)
# What LinkedIn fills in by itself, from the member's profile.
PREDEFINED = {
    "first_name": "FIRST_NAME",
    "last_name": "LAST_NAME",
    "email": "EMAIL",
    "phone": "PHONE_NUMBER",
    "company": "COMPANY_NAME",
    "city": "CITY",
}
# The kind of an answer -> that of its question.
ASKED_BY = {"textQuestionAnswer": "textQuestionDetails", "multipleChoiceAnswer": "multipleChoiceQuestionDetails"}


def find_forms(call: Call, query: Query) -> Answer:
    """``leadForms?q=owner``."""
    check_owner(call, query)
    listed = {one.key: one.payload for one in retold(call, FORM_LIST)}
    answered: dict[str, dict[str, str]] = {name: {} for name in listed}
    for one in retold(call, FORMS):
        kinds = {name: ASKED_BY[next(iter(details))] for name, details in _answers(one)}
        answered.setdefault(form_of(one), {}).update(kinds)
    forms = sorted(answered.items())
    return offset_page(call, query, forms, lambda form: _form(call, form[0], form[1], listed.get(form[0], {})))


def _form(call: Call, name: str, answered: dict[str, str], known: Record) -> Record:
    """A form asks what it was ever answered."""
    return {
        "id": number_of(name),
        "owner": {"sponsoredAccount": urn("sponsoredAccount", call.account)},
        "name": known.get("title") or FORM_TITLE,
        "state": "PUBLISHED",
        "versionId": 1,
        "creationLocale": {"country": "US", "language": "en"},
        "content": {"questions": [_question(name, *asked) for asked in sorted(answered.items())]},
        "hiddenFields": [{"name": hidden, "value": ""} for hidden in known.get("hidden") or []],
    }


def _question(form: str, name: str, kind: str) -> Record:
    predefined = {"predefinedField": PREDEFINED[name]} if name in PREDEFINED else {}
    return {
        "questionId": _question_id(form, name),
        "name": name,
        "question": {"localized": {"en_US": name.replace("_", " ").capitalize()}},
        **predefined,
        "questionDetails": {kind: {}},
        "responseRequired": True,
    }


def _question_id(form: str, name: str) -> int:
    return number_of(f"{form} asks {name}")


def find_responses(call: Call, query: Query) -> Answer:
    """``leadFormResponses?q=owner``, oldest first; both ends of the time range are included."""
    check_owner(call, query)
    if query.get("leadType") != {"leadType": "SPONSORED"}:
        raise bad_query("leadType: the sandbox has (leadType:SPONSORED)")
    first, last = _time_range(query)
    sandbox = call.sandbox
    oldest = datetime.combine(sandbox.today - KEPT, time()) if sandbox.today else first
    wanted = query.get("versionedLeadGenFormUrn")
    shown = [
        (one, campaign)
        for one, campaign in leads(call, first.date(), last.date())
        if max(first, oldest) <= one.moment <= last and wanted in (None, _form_urn(one))
    ]
    # Nobody tries the forms here.
    if query.get("limitedToTestLeads") == "true":
        shown = []
    return offset_page(call, query, shown, lambda lead: _response(call, *lead))


def _time_range(query: Query) -> tuple[datetime, datetime]:
    asked: Any = query.get("submittedAtTimeRange", {"start": "0", "end": "4000000000000"})
    try:
        first, last = (datetime.fromtimestamp(int(asked[side]) / 1000, UTC) for side in ("start", "end"))
    except (KeyError, TypeError, ValueError, OverflowError):
        raise bad_query("submittedAtTimeRange: (start:ms,end:ms) was expected") from None
    return first.replace(tzinfo=None), last.replace(tzinfo=None)


def _response(call: Call, one: Retold, campaign: str | None) -> Record:
    answers: list[Record] = [
        {"questionId": _question_id(form_of(one), name), "answerDetails": details} for name, details in _answers(one)
    ]
    hidden = {name: value for name, value in (one.payload.get("hidden") or {}).items() if value}
    answers += [{"name": name, "answerDetails": _text(value)} for name, value in hidden.items()]
    record = {
        "id": one.key,
        "owner": {"sponsoredAccount": urn("sponsoredAccount", call.account)},
        "leadType": "SPONSORED",
        "submittedAt": int(one.moment.replace(tzinfo=UTC).timestamp() * 1000),
        "testLead": False,
        "versionedLeadGenFormUrn": _form_urn(one),
        "formResponse": {"answers": answers, "consentResponses": []},
    }
    if campaign is None:
        return record
    creative = urn("sponsoredCreative", number_of(f"creative {campaign}"))
    return {**record, "associatedEntity": {"associatedCreative": creative}, **_metadata(one, campaign)}


def _metadata(one: Retold, campaign: str) -> Record:
    """The campaign, in either of the two places where LinkedIn tells it."""
    of_lead = urn("sponsoredCampaign", campaign)
    if one.number % 2:
        return {"leadMetadataInfo": {"sponsoredLeadMetadataInfo": {"campaign": {"id": of_lead}}}}
    return {"leadMetadata": {"sponsoredLeadMetadata": {"campaign": of_lead}}}


def _answers(one: Retold) -> list[tuple[str, Record]]:
    """What was answered, by the question's name."""
    found: list[tuple[str, Record]] = []
    for answer in one.payload.get("answers") or []:
        name, value = answer["field"]["ref"], answer.get(answer["type"])
        if not value:
            continue
        if name == "full_name":
            first, _, last = value.partition(" ")
            found += [("first_name", _text(first)), *([("last_name", _text(last))] if last else [])]
        elif isinstance(value, dict):
            found.append((name, {"multipleChoiceAnswer": {"options": [value.get("label")]}}))
        else:
            found.append((name, _text(value)))
    return found


def _text(value: object) -> Record:
    return {"textQuestionAnswer": {"answer": str(value)}}


def _form_urn(one: Retold) -> str:
    return f"urn:li:versionedLeadGenForm:({urn('leadGenForm', number_of(form_of(one)))},1)"
