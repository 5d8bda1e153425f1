"""Who is meant is what identity joined; what others use too is refused, or stays on their records."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from erasure.discover import Asked, Person, discover
from erasure.errors import NotFound, NotOnePerson
from forgotten.forms import email_forms, phone_forms
from forgotten.listed import ForgottenList, Listed, hash_of

KEY = "a key"
TABLES = """
    create schema intermediate; create schema shapes; create schema steps; create schema marts;
    create table intermediate.int_brands__resolved as select 'nord' as brand, 'DE' as phone_region;
    create table intermediate.int_people__resolved (record_type text, record_id text, brand text, person_id text);
    create table intermediate.int_identifiers__normalised (
        brand text, record_type text, record_id text, identifier_type text, identifier_value text, identifier_node text
    );
    create table intermediate.int_identifiers__hubs (
        brand text, identifier_type text, identifier_value text, identifier_node text, reason text, record_count int
    );
    create table intermediate.int_names__normalised (brand text, node_id text);
    create table intermediate.int_urls__parsed (url text, click_id text);
    create table intermediate.int_clicks__shared (click_id text);
    create table shapes.inquiries__unioned (
        inquiry_id text, brand text, source text, account text, source_table text, source_record_id text,
        email_raw text, phone_raw text, full_name text, page_url text, click_id text
    );
    create table shapes.contacts__unioned (
        contact_id text, brand text, source text, account text, source_contact_id text, email_raw text, phone_raw text,
        mobile_raw text, other_emails_raw text, other_phones_raw text, full_name text, click_id text
    );
    create table shapes.deals__unioned (
        deal_id text, brand text, source text, account text, source_deal_id text, email_raw text, phone_raw text
    );
    create table shapes.visits__unioned (brand text, client_id text, landing_url text);
    create table steps.emails (
        raw_email text, email_normalised text, is_valid boolean, is_role boolean, is_disposable boolean
    );
    create table steps.phones (raw_phone text, region text, phone_e164 text);
    create table marts.inquiries (brand text, person_id text, inquiry_id text, lead_id text);
    create table marts.sales (brand text, person_id text, sale_id text);
"""
RECEPTION, FAMILY = "+49301234567", "+49301112223"


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> duckdb.DuckDBPyConnection:
    """A build that knows Ann (a form and a contact of the CRM) and Bob, who share a number, and a reception."""
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    rules = tmp_path / "build" / "rules"
    rules.mkdir(parents=True)
    for name, columns in (
        ("role_mailboxes", ["mailbox"]),
        ("disposable_domains", ["domain"]),
        ("mail_providers", ["domain", "same_as", "ignores_dots", "ignores_plus"]),
    ):
        with (rules / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow(columns)
    folder = tmp_path / "build" / "runs" / "night"
    folder.mkdir(parents=True)
    database = duckdb.connect(str(folder / "build.duckdb"))
    database.execute(TABLES)
    inquiry(database, "i1", "ann", email="ann@firm.example", phone=FAMILY, name="Ann Smith")
    inquiry(database, "i2", "bob", email="bob@firm.example", phone=FAMILY, name="Bob Smith")
    inquiry(database, "i3", "bob", phone=RECEPTION, name="Wireless Caller")
    database.execute("delete from intermediate.int_names__normalised where node_id = 'inquiry:i3'")
    database.execute(
        "insert into shapes.contacts__unioned values "
        "('c1', 'nord', 'hubspot', '41', '700', 'Ann+x@firm.example', null, '0170 1234567', null, null, 'Ann', null)"
    )
    known(database, "contact", "c1", "ann", "email", "Ann+x@firm.example", "ann@firm.example")
    known(database, "contact", "c1", "ann", "phone", "0170 1234567", "+491701234567")
    database.execute(
        "insert into intermediate.int_identifiers__hubs values ('nord', 'phone', ?, ?, 'shared', 58)",
        [RECEPTION, f"phone:{RECEPTION}"],
    )
    database.execute("insert into marts.sales values ('nord', 'ann', 's1'), ('nord', 'bob', 's2')")
    return database


def inquiry(
    database: duckdb.DuckDBPyConnection,
    inquiry_id: str,
    person: str,
    *,
    phone: str,
    name: str,
    email: str | None = None,
) -> None:
    """A form of theirs."""
    database.execute(
        "insert into shapes.inquiries__unioned "
        "values (?, 'nord', 'typeform', 'n', 'responses', ?, ?, ?, ?, null, null)",
        [inquiry_id, f"r-{inquiry_id}", email, phone, name],
    )
    database.execute("insert into intermediate.int_names__normalised values ('nord', ?)", [f"inquiry:{inquiry_id}"])
    database.execute("insert into marts.inquiries values ('nord', ?, ?, ?)", [person, inquiry_id, f"l-{inquiry_id}"])
    known(database, "inquiry", inquiry_id, person, "phone", phone, phone)
    if email:
        known(database, "inquiry", inquiry_id, person, "email", email, email)


def known(
    database: duckdb.DuckDBPyConnection, what: str, record: str, person: str, kind: str, raw: str, value: str
) -> None:
    """One identifier of one record."""
    database.execute("delete from intermediate.int_people__resolved where record_id = ?", [record])
    database.execute("insert into intermediate.int_people__resolved values (?, ?, 'nord', ?)", [what, record, person])
    database.execute(
        "insert into intermediate.int_identifiers__normalised values ('nord', ?, ?, ?, ?, ?)",
        [what, record, kind, value, f"{kind}:{value}"],
    )
    if kind == "email":
        database.execute("insert into steps.emails values (?, ?, true, false, false)", [raw, value])
    else:
        database.execute("insert into steps.phones values (?, 'DE', ?)", [raw, value])


def found(build: duckdb.DuckDBPyConnection, asked: Asked) -> list[Person]:
    """What is discovered once the build is closed."""
    build.close()
    return discover(asked)


@pytest.mark.parametrize(
    "asked",
    [
        Asked(emails=("ANN@firm.example",)),
        Asked(phones=("0170 1234567",)),
        Asked(phones=("+49 170 1234567",)),
        Asked(people=("ann",)),
    ],
)
def test_by_any_of_their_contacts_all_of_them_are_found(build: duckdb.DuckDBPyConnection, asked: Asked) -> None:
    (ann,) = found(build, asked)
    listed = ForgottenList(
        KEY, [Listed("e", "d", "nord", kind, hash_of(KEY, kind, form), token, "x") for kind, form, token in ann.entries]
    )

    assert (ann.person_id, ann.records) == ("ann", {"inquiry": 1, "contact": 1})
    for written in ("ann@firm.example", "Ann+x@firm.example"):
        assert listed.find("email", email_forms(written), "nord")
    assert listed.find("phone", phone_forms("+491701234567"), "nord")
    assert {("inquiry", "i1"), ("lead", "l-i1"), ("sale", "s1")} == set(ann.conversions)
    assert "bob@firm.example" not in {value for _, value in ann.values}
    assert not listed.find("email", email_forms("bob@firm.example"), "nord")


def test_a_number_that_somebody_else_uses_too_stays_on_their_records(build: duckdb.DuckDBPyConnection) -> None:
    (ann,) = found(build, Asked(emails=("ann@firm.example",)))

    assert not {form for kind, form, _ in ann.entries if kind == "phone"} & set(phone_forms(FAMILY))


def test_one_address_written_in_two_ways_has_one_token(build: duckdb.DuckDBPyConnection) -> None:
    (ann,) = found(build, Asked(people=("ann",)))

    assert len({token for kind, _, token in ann.entries if kind == "email"}) == 1


def test_a_reception_is_refused_and_says_how_many_records_it_is_on(build: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(NotOnePerson, match="58 records"):
        found(build, Asked(phones=(RECEPTION,)))


def test_a_number_of_two_people_is_refused(build: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(NotOnePerson, match="2 people"):
        found(build, Asked(phones=(FAMILY,)))


def test_a_reception_stays_on_the_record_of_who_called_from_it(build: duckdb.DuckDBPyConnection) -> None:
    (bob,) = found(build, Asked(people=("bob",)))
    tokens = {(kind, form): token for kind, form, token in bob.entries}

    assert tokens["phone", phone_forms(RECEPTION)[0]] == ""
    assert tokens["name", "wireless caller"] == ""


def test_somebody_of_whom_nothing_is_known_is_listed_for_tomorrow(build: duckdb.DuckDBPyConnection) -> None:
    (nobody,) = found(build, Asked(emails=("eve@firm.example",)))

    assert (nobody.person_id, nobody.records, nobody.brand) == ("", {}, "")
    assert ("email", "eve@firm.example") in {(kind, form) for kind, form, _ in nobody.entries}


def test_a_person_who_is_not_in_the_build_is_told(build: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(NotFound, match="1 of the people"):
        found(build, Asked(people=("nobody",)))


def test_who_is_listed_keeps_the_tokens_of_the_first_time(build: duckdb.DuckDBPyConnection) -> None:
    (first,) = found(build, Asked(people=("ann",)))
    listed = ForgottenList(
        KEY,
        [
            Listed("e", "d", "nord", kind, hash_of(KEY, kind, form), token, first.subject)
            for kind, form, token in first.entries
        ],
    )
    (again,) = discover(Asked(people=("ann",)))
    assert again.subject != first.subject

    again.follow(listed)

    assert (again.subject, sorted(again.entries)) == (first.subject, sorted(first.entries))
    assert again.is_listed(listed)
