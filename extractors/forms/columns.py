"""Which answer of a form fills which column: what the account's options say, else what the answer is called."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extractors.errors import FixSettings
from extractors.model import Account

CLICK_IDS = (
    "gclid", "gbraid", "wbraid", "dclid", "fbclid", "msclkid", "ttclid", "yclid", "ymclid", "li_fat_id", "twclid",
    "rdt_cid", "rb_clickid", "epik", "sccid", "irclickid",
)  # fmt: skip
PERSON = (
    "email", "phone", "name", "company", "city", "client_id", "visit_id", "referrer", "product", "self_reported_source",
)  # fmt: skip
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")

# As forms of English, German and Russian sites call them; blanks, dashes and capitals do not count.
CALLED: Mapping[str, tuple[str, ...]] = {
    "email": ("email", "emailaddress", "mail", "youremail", "emailadresse", "почта", "электроннаяпочта", "емейл"),
    "phone": (
        "phone", "phonenumber", "tel", "telephone", "mobile", "yourphone", "yourtel", "telefon", "telefonnummer",
        "handy", "телефон", "номертелефона",
    ),
    "name": ("name", "fullname", "yourname", "contactname", "vollername", "имя", "вашеимя", "фио"),
    "first_name": ("firstname", "namefirst", "vorname", "fname"),
    "last_name": ("lastname", "namelast", "surname", "nachname", "lname", "фамилия"),
    "company": ("company", "companyname", "organisation", "organization", "firma", "unternehmen", "компания"),
    "city": ("city", "town", "stadt", "ort", "город"),
    "client_id": ("clientid", "lgid"),
    "visit_id": ("visitid",),
    "page_url": ("pageurl", "page", "url", "sourceurl", "landingpage", "landingurl"),
    "referrer": ("referrer", "referer", "httpreferer"),
    "product": ("product", "service", "produkt", "leistung", "услуга", "товар"),
    "self_reported_source": ("selfreportedsource", "howdidyouhearaboutus", "hearaboutus", "откудавыузналионас"),
    **{name: (name.replace("_", ""),) for name in (*UTM, *CLICK_IDS)},
}  # fmt: skip
COLUMN_OF = {called: column for column, names in CALLED.items() for called in names}

MAPPED = tuple(column for column in CALLED if column not in ("first_name", "last_name"))
"""Columns that the option ``fields`` may name."""

# An international number; others look like any number.
PHONE = re.compile(r"\+[\d ().\-/]{7,22}", re.ASCII)
EMAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]{2,}")
TYPES = {"email": "email", "tel": "phone", "phone": "phone", "phone_number": "phone", "full_name": "name"}


@dataclass(frozen=True)
class Answer:
    """One answer of a form."""

    name: str
    value: str
    title: str = ""
    kind: str = ""
    """The type of the form's field, where the sender says it."""


def mapping_of(account: Account, form_id: str | None = None) -> dict[str, list[str]]:
    """Column -> names of the answers that fill it, joined by a blank; a form's own lines beat the account's."""
    options, where = account.options, f"{account.source}, account {account.account}"
    forms = options.get("forms") or {}
    if not isinstance(forms, Mapping):
        raise FixSettings(f"{where}: 'forms' must be form ids with their fields below.")
    own = next((fields for name, fields in forms.items() if str(name) == form_id), None) or {}
    found: dict[str, list[str]] = {}
    for fields in (options.get("fields") or {}, own):
        if not isinstance(fields, Mapping):
            raise FixSettings(f"{where}: 'fields' must be columns with the names of a form's answers.")
        for column, names in fields.items():
            if column not in MAPPED:
                raise FixSettings(f"{where}: 'fields' has no column {column!r}; there are {', '.join(MAPPED)}.")
            found[column] = [str(name) for name in (names if isinstance(names, list) else [names])]
    return found


def filled_columns(answers: Sequence[Answer], mapping: Mapping[str, Sequence[str]]) -> dict[str, str | None]:
    """A value for each column that an answer fills; what the options name is never guessed."""
    by_name = {_plain(name): answer.value for answer in reversed(answers) for name in (answer.title, answer.name)}
    exact = {name: answer.value for answer in reversed(answers) for name in (answer.title, answer.name)}
    found: dict[str, str | None] = {}
    taken: set[str] = set()
    for column, names in mapping.items():
        told = [exact.get(name) or by_name.get(_plain(name), "") for name in names]
        found[column] = " ".join(filter(None, told)) or None
        taken.update(_plain(name) for name in names)
    left = [one for one in answers if not taken & {_plain(one.name), _plain(one.title)} - {""}]
    for guess in (_by_kind, _by_name, _by_title, _by_look):
        for answer in left:
            fills = guess(answer)
            if fills and answer.value and not (found.get(fills) or fills in mapping):
                found[fills] = answer.value
    first, last = found.pop("first_name", None), found.pop("last_name", None)
    if not found.get("name") and "name" not in mapping:
        found["name"] = " ".join(part for part in (first, last) if part) or None
    return found


def click_ids_in(found: Mapping[str, Any]) -> dict[str, str]:
    """The click ids among the filled columns, as they came."""
    return {name: found[name] for name in CLICK_IDS if found.get(name)}


def _plain(name: str) -> str:
    """The name without what people write differently; a number stays: field 1.3 is not field 13."""
    plain = "".join(letter for letter in name.casefold() if letter.isalnum())
    return name if plain.isdecimal() else plain


def _by_kind(answer: Answer) -> str | None:
    return TYPES.get(answer.kind)


def _by_name(answer: Answer) -> str | None:
    return COLUMN_OF.get(_plain(answer.name))


def _by_title(answer: Answer) -> str | None:
    return COLUMN_OF.get(_plain(answer.title))


def _by_look(answer: Answer) -> str | None:
    """An address and an international number show themselves, whatever the field is called."""
    if EMAIL.fullmatch(answer.value):
        return "email"
    return "phone" if PHONE.fullmatch(answer.value) else None
