"""Who is meant is what identity joined; what others use too is refused, or stays on their records."""

from __future__ import annotations

import duckdb
import pytest

from erasure.discover import Asked, discover
from erasure.errors import NotFound, NotOnePerson
from erasure.person import Person
from forgotten.forms import email_forms, phone_forms
from forgotten.listed import ForgottenList, Listed, hash_of
from tests.erasure.builds import FAMILY, RECEPTION

KEY = "a key"


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


def test_every_number_of_the_crm_is_looked_for_as_it_is_written_there(build: duckdb.DuckDBPyConnection) -> None:
    build.execute(
        "update shapes.contacts__unioned set phone_raw = '0171/22 33-444', mobile_raw = '(0170) 12/34-567', "
        "other_phones_raw = '0172.55.66.777;0173 88 99 000'"
    )
    for number in ("0171/22 33-444", "(0170) 12/34-567", "0172.55.66.777", "0173 88 99 000"):
        build.execute("insert into steps.phones values (?, 'DE', null)", [number])
    (ann,) = found(build, Asked(emails=("ann@firm.example",)))

    written = {value for _, value in ann.values}
    assert written >= {"0171/22 33-444", "(0170) 12/34-567", "0172.55.66.777", "0173 88 99 000"}


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
