"""A person who is to be forgotten, and how what is read of one becomes forms, tokens and values to look for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import phonenumbers

from erasure.tokens import new_address, new_id, new_number, new_subject, new_unreadable_number
from extractors.landing.erased_rows import record_form
from forgotten.forms import LEAST_DIGITS, Kind, email_forms, international_forms, phone_forms, text_form
from forgotten.listed import ForgottenList, Listed, hash_of, is_stand_in

CONTACT_TABLES = {
    "hubspot": ("contacts",), "pipedrive": ("persons",), "amocrm": ("contacts",), "bitrix24": ("contacts",),
    "salesforce": ("contacts", "leads"), "stripe": ("customers",), "manual": (),
}  # fmt: skip
DEAL_TABLES = {
    "hubspot": ("deals",), "pipedrive": ("deals",), "amocrm": ("leads",), "bitrix24": ("deals", "leads"),
    "salesforce": ("opportunities",), "stripe": ("charges", "checkout_sessions", "invoices"), "manual": ("deals",),
}  # fmt: skip
"""The landed tables whose rows become contacts and deals, by source."""


@dataclass
class Person:
    """One person of one brand, and all that is known of them."""

    brand: str
    person_id: str
    subject: str = field(default_factory=new_subject)
    records: dict[str, int] = field(default_factory=dict)
    """Kind of record -> how many there are."""
    names: set[str] = field(default_factory=set)
    values: set[tuple[str, str]] = field(default_factory=set)
    """Kind and value, as they were written and as they were read: what is looked for afterwards."""
    entries: list[tuple[Kind, str, str]] = field(default_factory=list)
    """Kind, form and token."""
    conversions: list[tuple[str, str]] = field(default_factory=list)
    """``inquiry``, ``lead`` or ``sale``, and the published id."""

    def follow(self, listed: ForgottenList) -> None:
        """Take over what stands in the list already, and leave out what the list itself invented."""
        invented = {entry.token for entry in listed.entries}
        self.values = {(kind, value) for kind, value in self.values if value not in invented}
        self.entries = [entry for entry in self.entries if entry[0] != "id" or entry[1] not in invented]
        tokens = {}
        for kind, form, token in self.entries:
            if (known := listed.find(kind, [form], self.brand)) and known.token:
                tokens[token] = known.token
                self.subject = known.subject
        self.entries = [
            (kind, form, self.subject if kind == "record" else tokens.get(token, token))
            for kind, form, token in self.entries
        ]

    def is_listed(self, listed: ForgottenList) -> bool:
        """Whether all that identifies them is on the list already."""
        return all(listed.find(kind, [form], self.brand) for kind, form, _ in self.entries)

    def listed(self, erasure: str, today: date, key: str) -> list[Listed]:
        """The lines of the list."""
        return [
            Listed(erasure, today.isoformat(), self.brand, kind, hash_of(key, kind, form), token, self.subject)
            for kind, form, token in dict.fromkeys(self.entries)
        ]


def take_email(
    person: Person,
    text: str,
    address: str | None,
    is_valid: bool | None,
    is_role: bool | None,
    is_disposable: bool | None,
    is_hub: bool,
    is_shared: bool,
) -> None:
    if is_stand_in(address or text):
        return
    if is_hub:
        person.entries += [("email", form, "") for form in email_forms(text)]
    elif not is_shared:
        if address is None:
            person.entries.append(("text", text_form(text), "erased"))
            person.values.add(("text", text))
            return
        token = _token_of(person, "email", address) or new_address(
            address, is_valid=bool(is_valid), is_role=bool(is_role), is_disposable=bool(is_disposable)
        )
        person.entries += [("email", form, token) for one in (address, text) for form in email_forms(one)]
        person.values |= {("email", address), ("email", text)}


def take_phone(person: Person, text: str, number: str | None, is_hub: bool, is_shared: bool) -> None:
    if is_stand_in(number or text):
        return
    if is_hub:
        person.entries += [("phone", form, "") for form in phone_forms(text)]
    elif number is None:
        if sum(map(str.isdigit, text)) >= LEAST_DIGITS:
            person.entries.append(("text", text_form(text), new_unreadable_number()))
            person.values.add(("text", text))
    elif not is_shared:
        token = _token_of(person, "phone", number) or new_number()
        person.entries += [("phone", form, token) for form in (*_forms_of(number), *phone_forms(text))]
        person.values |= {("phone", number), ("phone", text)}


def _take_further(person: Person, kind: str, value: str) -> None:
    """What stood beside another in one field, or was read of nothing that is written now."""
    if _token_of(person, kind, value):
        return
    if kind == "email":
        take_email(person, value, value, True, False, False, False, False)
    else:
        take_phone(person, value, value, False, False)


def _take_id(person: Person, value: str) -> None:
    if value and len(value) >= 6:
        person.entries.append(("id", value, new_id(value)))
        person.values.add(("id", value))


def _take_record(person: Person, what: str, source: str, account: str, table: str | None, record_id: str) -> None:
    person.records[what] = person.records.get(what, 0) + 1
    tables = (table,) if table else (CONTACT_TABLES if what == "contact" else DEAL_TABLES).get(source, ())
    person.entries += [("record", record_form(source, account, one, record_id), person.subject) for one in tables]


def _take_name(person: Person, name: str, is_name: bool) -> None:
    if is_name:
        person.names.add(name)
    else:
        person.entries.append(("name", text_form(name), ""))


TAKERS: dict[str, Callable[..., None]] = {
    "email": take_email, "phone": take_phone, "further": _take_further, "id": _take_id, "record": _take_record,
    "name": _take_name, "conversion": lambda person, what, one: person.conversions.append((what, one)),
}  # fmt: skip


def _token_of(person: Person, kind: str, value: str) -> str | None:
    form = email_forms(value)[0] if kind == "email" else phone_forms(value)[0]
    return next((token for one, known, token in person.entries if one == kind and known == form and token), None)


def _forms_of(number: str) -> Sequence[str]:
    return international_forms(number, str(phonenumbers.parse(number).country_code))


def list_contacts(person: Person) -> None:
    """One form has one token: the first."""
    first: dict[tuple[Kind, str], str] = {}
    for kind, form, token in person.entries:
        first.setdefault((kind, form), token)
    person.entries = [(kind, form, token) for (kind, form), token in first.items()]
