"""Says which hidden fields a form must send and does not: of a page, or of a submission that was captured.

What a form does not send, no pipeline can find again: without the client id there is no visit behind the inquiry,
without the click id no campaign. A submission is read by the code that the receiver reads it with, and said to be what
the receiver will land; which names a field may have stands in the rule file ``form_fields.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from extractors.errors import FixSettings, RetryLater
from extractors.forms.columns import Answer, FormRules, filled
from extractors.forms.names import CLICK_IDS, dictionary
from extractors.forms.nested import form_fields
from extractors.forms.posted import Unreadable, decoded
from extractors.http.answers import AskAgain
from extractors.http.auth import Request
from extractors.http.limits import OpenGate
from extractors.http.transport import Transport
from extractors.receiver.senders import SENDERS

LARGEST_PAGE = 8 << 20
NEEDED = {
    "client_id": "ties the inquiry to the visit and to the journey before it",
    "click_id": "names the campaign for sure (gclid, fbclid, msclkid)",
    "utm_source": "names the source where there is no click id",
    "utm_medium": "tells paid from unpaid",
    "utm_campaign": "names the campaign where there is no click id",
}
HELPFUL = {"visit_id": "names the visit itself, also when two are open at once"}
NOT_FILLED = re.compile(r"\{.*\}|__.*__|undefined|null|\(not set\)|\[.*\]", re.IGNORECASE)


@dataclass(frozen=True)
class Form:
    """A form of a page, or a submission. Values are empty where a script fills them in only later."""

    name: str
    fields: Mapping[str, str]
    is_submission: bool
    types: Mapping[str, str] = field(default_factory=dict)
    """The type of a page's field, where it says one."""
    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Column -> the field that fills it and how that was found: what the receiver will do."""
    empty: frozenset[str] = frozenset()
    """Columns whose field is there and says nothing."""
    is_only_hidden: bool = False
    """Whether only the hidden fields are known, as of a form that another site holds."""
    odd: frozenset[str] = frozenset()
    """Columns whose field holds a placeholder that nobody filled in."""


@dataclass(frozen=True)
class Finding:
    """What is wrong with one thing that a form should send."""

    form: str
    meaning: str
    problem: str
    """missing, or empty (a submission has the field without a value)."""
    why: str
    is_needed: bool


def check_form(where: str, sender: str = "") -> tuple[list[Form], list[Finding]]:
    """The forms found at an address or in a file, and what they miss."""
    forms = list(read_forms(_text(where), where, sender))
    if not forms:
        raise FixSettings(
            f"{where}: there is no form and no submission in it. A form that a script draws is not in the page: save "
            "what it sends (the request's body) as a file and check that."
        )
    return forms, [finding for form in forms for finding in missing(form)]


def missing(form: Form) -> Iterator[Finding]:
    """What the form does not send, or sends empty."""
    has = {_meaning(column) for column in form.columns}
    empty, odd = {_meaning(column) for column in form.empty} - has, {_meaning(column) for column in form.odd}
    for meaning, why in {**NEEDED, **HELPFUL}.items():
        is_needed = meaning in NEEDED
        if meaning not in has | empty | odd:
            yield Finding(form.name, meaning, "missing", why, is_needed)
        # A visit without an ad has no click id and no tags; a client id it always has.
        elif form.is_submission and meaning == "client_id" and meaning not in has:
            yield Finding(form.name, meaning, "empty", why, is_needed)
        elif form.is_submission and meaning in odd:
            yield Finding(form.name, meaning, "not filled in", why, is_needed)


def read_forms(text: str, where: str, sender: str = "") -> Iterator[Form]:
    """The forms of a page, or the one submission of a JSON text or of a form's body."""
    start = text.lstrip("\ufeff \r\n\t")
    if start.startswith("<"):
        page = _Page()
        page.feed(text)
        page.close()
        for form in page.forms():
            yield _as_read([Answer(name, "", kind=form.types.get(name, "")) for name in form.fields], form)
        return
    try:
        posted = decoded(start.encode(), "")
        answers = _answers(posted, sender)
    except Unreadable:
        return
    if answers:
        given = Form(_name(where), {one.name: one.value for one in answers}, is_submission=True)
        yield _as_read(answers, given)


def _answers(posted: Any, sender: str) -> list[Answer]:
    """What the sender's reader makes of the post; without a sender every named text of it."""
    if sender:
        read = SENDERS[sender].read
        return read(posted, {}).answers if read else []
    listed = [Answer(name, "") for name in posted.get("hidden") or ()] if _lists_hidden(posted) else []
    return listed + form_fields(posted)


def _lists_hidden(posted: Any) -> bool:
    """The definition of a form lists its hidden fields by name."""
    hidden = posted.get("hidden") if isinstance(posted, Mapping) else None
    return isinstance(hidden, list) and all(isinstance(name, str) for name in hidden)


def _as_read(answers: list[Answer], form: Form) -> Form:
    """The form with what the receiver takes its fields for."""
    is_odd = [one for one in answers if one.value.strip() and not _is_filled(one.value)]
    # A page shows fields, and no words yet: a letter stands for them.
    asked = (
        answers if form.is_submission else [replace(one, value=STANDS_FOR.get(one.kind, "0@a.b")) for one in answers]
    )
    found = filled([one for one in asked if one not in is_odd], FormRules(is_guessing=form.is_submission))
    names = dictionary()
    columns = {name: (names.meaning(one.name) or names.meaning(one.title)) for one in answers for name in [one.name]}
    of_empty = {columns[one.name] for one in answers if not one.value.strip()} - {None}
    of_odd = {columns[one.name] for one in is_odd} - {None}
    return replace(
        form,
        columns={name: (found.fields[name], found.found_by[name]) for name, value in found.columns.items() if value},
        empty=frozenset(one.column for one in of_empty if one),
        odd=frozenset(one.column for one in of_odd if one),
    )


STANDS_FOR = {"tel": "0", "email": "a@b.example"}


def _meaning(column: str) -> str:
    return "click_id" if column in CLICK_IDS else column


def _text(where: str) -> str:
    if not re.match(r"https?://", where):
        try:
            return Path(where).read_text(encoding="utf-8", errors="replace")
        except OSError as failed:
            raise FixSettings(f"{where} cannot be read: {failed.strerror}. Name a file or an address.") from None
    transport = Transport("check-form", OpenGate(), {"Accept": "text/html"}, (10, 30))
    try:
        answer, body = transport.send("GET", where, Request({}, {}, None), None, is_json=False, is_stream=False)
        with body:
            text = body.read(LARGEST_PAGE).decode("utf-8", errors="replace")
    except AskAgain as failed:
        raise RetryLater(f"{_host(where)} did not answer: {failed}.") from None
    finally:
        transport.close()
    if answer.status in (301, 302, 303, 307, 308):
        raise FixSettings(f"{_host(where)} sends on to {answer.headers.get('Location')}. Check that address.")
    if answer.status != 200:
        raise FixSettings(
            f"{_host(where)} answers with {answer.status}. Open the page in a browser and check the address."
        )
    return text


def _host(address: str) -> str:
    return urlsplit(address).hostname or "the address"


def _name(where: str) -> str:
    return Path(urlsplit(where).path).name or "submission"


def _is_filled(value: str) -> bool:
    return bool(value) and not NOT_FILLED.fullmatch(value)


class _Page(HTMLParser):
    """Gathers the fields of each form, and what embedded forms are told to pass on."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._found: list[tuple[str, dict[str, str]]] = []
        self._types: dict[str, str] = {}
        self._passed: set[str] = set()
        self._is_open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._found.append((given.get("id") or given.get("name") or f"form {len(self._found) + 1}", {}))
            self._is_open = True
        elif self._is_open and tag in ("input", "select", "textarea") and given.get("name"):
            self._found[-1][1].setdefault(given["name"], given.get("value", ""))
            self._types.setdefault(given["name"], given.get("type", "").lower())
        if passed := given.get("data-tf-hidden") or given.get("data-tf-transitive-search-params"):
            names = {part.partition("=")[0].strip(): "" for part in passed.split(",")}
            self._pass_on(given.get("data-tf-live") or given.get("data-tf-widget") or "embedded form", names)
        if tag == "iframe" and "#" in given.get("src", ""):
            passed_on = dict(parse_qsl(given["src"].partition("#")[2], keep_blank_values=True))
            if passed_on:
                self._pass_on(_host(given["src"]), passed_on)

    def _pass_on(self, name: str, fields: dict[str, str]) -> None:
        self._found.append((name, fields))
        self._passed.add(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_open = False

    def forms(self) -> list[Form]:
        """Forms that only search or log in send nothing that an inquiry is made of."""
        return [
            Form(name, fields, is_submission=False, types=self._types, is_only_hidden=name in self._passed)
            for name, fields in self._found
            if not {"password", "q", "s", "search"} & {field.lower() for field in fields}
        ]
