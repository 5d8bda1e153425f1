"""Finds who is meant, and everything by which this person is known, in the newest build: its identity is the closure.

What stands on records of others too (a reception, a family's address) is not the person's own and stays there; in the
person's own rows it goes like the rest. It is long by its queries: each is one way in which somebody is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from erasure.errors import NotFound, NotOnePerson
from erasure.person import TAKERS, Person, list_contacts, take_email, take_phone
from forgotten.forms import email_forms, phone_forms
from forgotten.listed import EVERY_BRAND
from warehouse import settings
from warehouse.steps.contacts import mail_rules, normalised_email, normalised_phone


@dataclass(frozen=True)
class Asked:
    """Who is to be forgotten, as somebody named them."""

    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    """Ids of ``marts.inquiries.person_id``."""
    brand: str | None = None

    def __bool__(self) -> bool:
        return bool(self.emails or self.phones or self.people)


def newest_build() -> Path:
    """The private database of the build that was made last."""
    found = sorted((settings.build_dir() / "runs").glob("*/build.duckdb"), key=lambda file: file.stat().st_mtime)
    for file in reversed(found):
        with duckdb.connect(str(file), read_only=True) as database:
            is_there = database.execute(
                "select count(*) from information_schema.tables where table_name in "
                "('int_people__resolved', 'sales', 'inquiries') and table_schema in ('intermediate', 'marts')"
            ).fetchone()
        if is_there and is_there[0] >= 3:
            return file
    raise NotFound("There is no build to find a person in. Build first: leadgen build --to DAY.")


def discover(asked: Asked) -> list[Person]:
    """Everybody who is meant, with all that identifies them."""
    with opened_build() as database:
        _find_people(database, asked)
        people = {
            (brand, person_id): Person(brand, person_id)
            for brand, person_id in database.execute("select brand, person_id from wanted order by all").fetchall()
        }
        _find_records(database)
        for kind, read in READERS.items():
            for brand, person_id, *found in database.execute(read).fetchall():
                TAKERS[kind](people[brand, person_id], *found)
    for person in people.values():
        list_contacts(person)
    return [*people.values(), *_unknown(asked, people.values())]


@contextmanager
def opened_build() -> Iterator[duckdb.DuckDBPyConnection]:
    """The newest build, to be read."""
    with duckdb.connect() as database:
        file = str(newest_build()).replace("'", "''")
        database.execute(f"attach '{file}' as build (read_only); use build")
        yield database


def _regions(database: duckdb.DuckDBPyConnection) -> list[tuple[str, str | None]]:
    return database.execute("select brand, phone_region from intermediate.int_brands__resolved order by all").fetchall()


def _find_people(database: duckdb.DuckDBPyConnection, asked: Asked) -> None:
    """Make ``wanted``: who is meant, refusing what would mean several people or a reception."""
    database.execute("create temp table given (brand text, identifier_type text, identifier_value text)")
    rules = mail_rules()
    for brand, region in _regions(database):
        if asked.brand not in (None, brand):
            continue
        emails = [normalised_email(one, rules)[0] for one in asked.emails]
        phones = [normalised_phone(one, region)[0] for one in asked.phones]
        given = [(brand, "email", one) for one in emails if one] + [(brand, "phone", one) for one in phones if one]
        if given:
            database.executemany("insert into given values (?, ?, ?)", given)
    hubs = database.execute(
        "select distinct hubs.reason, hubs.record_count from intermediate.int_identifiers__hubs as hubs "
        "semi join given using (brand, identifier_type, identifier_value)"
    ).fetchall()
    if hubs:
        reason, records = hubs[0]
        raise NotOnePerson(
            f"One of the contacts is nobody's own ({reason}): it stands on {records} records. Name the person by "
            "--person, with the person_id of marts.inquiries."
        )
    several = database.execute(
        f"select brand, count(distinct person_id) as people from ({_MEANT}) "
        "group by brand, identifier_type, identifier_value having people > 1"
    ).fetchall()
    if several:
        raise NotOnePerson(
            f"One of the contacts stands on records of {several[0][1]} people of {several[0][0]}. Name each by "
            "--person, with the person_id of marts.inquiries."
        )
    database.execute("create temp table named (person_id text)")
    if asked.people:
        database.executemany("insert into named values (?)", [(one,) for one in asked.people])
    database.execute(
        f"""
        create temp table wanted as
        select distinct brand, person_id from ({_MEANT})
        union
        select distinct brand, person_id from intermediate.int_people__resolved
        semi join named using (person_id)
        """
    )
    missing = database.execute("select count(*) from named anti join wanted using (person_id)").fetchone()
    if missing and missing[0]:
        raise NotFound(f"{missing[0]} of the people named by --person are not in the newest build.")


_MEANT = """
    select given.brand, given.identifier_type, given.identifier_value, people.person_id
    from given
    inner join intermediate.int_identifiers__normalised as found using (brand, identifier_type, identifier_value)
    inner join intermediate.int_people__resolved as people using (brand, record_type, record_id)
"""


def _find_records(database: duckdb.DuckDBPyConnection) -> None:
    """Make ``records``, ``identifiers`` (the person's own) and ``written`` (contacts as they stand in the records)."""
    database.execute(
        """
        create temp table records as
        select record_type, record_id, brand, person_id
        from intermediate.int_people__resolved semi join wanted using (brand, person_id);
        create temp table identifiers as
        with found as (
            select records.person_id, identifiers.*
            from intermediate.int_identifiers__normalised as identifiers
            inner join records using (brand, record_type, record_id)
        ),
        foreign_to as (
            select distinct found.person_id, found.identifier_node
            from found
            inner join intermediate.int_identifiers__normalised as others
                on found.identifier_node = others.identifier_node
            inner join intermediate.int_people__resolved as people
                on others.brand = people.brand and others.record_type = people.record_type
                and others.record_id = people.record_id
            where people.person_id <> found.person_id
        )
        select distinct
            found.brand, found.person_id, found.identifier_type, found.identifier_value,
            hubs.identifier_node is not null as is_hub,
            foreign_to.identifier_node is not null as is_shared
        from found
        left join intermediate.int_identifiers__hubs as hubs using (identifier_node)
        left join foreign_to using (person_id, identifier_node);
        create temp table written as
        with contacts as (
            select 'contact' as record_type, contact_id as record_id, * exclude (contact_id)
            from shapes.contacts__unioned
        ),
        texts as (
            select 'inquiry' as record_type, inquiry_id as record_id, brand, 'email' as kind, email_raw as text
            from shapes.inquiries__unioned
            union all select 'inquiry', inquiry_id, brand, 'phone', phone_raw from shapes.inquiries__unioned
            union all select record_type, record_id, brand, 'email', email_raw from contacts
            union all select record_type, record_id, brand, 'phone', phone_raw from contacts
            union all select record_type, record_id, brand, 'phone', mobile_raw from contacts
            union all
            select record_type, record_id, brand, 'email', unnest(string_split(other_emails_raw, ';')) from contacts
            union all
            select record_type, record_id, brand, 'phone', unnest(string_split(other_phones_raw, ';')) from contacts
            union all select 'deal', deal_id, brand, 'email', email_raw from shapes.deals__unioned
            union all select 'deal', deal_id, brand, 'phone', phone_raw from shapes.deals__unioned
        )
        select distinct records.brand, records.person_id, texts.kind, texts.text
        from texts inner join records using (brand, record_type, record_id)
        where texts.text is not null;
        create temp table devices as
        select distinct records.brand, records.person_id, records.record_id as client_id
        from records where record_type = 'visit_client'
        union
        select brand, person_id, identifier_value from identifiers
        where identifier_type = 'client_id' and not is_hub and not is_shared;
        create temp table clicks as
        select distinct records.brand, records.person_id, urls.click_id
        from devices as records
        inner join shapes.visits__unioned as visits using (brand, client_id)
        inner join intermediate.int_urls__parsed as urls on visits.landing_url = urls.url
        union
        select distinct records.brand, records.person_id, coalesce(inquiries.click_id, urls.click_id)
        from records
        inner join shapes.inquiries__unioned as inquiries
            on records.record_type = 'inquiry' and records.record_id = inquiries.inquiry_id
        left join intermediate.int_urls__parsed as urls on inquiries.page_url = urls.url
        union
        select distinct records.brand, records.person_id, contacts.click_id
        from records
        inner join shapes.contacts__unioned as contacts
            on records.record_type = 'contact' and records.record_id = contacts.contact_id;
        """
    )


READERS = {
    "email": """
        select written.brand, written.person_id, written.text, emails.email_normalised, emails.is_valid,
            emails.is_role, emails.is_disposable,
            coalesce(identifiers.is_hub, false) as is_hub, coalesce(identifiers.is_shared, false) as is_shared
        from written
        left join steps.emails as emails on written.text = emails.raw_email
        left join identifiers
            on written.brand = identifiers.brand and written.person_id = identifiers.person_id
            and identifiers.identifier_type = 'email' and identifiers.identifier_value = emails.email_normalised
        where written.kind = 'email' order by all
    """,
    "phone": """
        select written.brand, written.person_id, written.text, phones.phone_e164,
            coalesce(identifiers.is_hub, false) as is_hub, coalesce(identifiers.is_shared, false) as is_shared
        from written
        left join intermediate.int_brands__resolved as brands on written.brand = brands.brand
        left join steps.phones as phones
            on written.text = phones.raw_phone and coalesce(phones.region, '') = coalesce(brands.phone_region, '')
        left join identifiers
            on written.brand = identifiers.brand and written.person_id = identifiers.person_id
            and identifiers.identifier_type = 'phone' and identifiers.identifier_value = phones.phone_e164
        where written.kind = 'phone' order by all
    """,
    "further": """
        select brand, person_id, identifier_type, identifier_value from identifiers
        where identifier_type in ('email', 'phone') and not is_hub and not is_shared order by all
    """,
    "id": """
        select brand, person_id, client_id from devices
        union
        select brand, person_id, identifier_value from identifiers
        where identifier_type = 'user_id' and not is_hub and not is_shared
        union
        select brand, person_id, regexp_extract(identifier_value, '^[^:]*:[^:]*:(.*)$', 1) from identifiers
        where identifier_type = 'vendor_person_id' and not is_hub and not is_shared
        union
        select brand, person_id, regexp_extract(identifier_value, '^[^:]*:(.*)$', 1) from identifiers
        where identifier_type = 'channel_contact' and not is_hub and not is_shared
        union
        select brand, person_id, click_id from clicks
        where click_id is not null
        and click_id not in (select click_id from intermediate.int_clicks__shared where click_id is not null)
        order by all
    """,
    "record": """
        select records.brand, records.person_id, 'inquiry', source, account, source_table, source_record_id
        from records inner join shapes.inquiries__unioned as inquiries
            on records.record_type = 'inquiry' and records.record_id = inquiries.inquiry_id
        union
        select records.brand, records.person_id, 'contact', source, account, null, source_contact_id
        from records inner join shapes.contacts__unioned as contacts
            on records.record_type = 'contact' and records.record_id = contacts.contact_id
        union
        select records.brand, records.person_id, 'deal', source, account, null, source_deal_id
        from records inner join shapes.deals__unioned as deals
            on records.record_type = 'deal' and records.record_id = deals.deal_id
        order by all
    """,
    "name": """
        with names as (
            select records.brand, records.person_id, 'inquiry:' || inquiry_id as node_id, full_name
            from records inner join shapes.inquiries__unioned
                on records.record_type = 'inquiry' and records.record_id = inquiry_id
            union
            select records.brand, records.person_id, 'contact:' || contact_id, full_name
            from records inner join shapes.contacts__unioned
                on records.record_type = 'contact' and records.record_id = contact_id
        )
        select distinct names.brand, names.person_id, names.full_name, known.node_id is not null
        from names left join intermediate.int_names__normalised as known using (brand, node_id)
        where names.full_name is not null order by all
    """,
    "conversion": """
        select brand, person_id, 'inquiry', inquiry_id from marts.inquiries semi join wanted using (brand, person_id)
        union
        select brand, person_id, 'lead', lead_id from marts.inquiries semi join wanted using (brand, person_id)
        where lead_id is not null
        union
        select brand, person_id, 'sale', sale_id from marts.sales semi join wanted using (brand, person_id)
        order by all
    """,
}  # fmt: skip
"""What is read of everybody who is meant; each row begins with the brand and the person."""


def _unknown(asked: Asked, people: Iterable[Person]) -> list[Person]:
    """What was named and is on nobody's records is listed all the same: it may come tomorrow."""
    known = {(kind, form) for person in people for kind, form, _ in person.entries}
    rest = Person(asked.brand or EVERY_BRAND, "")
    for address in asked.emails:
        if ("email", email_forms(address)[0]) not in known:
            take_email(rest, address, email_forms(address)[-1], True, False, False, False, False)
    with opened_build() as database:
        regions = [region for brand, region in _regions(database) if asked.brand in (None, brand)]
    for written in asked.phones:
        for number in dict.fromkeys(normalised_phone(written, region)[0] for region in regions):
            if number and ("phone", phone_forms(number)[0]) not in known:
                take_phone(rest, written, number, False, False)
    list_contacts(rest)
    return [rest] if rest.entries else []
