"""Reads every phone number and e-mail address that occurs, once each: ``steps.phones``, ``steps.emails``.

The libraries read some 20,000 values a second, so a value is read in the night in which it first occurs and
remembered. What no longer occurs is forgotten: after an erasure the memory holds nothing of the person.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path

import duckdb
import phonenumbers
import pyarrow as pa
import tldextract
from email_validator import EmailNotValidError, validate_email

from warehouse import settings
from warehouse.run import BuildRun, open_build

PHONES = pa.schema({"raw_phone": pa.string(), "region": pa.string(), "phone_e164": pa.string(), "is_valid": pa.bool_()})
EMAILS = pa.schema(
    {
        "raw_email": pa.string(),
        "email_normalised": pa.string(),
        "is_valid": pa.bool_(),
        "is_role": pa.bool_(),
        "is_disposable": pa.bool_(),
    }
)

RAW_PHONES = """
    select distinct raw.raw_phone, brands.phone_region as region
    from (
        select brand, phone_raw as raw_phone from shapes.inquiries__unioned
        union all select brand, phone_raw from shapes.contacts__unioned
        union all select brand, mobile_raw from shapes.contacts__unioned
        union all select brand, phone_raw from shapes.deals__unioned
    ) as raw
    left join intermediate.int_brands__resolved as brands on raw.brand = brands.brand
    where raw.raw_phone is not null
"""

RAW_EMAILS = """
    select distinct raw_email
    from (
        select email_raw as raw_email from shapes.inquiries__unioned
        union all select email_raw from shapes.contacts__unioned
        union all select email_raw from shapes.deals__unioned
    )
    where raw_email is not null
"""

LISTS = ("role_mailboxes", "disposable_domains", "mail_providers")
"""The rule files that decide how an address is read."""


@dataclass(frozen=True)
class MailRules:
    """What is known of addresses beside their syntax; all names in lower case."""

    role_mailboxes: frozenset[str] = frozenset()
    disposable_domains: frozenset[str] = frozenset()
    providers: Mapping[str, tuple[str, bool, bool]] = field(default_factory=dict)
    """By domain: the domain whose mailbox it is, whether dots do not count, whether what follows a plus does not."""


def normalise_contacts(run: BuildRun) -> dict[str, int]:
    """Write both tables; returns how many values each holds."""
    rules = mail_rules()

    def read_email(raw_email: str) -> tuple[str | None, bool, bool, bool]:
        return normalised_email(raw_email, rules)

    with open_build(run) as connection:
        connection.execute("create schema if not exists steps")
        return {
            "phones": _normalise(connection, "phones", RAW_PHONES, 2, normalised_phone, PHONES),
            "emails": _normalise(connection, "emails", RAW_EMAILS, 1, read_email, EMAILS),
        }


def normalised_phone(raw_phone: str, region: str | None) -> tuple[str | None, bool]:
    """The number as the world dials it (``+49...``), read as a person of that region would have meant it."""
    try:
        number = phonenumbers.parse(raw_phone, region)
    except phonenumbers.NumberParseException:
        return None, False
    if not phonenumbers.is_valid_number(number):
        return None, False
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), True


def normalised_email(raw_email: str, rules: MailRules) -> tuple[str | None, bool, bool, bool]:
    """The address in lower case, whether it is one, belongs to a role, and is thrown away after use.

    Only the syntax is read, and whether the world has such an ending: nobody is asked whether the mailbox exists.
    An address with an unknown ending is none, but it is read, so that two records with it can meet.
    """
    try:
        read = validate_email(raw_email.strip(), check_deliverability=False)
    except EmailNotValidError:
        return None, False, False, False
    mailbox, domain = read.local_part.lower(), (read.ascii_domain or read.domain).lower()
    if not is_known_ending(domain.rpartition(".")[2]):
        return f"{mailbox}@{domain}", False, False, False
    domain, ignores_dots, ignores_plus = rules.providers.get(domain, (domain, False, False))
    if ignores_plus:
        mailbox = mailbox.partition("+")[0] or mailbox
    if ignores_dots:
        mailbox = mailbox.replace(".", "")
    labels = domain.split(".")
    parents = {".".join(labels[start:]) for start in range(len(labels) - 1)}
    role = mailbox.partition("+")[0] in rules.role_mailboxes
    return f"{mailbox}@{domain}", True, role, not parents.isdisjoint(rules.disposable_domains)


@cache
def is_known_ending(ending: str) -> bool:
    """Whether a top-level domain exists, by the list that came with the library; ``example`` is kept for examples."""
    return ending == "example" or bool(_endings()(f"name.{ending}").suffix)


@cache
def _endings() -> tldextract.TLDExtract:
    # Without addresses it reads its own copy of the list and asks nobody.
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def _normalise(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    raw_values: str,
    given: int,
    normalise: Callable[..., tuple[object, ...]],
    schema: pa.Schema,
) -> int:
    """Read what was not read before, and remember exactly what occurs now."""
    memory = settings.build_dir() / "remembered" / f"{name}.parquet"
    memory.parent.mkdir(exist_ok=True)
    fields = schema.names
    key = ", ".join(fields[:given])
    same = " and ".join(f"wanted.{column} is not distinct from known.{column}" for column in fields[:given])
    connection.execute(f"create or replace temp table wanted as {raw_values}")
    connection.register("nothing", schema.empty_table())
    source = f"read_parquet('{_quoted(memory)}')" if _is_current(connection, memory, schema) else "nothing"
    connection.execute(
        f"""
        create or replace table steps.{name} as
        select known.* from {source} as known semi join wanted on {same}
        """
    )
    fresh = connection.execute(
        f"select {key} from wanted anti join steps.{name} as known on {same} order by {key}"
    ).fetchall()
    read = [(*values, *normalise(*values)) for values in fresh]
    columns: Sequence[Sequence[object]] = list(zip(*read, strict=True)) or [[] for _ in fields]
    table = pa.table(dict(zip(fields, columns, strict=True)), schema=schema)
    connection.register("fresh", table)
    connection.execute(f"insert into steps.{name} by name select * from fresh")
    connection.unregister("fresh")
    connection.unregister("nothing")
    connection.execute("drop table wanted")
    aside = memory.with_suffix(".part")
    connection.execute(
        f"copy steps.{name} to '{_quoted(aside)}' (format parquet, kv_metadata {{'reader': '{_reader()}'}})"
    )
    aside.replace(memory)
    counted = connection.execute(f"select count(*) from steps.{name}").fetchone()
    return int(counted[0]) if counted else 0


def _is_current(connection: duckdb.DuckDBPyConnection, memory: Path, schema: pa.Schema) -> bool:
    """A memory of another release of the libraries, or of other lists, is read again."""
    if not memory.exists():
        return False
    try:
        found = connection.execute(
            "select decode(value) from parquet_kv_metadata(?) where decode(key) = 'reader'", [str(memory)]
        ).fetchone()
        columns = connection.execute(f"describe from read_parquet('{_quoted(memory)}')").fetchall()
    except duckdb.Error:
        return False
    return found == (_reader(),) and [column[0] for column in columns] == schema.names


def _reader() -> str:
    """Whatever decides how a value is read: the libraries' releases, the lists, and this file."""
    told = hashlib.sha256(Path(__file__).read_bytes())
    for name in LISTS:
        told.update((settings.rules_dir() / f"{name}.csv").read_bytes())
    told.update(" ".join(version(name) for name in ("phonenumbers", "email-validator", "tldextract")).encode())
    return told.hexdigest()


def mail_rules() -> MailRules:
    """The lists as the build's rules have them."""
    role_mailboxes, disposable_domains, providers = (_rows(name) for name in LISTS)
    return MailRules(
        frozenset(row[0] for row in role_mailboxes),
        frozenset(row[0] for row in disposable_domains),
        {domain: (kept or domain, dots == "1", plus == "1") for domain, kept, dots, plus in providers},
    )


def _rows(name: str) -> list[list[str]]:
    """The rows of a rule file, in lower case."""
    with (settings.rules_dir() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [[value.lower() for value in row] for row in list(csv.reader(file))[1:] if row]


def _quoted(file: Path) -> str:
    return str(file).replace("'", "''")
