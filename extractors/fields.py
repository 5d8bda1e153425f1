"""Which field of a vendor's record fills which column, and whether the vendor still sends it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from extractors.errors import FixSettings, SourceChanged
from extractors.model import Account, Client, ColumnType, Removal, Row, Table, Window

_encode = msgspec.json.Encoder(decimal_format="number").encode


@dataclass(frozen=True)
class Field:
    """A field of the vendor's record and the type of the column that it fills."""

    name: str
    kind: ColumnType = "text"


Fields = Mapping[str, Field]
"""Column -> field, in the order of the table's columns."""


def same_named(*names: str, kind: ColumnType = "text") -> dict[str, Field]:
    """Columns that bear the vendor's own names."""
    return {name: Field(name, kind) for name in names}


def columns_of(fields: Fields) -> dict[str, ColumnType]:
    """The columns that the fields fill."""
    return {column: field.kind for column, field in fields.items()}


def changes_table(
    name: str,
    key: tuple[str, ...],
    fields: Fields,
    read: Callable[[Client, Account, Window], Iterator[list[Row]]],
    restated_days: int = 1,
    required: tuple[str, ...] = (),
    removals: tuple[Removal, ...] = (),
    optional: tuple[str, ...] = (),
    has_empty_keys: bool = False,
) -> Table:
    """A table of records that change, each on the day of its column ``updated_at``."""
    return Table(
        name=name,
        grain="changes",
        key=key,
        day="updated_at",
        required=required,
        restated_days=restated_days,
        columns=columns_of(fields),
        read=read,
        has_empty_keys=has_empty_keys,
        learns_of_removals_by=removals,
        optional=optional,
    )


def picked(record: Mapping[str, Any], fields: Fields) -> Row:
    """The record's values under the columns' names, unchanged; a field that is not there is null."""
    return {column: record.get(field.name) for column, field in fields.items()}


def as_json(value: Any) -> str | None:
    """A list or an object as JSON text, its numbers as numbers; None stays None."""
    return None if value is None else _encode(value).decode()


def expect_fields(where: str, records: Sequence[Any], fields: Iterable[str]) -> None:
    """Refuse records none of which has one of the fields: its column would fill with nulls in silence.

    A field that is null, or missing in some of the records, is fine; so is an odd thing beside records, which is left
    to who makes its row.
    """
    known = [record for record in records if isinstance(record, Mapping)]
    if records and not known:
        raise SourceChanged(
            f"{where}: a list of objects was expected, and it holds {type(records[0]).__name__}. "
            "Has the vendor changed its answer?"
        )
    missing = [name for name in fields if not any(name in record for record in known)]
    if known and missing:
        raise SourceChanged(
            f"{where}: no record has {', '.join(map(repr, missing))}; "
            f"the first one has {sorted(known[0])}. Has the vendor renamed a field?"
        )


def own_fields(account: Account, option: str, columns: Iterable[str]) -> dict[str, str]:
    """The customer's own fields that an option maps, column -> the vendor's name of the field.

    A CRM has no place for a click id or a cost until somebody adds a field for it.
    """
    known = list(columns)
    given = account.options.get(option) or {}
    where = f"{account.source}, account {account.account}: the option {option}"
    if not isinstance(given, Mapping):
        raise FixSettings(f"{where} must be names of columns and of fields.")
    unknown = sorted(str(name) for name in given if name not in known)
    if unknown:
        raise FixSettings(f"{where} names {unknown}; it may name {known}.")
    return {column: str(given[column]) for column in known if given.get(column)}
