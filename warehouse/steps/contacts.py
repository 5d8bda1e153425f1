"""Reads every phone number and e-mail address that occurs, once each: ``steps.phones``, ``steps.emails``.

The libraries read some 20,000 values a second, so a value is read in the night in which it first occurs and
remembered. What no longer occurs is forgotten: after an erasure the memory holds nothing of the person.
"""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path

import duckdb
import phonenumbers
import pyarrow as pa
import tldextract
from disposable_email_domains import blocklist
from email_validator import EmailNotValidError, validate_email

from warehouse import settings
from warehouse.run import BuildRun, open_build

PHONES = pa.schema(
    {
        "raw_phone": pa.string(),
        "region": pa.string(),
        "phone_e164": pa.string(),
        "is_valid": pa.bool_(),
        "other_phones": pa.list_(pa.string()),
    }
)
EMAILS = pa.schema(
    {
        "raw_email": pa.string(),
        "email_normalised": pa.string(),
        "is_valid": pa.bool_(),
        "is_role": pa.bool_(),
        "is_disposable": pa.bool_(),
        "other_emails": pa.list_(pa.string()),
    }
)

RAW_PHONES = """
    select distinct raw.raw_phone, brands.phone_region as region
    from (
        select brand, phone_raw as raw_phone from shapes.inquiries__unioned
        union all select brand, phone_raw from shapes.contacts__unioned
        union all select brand, mobile_raw from shapes.contacts__unioned
        union all select brand, unnest(string_split(other_phones_raw, ';')) from shapes.contacts__unioned
        union all select brand, phone_raw from shapes.deals__unioned
        union all select brand, phone_raw from shapes.receipts__unioned
        union all select brand, tracking_number from shapes.inquiries__unioned
        union all select brand, tracking_number from shapes.tracking_numbers__unioned
        union all
        select brands.brand, employees.phone
        from staging.stg_rules__employees as employees
        inner join intermediate.int_brands__resolved as brands on coalesce(employees.brand, brands.brand) = brands.brand
    ) as raw
    left join intermediate.int_brands__resolved as brands on raw.brand = brands.brand
    where raw.raw_phone is not null
"""

RAW_EMAILS = """
    select distinct raw_email
    from (
        select email_raw as raw_email from shapes.inquiries__unioned
        union all select email_raw from shapes.contacts__unioned
        union all select unnest(string_split(other_emails_raw, ';')) from shapes.contacts__unioned
        union all select email_raw from shapes.deals__unioned
        union all select email_raw from shapes.receipts__unioned
        union all select email from staging.stg_rules__employees
    )
    where raw_email is not null
"""

UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
"""Signs that nobody sees and that copying brings along."""
NUMBERS_BETWEEN = re.compile(r"[;,|\n]")
A_NUMBER_OF_EXCEL = re.compile(r"(\+?\d+)[.,]0+")
"""A column of numbers, written with the decimals that it never had."""
A_LETTER = re.compile(r"[^\W\d_]")
OF_NOBODY = re.compile(r"\+999\d{12}")
"""What stands in the place of the number of a person who was forgotten: no country has this code."""
A_MASK = re.compile(r"[*•?]|\.{3}|__|xx", re.IGNORECASE)
"""A number of which somebody shows a part is no shorter number."""

ADDRESSES_BETWEEN = re.compile(
    r"[;,|\n]|\]\(|(?<=\w)/(?=[^/]*@)|\s[/&+]\s|\s(?:or|oder|bzw\.?|ou|und|and|или|либо|и|o|y|e|et|lub|i|veya|ve|of|en|"
    r"eller|och|nebo|vagy)\s",
    re.IGNORECASE,
)
AROUND_AN_ADDRESS = "\"'“”„‘’«»./!:<>[]()。"
LABEL = re.compile(r"(?:https?://|[^\W\d_][\w .-]{1,20}:\s|(?:e-?mail|mail|mailto|почта)\s*:)\s*", re.IGNORECASE)
"""What stands before an address and says what it is."""
A_LINK_S_REST = re.compile(r"(@[^\s?@]+)\?\S*")
A_REMARK = re.compile(r"\([^@()]*\)")
IN_BRACKETS = re.compile(r"<([^<>]*@[^<>]*)>")

LISTS = ("role_mailboxes", "disposable_domains", "mail_providers")
"""The rule files that decide how an address is read."""
LIBRARIES = ("phonenumbers", "email-validator", "tldextract", "disposable-email-domains")
A_FOREIGN_CALLER = re.compile(r"[1-9](?: ?\d){10,14}")
LONGEST_WITHOUT_CODE = 10
"""Digits of a number that begins with its country's code by chance."""


@dataclass(frozen=True)
class MailRules:
    """What is known of addresses beside their syntax; all names in lower case."""

    role_mailboxes: frozenset[str] = frozenset()
    disposable_domains: frozenset[str] = frozenset()
    providers: Mapping[str, tuple[str, bool, bool]] = field(default_factory=dict)
    """By domain: the domain whose mailbox it is, whether dots do not count, whether what follows a plus does not. In a
    domain ``{}`` stands for any country's ending."""

    def provider(self, domain: str) -> tuple[str, bool, bool]:
        """The provider of a domain; its own where none is known."""
        name, _, ending = domain.partition(".")
        listed = domain if domain in self.providers or not is_country_ending(ending) else f"{name}.{{}}"
        kept, dots, plus = self.providers.get(listed, (domain, False, False))
        return domain if "{}" in kept else kept, dots, plus


def normalise_contacts(run: BuildRun) -> dict[str, int]:
    """Write both tables; returns how many values each holds."""
    rules = mail_rules()

    def read_email(raw_email: str) -> tuple[str | None, bool, bool, bool, list[str]]:
        return normalised_email(raw_email, rules)

    with open_build(run) as connection:
        connection.execute("create schema if not exists steps")
        return {
            "phones": _normalise(connection, "phones", RAW_PHONES, 2, normalised_phone, PHONES),
            "emails": _normalise(connection, "emails", RAW_EMAILS, 1, read_email, EMAILS),
        }


def normalised_phone(raw_phone: str, region: str | None) -> tuple[str | None, bool, list[str]]:
    """The number as the world dials it (``+49...``), read as a person of that region would have meant it, and others.

    Words around a number are none of its digits, and where several stand in one field the first is the number. What
    lost digits, or shows a part of them, is no number at all.
    """
    text = UNSEEN.sub("", unicodedata.normalize("NFKC", raw_phone)).strip()
    if whole := A_NUMBER_OF_EXCEL.fullmatch(text):
        text = whole[1]
    if OF_NOBODY.fullmatch(text):
        return text, True, []
    if A_MASK.search(text):
        return None, False, []
    found = []
    for part in NUMBERS_BETWEEN.split(text):
        # A stroke stands behind an area code as well as between two numbers.
        found += _numbers(part, region) or [read for one in part.split("/") for read in _numbers(one, region)]
    first, *others = dict.fromkeys(found) or [None]
    return first, first is not None, [number for number in others if number]


def _numbers(text: str, region: str | None) -> list[str]:
    """The numbers of a text, in international form."""
    if A_LETTER.search(text):
        # Read as a whole, letters would be the digits that they share a key with.
        matches = phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.VALID)
        return [_international(match.number) for match in matches]
    # A country code without its plus. Of two readings this one leaves no trunk prefix out.
    digits = re.sub(r"\D", "", text)
    if region and text.startswith("+") and is_trunk_prefix_with_plus(digits, region):
        return []
    readings = [(text, region)]
    code = str(phonenumbers.country_code_for_region(region)) if region else ""
    if region and not text.startswith("+") and len(digits) > LONGEST_WITHOUT_CODE and digits.startswith(code):
        readings.insert(0, (f"+{digits}", None))
    if region and A_FOREIGN_CALLER.fullmatch(text.strip()) and not _is_dialled_at_home(digits):
        # What is no number at home, a telephone system wrote as the world dials it, without the plus.
        readings.append((f"+{digits}", None))
    for written, where in readings:
        try:
            number = phonenumbers.parse(written, where)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return [_international(number)]
    return []


def _is_dialled_at_home(digits: str) -> bool:
    """Whether the digits are a number of a country in which 8 stands before calls inside it."""
    return digits.startswith("8") and len(digits) == LONGEST_WITHOUT_CODE + 1


def is_trunk_prefix_with_plus(digits: str, region: str) -> bool:
    """Whether somebody put a plus before the prefix of calls inside the country: +8 495 of Moscow is not of Vietnam."""
    prefix = phonenumbers.ndd_prefix_for_region(region, strip_non_digits=True)
    if prefix != "8" or not digits.startswith(prefix) or len(digits) != LONGEST_WITHOUT_CODE + 1:
        return False
    return bool(phonenumbers.is_valid_number(phonenumbers.parse(digits, region)))


def _international(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normalised_email(raw_email: str, rules: MailRules) -> tuple[str | None, bool, bool, bool, list[str]]:
    """The address in lower case, whether it is one, belongs to a role, is thrown away after use; and further ones.

    Only the syntax is read, and whether the world has such an ending: nobody is asked whether the mailbox exists.
    An address with an unknown ending is none, but it is read, so that two records with it can meet.
    """
    read = [one for text in _addresses(raw_email) if (one := _read_address(text, rules))]
    if not read:
        return None, False, False, False, []
    first = next((one for one in read if one[1]), read[0])
    others = dict.fromkeys(address for address, is_valid, *_ in read if is_valid and address != first[0])
    return *first, list(others)


def _addresses(raw_email: str) -> list[str]:
    """What stands in the field for an address each. Words beside one without brackets may be a part of it."""
    text = A_REMARK.sub(" ", UNSEEN.sub("", unicodedata.normalize("NFKC", raw_email)))
    # A link says more than the address, and writes its signs otherwise.
    text = A_LINK_S_REST.sub(r"\1", text.replace("%20", " ") if "@" in text else text.replace("%40", "@"))
    if bracketed := IN_BRACKETS.findall(text):
        return [LABEL.sub("", address, count=1).strip() for address in bracketed]
    found = []
    for part in ADDRESSES_BETWEEN.split(text):
        words = LABEL.sub("", part.strip(), count=1).split()
        if all("@" in word for word in words):
            found += [word.strip(AROUND_AN_ADDRESS) for word in words]
    return found


def _read_address(text: str, rules: MailRules) -> tuple[str, bool, bool, bool] | None:
    try:
        read = validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return None
    mailbox, domain = read.local_part.lower(), (read.ascii_domain or read.domain).lower()
    if not is_known_ending(domain.rpartition(".")[2]):
        return f"{mailbox}@{domain}", False, False, False
    domain, ignores_dots, ignores_plus = rules.provider(domain)
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
def is_country_ending(ending: str) -> bool:
    """Whether a public suffix is a country's: ``de``, ``co.uk``."""
    return len(ending.rpartition(".")[2]) == 2 and _endings()(f"name.{ending}").suffix == ending


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
    told.update(" ".join(version(name) for name in LIBRARIES).encode())
    return told.hexdigest()


def mail_rules() -> MailRules:
    """The lists as the build's rules have them."""
    role_mailboxes, disposable_domains, providers = (_rows(name) for name in LISTS)
    return MailRules(
        frozenset(row[0] for row in role_mailboxes),
        frozenset(blocklist) | frozenset(row[0] for row in disposable_domains),
        {domain: (kept or domain, dots == "1", plus == "1") for domain, kept, dots, plus in providers},
    )


def _rows(name: str) -> list[list[str]]:
    """The rows of a rule file, in lower case."""
    with (settings.rules_dir() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [[value.lower() for value in row] for row in list(csv.reader(file))[1:] if row]


def _quoted(file: Path) -> str:
    return str(file).replace("'", "''")
