"""Says which hidden fields a form must send and does not: of a page, or of a submission that was captured.

What a form does not send, no pipeline can find again: without the client id there is no visit behind the inquiry,
without the click id no campaign. Which names a field may have stands in the rule file ``form_fields.csv``.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from extractors.errors import FixSettings, RetryLater
from extractors.http.answers import AskAgain
from extractors.http.auth import Request
from extractors.http.limits import OpenGate
from extractors.http.transport import Transport
from extractors.settings import config_dir

SHIPPED = Path(__file__).parents[2] / "dbt_project" / "seeds" / "form_fields.csv"
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


@dataclass(frozen=True)
class Finding:
    """What is wrong with one thing that a form should send."""

    form: str
    meaning: str
    problem: str
    """missing, or empty (a submission has the field without a value)."""
    why: str
    is_needed: bool


def check_form(where: str) -> tuple[list[Form], list[Finding]]:
    """The forms found at an address or in a file, and what they miss."""
    meanings = read_meanings()
    forms = list(read_forms(_text(where), where))
    if not forms:
        raise FixSettings(
            f"{where}: there is no form and no submission in it. A form that a script draws is not in the page: save "
            "what it sends (the request's body) as a file and check that."
        )
    return forms, [finding for form in forms for finding in missing(form, meanings)]


def missing(form: Form, meanings: Mapping[str, str]) -> Iterator[Finding]:
    """What the form does not send, or sends empty."""
    sent: dict[str, list[str]] = {}
    for field, value in form.fields.items():
        if meaning := meanings.get(_plain(field)):
            sent.setdefault(meaning, []).append(value.strip())
    for meaning, why in {**NEEDED, **HELPFUL}.items():
        values = sent.get(meaning)
        is_needed = meaning in NEEDED
        if values is None:
            yield Finding(form.name, meaning, "missing", why, is_needed)
        # A visit without an ad has no click id and no tags; a client id it always has.
        elif form.is_submission and meaning == "client_id" and not any(_is_filled(value) for value in values):
            yield Finding(form.name, meaning, "empty", why, is_needed)
        elif form.is_submission and any(value and not _is_filled(value) for value in values):
            yield Finding(form.name, meaning, "not filled in", why, is_needed)


def read_forms(text: str, where: str) -> Iterator[Form]:
    """The forms of a page, or the one submission of a JSON text or of a form's body."""
    start = text.lstrip("\ufeff \r\n\t")
    if start[:1] in "{[" and start:
        try:
            fields = dict(_json_fields(json.loads(start)))
        except (ValueError, RecursionError):
            fields = {}
        if fields:
            yield Form(_name(where), fields, is_submission=True)
        return
    if start.startswith("<"):
        page = _Page()
        page.feed(text)
        page.close()
        yield from page.forms()
        return
    fields = dict(parse_qsl(start.strip(), keep_blank_values=True))
    if fields:
        yield Form(_name(where), fields, is_submission=True)


def read_meanings() -> dict[str, str]:
    """What each field name means, by your rule file or the one that comes with the project."""
    own = config_dir() / "form_fields.csv"
    with (own if own.exists() else SHIPPED).open(encoding="utf-8-sig", newline="") as lines:
        return {row["field"].strip().lower(): row["meaning"].strip().lower() for row in csv.DictReader(lines)}


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


def _plain(field: str) -> str:
    """The name without what form builders put around it: ``hidden[gclid]`` and ``data.gclid`` are ``gclid``."""
    inner = re.fullmatch(r".*\[([^\[\]]+)\]", field)
    return (inner[1] if inner else field.rpartition(".")[2]).strip().lower()


def _is_filled(value: str) -> bool:
    return bool(value) and not NOT_FILLED.fullmatch(value)


def _json_fields(node: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every named text of a JSON text, at whatever depth; also ``{"name": ..., "values": [...]}``."""
    if isinstance(node, dict):
        named = node.get("name") or node.get("field") or node.get("key")
        if isinstance(named, str) and ({"value", "values"} & set(node)):
            values = node.get("value", node.get("values"))
            first = values[0] if isinstance(values, list) and values else values
            yield named, "" if first is None or isinstance(first, list) else str(first)
            return
        for key, value in node.items():
            yield from _json_fields(value, str(key))
    elif isinstance(node, list):
        for value in node:
            # The definition of a form lists its hidden fields by name.
            if name == "hidden" and isinstance(value, str):
                yield value, ""
            else:
                yield from _json_fields(value, name)
    elif name:
        yield name, "" if node is None else str(node)


class _Page(HTMLParser):
    """Gathers the fields of each form, and what embedded forms are told to pass on."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._found: list[tuple[str, dict[str, str]]] = []
        self._is_open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._found.append((given.get("id") or given.get("name") or f"form {len(self._found) + 1}", {}))
            self._is_open = True
        elif self._is_open and tag in ("input", "select", "textarea") and given.get("name"):
            self._found[-1][1].setdefault(given["name"], given.get("value", ""))
        if passed := given.get("data-tf-hidden") or given.get("data-tf-transitive-search-params"):
            names = {part.partition("=")[0].strip(): "" for part in passed.split(",")}
            self._found.append((given.get("data-tf-live") or given.get("data-tf-widget") or "embedded form", names))
        if tag == "iframe" and "#" in given.get("src", ""):
            passed_on = dict(parse_qsl(given["src"].partition("#")[2], keep_blank_values=True))
            if passed_on:
                self._found.append((_host(given["src"]), passed_on))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_open = False

    def forms(self) -> list[Form]:
        """Forms that only search or log in send nothing that an inquiry is made of."""
        return [
            Form(name, fields, is_submission=False)
            for name, fields in self._found
            if not {"password", "q", "s", "search"} & {field.lower() for field in fields}
        ]
