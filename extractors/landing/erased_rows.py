"""Takes out of landed rows whoever was forgotten, before they are written: the rows stay, as rows of nobody.

A row is a forgotten person's where it holds one of their addresses or numbers, or is a record of theirs; a device or a
click of theirs alone does not make the contacts in it theirs. Every identifier is replaced by the token that stands
for it everywhere, so that what belonged together still does; names, messages and the vendor's record go.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from extractors.landing.erased_texts import GONE, Found, erased_json, replaced, without_contacts
from extractors.landing.personal import Personal, personal_columns
from extractors.model import Row, Table
from forgotten.forms import (
    LEAST_DIGITS,
    LOOKS_CONTACTED,
    addresses_in,
    email_forms,
    ids_in,
    numbers_in,
    phone_forms,
    text_form,
)
from forgotten.listed import ForgottenList

OWN_TEXTS = ("_payload", "_reject_reason", "_column_rejects")
BETWEEN_NUMBERS = re.compile(r"([;,|\n])")


@dataclass
class ErasedRows:
    """Applies the list to the rows of one table."""

    listed: ForgottenList
    source: str
    table: Table
    account: str
    siblings: Sequence[Table] = ()
    """The tables of the source: a row that names a record of another table is about it."""

    @cached_property
    def columns(self) -> dict[str, Personal]:
        """The columns that name a person."""
        return personal_columns(self.source, self.table)

    @cached_property
    def records(self) -> dict[str, str]:
        """The columns that name a record, and the table whose record it is: its own key, and those of others."""
        keys = {one.key[-1]: one.name for one in self.siblings if len(one.key) == 1}
        own = {self.table.key[-1]: self.table.name}
        return {name: table for name, table in (keys | own).items() if name in self.table.columns}

    @property
    def is_needed(self) -> bool:
        """Whether anything can be in these rows."""
        return bool(self.listed) and bool(self.columns)

    def asked(self, names: Sequence[str]) -> list[str]:
        """Those of the columns that tell whether anybody is in a row."""
        return [one for one in names if one in self.columns or one in self.records or one == "_payload"]

    def is_anybody_in(self, rows: pa.Table) -> bool:
        """Whether some value of the columns that are asked is listed, for whatever brand."""
        return any(pc.any(self._suspected(batch)).as_py() for batch in rows.combine_chunks().to_batches())

    def apply(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        """The rows without whoever was forgotten; the same object where they are not in it."""
        if not self.is_needed or not len(rows):
            return rows
        mask = self._suspected(rows)
        places = pc.indices_nonzero(mask)
        if not len(places):
            return rows
        before = rows.take(places).to_pylist()
        after = [self.erased(row) for row in before]
        changed = [one is not None for one in after]
        if not any(changed):
            return rows
        kept = [place for place, is_new in zip(places.to_pylist(), changed, strict=True) if is_new]
        hit = pa.array([False] * len(rows)) if not kept else _mask(len(rows), kept)
        new = [row for row in after if row is not None]
        old = [row for row, is_new in zip(before, changed, strict=True) if is_new]
        arrays = list(rows.columns)
        for number, column in enumerate(rows.schema):
            if any(a[column.name] != b[column.name] for a, b in zip(old, new, strict=True)):
                values = pa.array([row[column.name] for row in new], column.type)
                arrays[number] = pc.replace_with_mask(arrays[number], hit, values)
        return pa.RecordBatch.from_arrays(arrays, schema=rows.schema)

    def _suspected(self, rows: pa.RecordBatch) -> pa.Array:
        """Rows in which some value is listed, for whatever brand."""
        mask = pa.repeat(pa.scalar(False), len(rows))
        for name, kind in self.columns.items():
            if name in rows.schema.names and kind in ("email", "phone", "id", "url", "json", "free"):
                mask = pc.or_(mask, self._any_of(rows[name], kind))
        for name, table in self.records.items():
            if name in rows.schema.names:
                ids = rows[name].cast(pa.string())
                where = record_form(self.source, self.account, table, "")
                mask = pc.or_(mask, self._any_of(pc.binary_join_element_wise(where, ids, ""), "record"))
        if "_payload" in rows.schema.names and self._has_contacts:
            mask = pc.or_(mask, self._any_of(rows["_payload"], "free"))
        return mask

    @cached_property
    def _has_contacts(self) -> bool:
        return any(kind in ("email", "phone", "full_name", "free") for kind in self.columns.values())

    def _any_of(self, values: pa.Array, kind: str) -> pa.Array:
        """Where a column holds a listed value; each different value is looked at once."""
        texts = values.cast(pa.string()) if values.type != pa.string() else values
        different = pc.drop_null(pc.unique(texts))
        if kind in ("json", "free"):
            different = different.filter(pc.match_substring_regex(different, LOOKS_CONTACTED))
        found = [text for text in different.to_pylist() if self._is_listed(text, kind)]
        if not found:
            return pa.repeat(pa.scalar(False), len(values))
        return pc.is_in(texts, pa.array(found, pa.string()))

    def _is_listed(self, text: str, kind: str) -> bool:
        about = self.listed.about
        if kind == "record":
            return bool(about("record", text))
        if kind in ("email", "phone") and about("text", text_form(text)):
            return True
        if kind != "id" and any(about("email", form) for one in addresses_in(text) for form in email_forms(one)):
            return True
        if kind in ("phone", "json", "free") and any(
            about("phone", form) for one in numbers_in(text) for form in phone_forms(one)
        ):
            return True
        return kind in ("id", "url", "json") and any(about("id", one) for one in ids_in(text))

    def found_in(self, row: Row) -> Found:
        """What is listed of the values of a row, for its own brand."""
        brand, found = row.get("brand") or row.get("_brand"), Found()
        for name, table in self.records.items():
            form = record_form(self.source, self.account, table, str(row.get(name)))
            if not found.subject and (whose := self.listed.find("record", [form], brand)):
                found.is_any, found.subject = True, whose.subject
        for name, kind in self.columns.items():
            if isinstance(text := row.get(name), str):
                self._look(text, kind, brand, found)
        if self._has_contacts and isinstance(payload := row.get("_payload"), str):
            self._look(payload, "json", brand, found)
        return found

    def _look(self, text: str, kind: Personal, brand: str | None, found: Found) -> None:
        if kind in ("email", "phone") and (entry := self.listed.find("text", [text_form(text)], brand)):
            found.take(text, entry, False)
        if kind in ("email", "url", "json", "free"):
            for address in addresses_in(text):
                if entry := self.listed.find("email", email_forms(address), brand):
                    found.take(address, entry, kind == "email")
        if kind in ("phone", "json", "free"):
            for number in numbers_in(text):
                if entry := self.listed.find("phone", phone_forms(number), brand):
                    found.take(number, entry, kind == "phone")
        if kind in ("id", "url", "json"):
            for one in ids_in(text):
                if entry := self.listed.find("id", [one], brand):
                    found.take(one, entry, False)

    def erased(self, row: Row) -> Row | None:
        """The row without the person; None where nobody who was forgotten is in it."""
        found = self.found_in(row)
        if not found.is_any or (not found.subject and all(a == b for a, b in found.tokens.items())):
            return None
        brand = row.get("brand") or row.get("_brand")
        new = dict(row)
        for name, value in row.items():
            if not isinstance(value, str):
                continue
            kind = self.columns.get(name)
            text = replaced(value, found.tokens)
            if found.subject and kind:
                text = self._without(value, text, kind, found, brand)
            new[name] = text
        if row.get("_payload") is not None:
            # What the vendor sent beside our columns cannot be told apart from what names the person.
            new["_payload"] = json.dumps({GONE: found.subject or True})
        if found.subject:
            for name in OWN_TEXTS[1:]:
                if new.get(name):
                    new[name] = without_contacts(new[name])
        return new if new != row else None

    def _without(self, value: str, text: str, kind: Personal, found: Found, brand: str | None) -> str:
        """What stays of a value that is the person's own."""
        first, _, last = found.subject.partition(" ")
        if kind in ("full_name", "first_name", "last_name"):
            if not value.strip() or self.listed.find("name", [text_form(value)], brand):
                return value
            whole = found.subject if len(value.split()) > 1 else first
            return {"full_name": whole, "first_name": first, "last_name": last}[kind]
        if kind == "company":
            return f"{GONE} {first}" if value.strip() else value
        if kind == "email":
            return self._addresses(value, found)
        if kind == "phone":
            return self._numbers(value, found)
        if kind == "json":
            return erased_json(value, found)
        return GONE if kind == "free" else text

    def _addresses(self, value: str, found: Found) -> str:
        """The addresses of a field, also those that nobody knew of when the person was forgotten."""
        if value in found.tokens:
            return found.tokens[value]
        addresses = addresses_in(value)
        if not addresses:
            return GONE if "@" in value else value
        known = found.tokens
        return ";".join(known.get(one) or self.listed.stand_in("email", one, email_forms(one)[-1]) for one in addresses)

    def _numbers(self, value: str, found: Found) -> str:
        """The numbers of a field, each one replaced; what is too short for one, or a word, stays."""
        if value in found.tokens:
            return found.tokens[value]
        return "".join(self._number(part, found) for part in BETWEEN_NUMBERS.split(value))

    def _number(self, part: str, found: Found) -> str:
        if sum(map(str.isdigit, part)) < LEAST_DIGITS:
            return part
        known = (found.tokens[one] for one in (part.strip(), *numbers_in(part)) if one in found.tokens)
        return next(known, None) or self.listed.stand_in("phone", part.strip(), phone_forms(part)[-1])


def record_form(source: str, account: str, table: str, record_id: str) -> str:
    """The form under which a record of a vendor is listed."""
    return f"{source}|{account}|{table}|{record_id}"


def _mask(rows: int, places: list[int]) -> pa.Array:
    hit = [False] * rows
    for place in places:
        hit[place] = True
    return pa.array(hit, pa.bool_())
