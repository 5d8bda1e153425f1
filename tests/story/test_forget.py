"""People of the invented market are forgotten: nothing names them, no total moves, and no pull brings them back."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from adbc_driver_postgresql import dbapi

from erasure.patterns import patterns_of
from erasure.search import search
from erasure.steps import STEPS
from erasure.totals import different, totals_of
from tests.airflow_stack import SECRETS, postgres
from tests.story.night import Night, said

# Each erasure builds anew.
pytestmark = pytest.mark.timeout(3600)

COUNTS_NAMES = {"identity_guards.person_count"}
"""How many names were met at a reception: an invented name agrees with none of them."""
Contacts = list[tuple[str, str]]


@pytest.fixture
def copied(night: Night, tmp_path: Path) -> Night:
    """The same night in a folder of its own."""
    shutil.copytree(night.data, tmp_path / "data", symlinks=True)
    return Night(tmp_path, night.market, night.server)


def buyers(night: Night, count: int) -> list[Contacts]:
    """The addresses and numbers of people who bought, were met by form and by telephone, and share nothing."""
    with duckdb.connect() as reader:
        reader.execute(f"attach '{night.data / 'warehouse.duckdb'}' as shown (read_only)")
        reader.execute(f"attach '{night.data / 'warehouse_private.duckdb'}' as private (read_only)")
        found = reader.execute(
            """
            select list(distinct contacts.email), list(distinct contacts.phone)
            from private.contact_details as contacts
            semi join shown.marts.sales as sales using (brand, person_id)
            where contacts.email is not null and contacts.phone is not null
            group by contacts.brand, contacts.person_id
            having count(distinct contacts.email) = 1
            order by contacts.brand, contacts.person_id
            limit ?
            """,
            [count],
        ).fetchall()
    return [[("email", one) for one in emails] + [("phone", one) for one in phones] for emails, phones in found]


def names_of(people: list[Contacts]) -> list[str]:
    """The options that name them, by their addresses."""
    return [f"--email={value}" for person in people for kind, value in person if kind == "email"]


def places_of(night: Night, people: list[Contacts]) -> list[str]:
    """Files below the data folder that hold something of theirs."""
    found = search(night.data, patterns_of(one for person in people for one in person))
    assert not found.unreadable
    return [str(hit.file.relative_to(night.data)) for hit in found.hits]


def moved(before: dict[str, float], night: Night) -> set[str]:
    """Totals of marts that are others now."""
    return set(different(before, totals_of(night.data / "warehouse.duckdb"))) - COUNTS_NAMES


@pytest.fixture
def bi(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A Postgres that is published to."""
    with postgres() as port:
        address = f"postgresql://airflow:{SECRETS['POSTGRES_PASSWORD']}@127.0.0.1:{port}/airflow"
        monkeypatch.setenv("AIRFLOW_CONN_LEADGEN_POSTGRES", address)
        yield address


def asked(address: str, query: str) -> set[str]:
    """The texts that a Postgres answers with."""
    with closing(dbapi.connect(address)) as reader, reader.cursor() as cursor:
        cursor.execute(query)
        return {text for (text,) in cursor.fetchall()}


def test_nothing_is_left_of_them_every_total_stays_and_a_pull_does_not_bring_them_back(bi: str, copied: Night) -> None:
    people = buyers(copied, 3)
    addresses = {value for person in people for kind, value in person if kind == "email"}
    published = copied.python("leadgen", "publish", "--to", "postgres")
    assert published.returncode == 0, said(published)
    assert addresses <= asked(bi, "select email from warehouse_private.contact_details")
    before = totals_of(copied.data / "warehouse.duckdb")
    assert len(places_of(copied, people)) > 10

    shown = copied.python("leadgen", "forget", "--dry-run", *names_of(people))
    assert shown.returncode == 0, said(shown)
    assert "typeform.responses" in shown.stdout
    assert len(places_of(copied, people)) > 10

    done = copied.python("leadgen", "forget", *names_of(people))
    assert done.returncode == 0, said(done)

    assert places_of(copied, people) == []
    assert not addresses & asked(bi, "select email from warehouse_private.contact_details")
    schemas = asked(bi, "select nspname from pg_namespace where nspname like 'warehouse_g%'")
    assert schemas == {"warehouse_g2", "warehouse_g2_private"}
    assert moved(before, copied) == set()
    (kept,) = (copied.data / "erasures").glob("*.json")
    certificate = json.loads(kept.read_text(encoding="utf-8"))
    assert (certificate["people"], certificate["found"]) == (3, 0)
    assert set(certificate["changed_totals"]) <= COUNTS_NAMES
    assert certificate["finished_at"]

    for again in (copied.pull(), copied.build()):
        assert again.returncode == 0, said(again)
    assert places_of(copied, people) == []
    assert moved(before, copied) == set()
    verified = copied.python("leadgen", "forget", "--verify", *names_of(people))
    assert verified.returncode == 0, said(verified)


def test_killed_before_any_step_readers_have_a_whole_warehouse_and_the_next_erasure_finishes_it(copied: Night) -> None:
    people = buyers(copied, 1)
    before = totals_of(copied.data / "warehouse.duckdb")

    # What is left after the search is the same as before it.
    for step in STEPS[: STEPS.index("search")]:
        killed = copied.python("leadgen", "forget", *names_of(people), LEADGEN_KILL_AT=step)
        assert killed.returncode == -signal.SIGKILL, said(killed)
        assert moved(before, copied) == set()
    done = copied.python("leadgen", "forget")
    assert done.returncode == 0, said(done)

    assert places_of(copied, people) == []
    assert moved(before, copied) == set()
    certificates = [json.loads(file.read_text(encoding="utf-8")) for file in (copied.data / "erasures").glob("*.json")]
    assert all(one["finished_at"] for one in certificates)
    listed = (copied.folder / "config" / "erasures.csv").read_text(encoding="utf-8").splitlines()
    assert len({line.split(",")[6] for line in listed[2:]}) == 1
