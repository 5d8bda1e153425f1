"""Who is one person: whatever the order of arrival, undone as it was done, never across brands."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import md5
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from warehouse.run import BuildRun, open_build
from warehouse.settings import build_dir
from warehouse.steps.people import find_people, join_links

START = datetime.fromisoformat("2026-01-01T00:00:00")
STRENGTH = {"email": "strong", "phone": "strong", "client": "medium", "vendor": "weak"}


class Held(NamedTuple):
    """A record of a brand holds an identifier, and was first seen at its own hour."""

    brand: str
    record: int
    kind: str
    value: int


People = dict[str, str]
"""The person of each node."""
Names = Mapping[int, str]
"""The name on each record."""
NOBODY: Names = {}
NAMES = ("lena schmidt", "paul koch", "lena s", "")


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One data folder for all builds of this file: made once, because the properties build hundreds of times."""
    with pytest.MonkeyPatch.context() as patch:
        made = tmp_path_factory.mktemp("people")
        patch.setenv("LEADGEN_DATA", str(made))
        build_dir().mkdir(parents=True)
        yield made


@pytest.fixture(autouse=True)
def data(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test in that folder."""
    monkeypatch.setenv("LEADGEN_DATA", str(folder))


SHAPES = """
    create schema intermediate;
    create table intermediate.int_identity__links (
        node_a text, node_b text, brand text, matched_by text, strength text, seen_at timestamp
    );
    create table intermediate.int_names__normalised (node_id text, brand text, name_key text, word_count bigint);
    create table intermediate.int_identity__separations (brand text, node_a text, node_b text)
"""


def lay_out(
    database: duckdb.DuckDBPyConnection, held: Sequence[Held], names: Names, apart: Sequence[tuple[str, str]] = ()
) -> None:
    """Build the tables that the step reads."""
    database.execute(SHAPES)
    links = [
        [
            f"inquiry:{one.record}",
            f"{one.kind}:{one.value}",
            one.brand,
            f"same_{one.kind}",
            STRENGTH[one.kind],
            START + timedelta(hours=one.record),
        ]
        for one in held
    ]
    written = [
        [f"inquiry:{record}", brand, names[record], len(names[record].split())]
        for record, brand in sorted({(one.record, one.brand) for one in held})
        if names.get(record)
    ]
    if links:
        database.executemany("insert into intermediate.int_identity__links values (?, ?, ?, ?, ?, ?)", links)
    if written:
        database.executemany("insert into intermediate.int_names__normalised values (?, ?, ?, ?)", written)
    for node_a, node_b in apart:
        database.execute("insert into intermediate.int_identity__separations values ('n', ?, ?)", [node_a, node_b])


PEOPLE = "select brand || ' ' || node_id, person_id from steps.person_components"


memory = cache(duckdb.connect)
"""One database for all examples, which takes as long to open as one example takes in it."""


def people_of(held: Sequence[Held], names: Names = NOBODY, apart: Sequence[tuple[str, str]] = ()) -> People:
    """Who each node is; nothing of it stays in the database."""
    database = memory()
    database.execute("begin")
    try:
        database.execute("create schema steps")
        lay_out(database, held, names, apart)
        join_links(database)
        return dict(database.execute(PEOPLE).fetchall())
    finally:
        database.execute("rollback")


def night(held: Sequence[Held], day: date, names: Names = NOBODY) -> People:
    """Who each node is after a nightly build of that day; what earlier nights remembered is there."""
    run = BuildRun("people", day)
    run.database.parent.mkdir(parents=True, exist_ok=True)
    run.database.unlink(missing_ok=True)
    with duckdb.connect(str(run.database)) as database:
        lay_out(database, held, names)
    find_people(run)
    with open_build(run, read_only=True) as database:
        return dict(database.execute(PEOPLE).fetchall())


def forget() -> None:
    """As in a new data folder."""
    shutil.rmtree(build_dir() / "remembered", ignore_errors=True)


holdings = st.lists(
    st.builds(
        Held,
        brand=st.sampled_from(("n", "c")),
        record=st.integers(0, 7),
        kind=st.sampled_from(tuple(STRENGTH)),
        value=st.integers(0, 4),
    ),
    unique=True,
    max_size=24,
)
namings = st.dictionaries(st.integers(0, 7), st.sampled_from(NAMES), max_size=8)
several = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
few = settings(several, max_examples=12)
LAST_DAY = date(2026, 6, 30)


@several
@given(held=holdings, names=namings, random=st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(held: list[Held], names: dict[int, str], random: object) -> None:
    shuffled = list(held)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert people_of(shuffled, names) == people_of(held, names)


@few
@given(held=holdings, names=namings, number=st.integers(0, 4))
def test_a_link_that_is_added_and_removed_leaves_the_former_people(
    held: list[Held], names: dict[int, str], number: int
) -> None:
    forget()
    before = night(held, LAST_DAY, names)
    night([*held, Held("n", 0, "email", number), Held("n", 7, "email", number)], LAST_DAY, names)

    assert night(held, LAST_DAY, names) == before


# Two strangers of one brand; the other brand knows one person with both of their addresses.
@several
@example(
    held=[Held("n", 1, "email", 1), Held("n", 2, "email", 2), Held("c", 3, "email", 1), Held("c", 3, "email", 2)],
    names={},
)
@given(held=holdings, names=namings)
def test_brands_never_mix(held: list[Held], names: dict[int, str]) -> None:
    together = people_of(held, names)
    apart = {
        **people_of([one for one in held if one.brand == "n"], names),
        **people_of([one for one in held if one.brand == "c"], names),
    }

    assert together == apart
    people = {(node[0], person) for node, person in together.items()}
    assert len({person for _, person in people}) == len(people)


@few
@given(held=holdings, names=namings, first_night=st.integers(0, 7))
def test_a_rebuilt_history_equals_the_sum_of_its_nights(
    held: list[Held], names: dict[int, str], first_night: int
) -> None:
    forget()
    night([one for one in held if one.record <= first_night], date(2026, 6, 29), names)
    nightly = night(held, LAST_DAY, names)
    forget()

    assert nightly == night(held, LAST_DAY, names)


@several
@given(held=holdings, names=namings)
def test_weaker_links_never_join_people_who_contradict_each_other(held: list[Held], names: dict[int, str]) -> None:
    strong = people_of([one for one in held if STRENGTH[one.kind] == "strong"], names)
    joined = people_of(held, names)

    named: dict[str, set[str]] = {}
    for node, person in joined.items():
        kind, _, number = node.partition(" ")[2].partition(":")
        name = names.get(int(number), "") if kind == "inquiry" else ""
        if len(name.split()) > 1:
            named.setdefault(person, set()).add(name)
    for person, written in named.items():
        firm = {strong.get(node, node) for node, one in joined.items() if one == person}
        if "lena schmidt" in written and "paul koch" in written:
            # Only what a strong link joins may bear two names.
            assert any(
                {"lena schmidt", "paul koch"}
                <= {names.get(int(node.rpartition(":")[2]), "") for node, one in strong.items() if one == group}
                for group in firm
            )


def test_a_device_of_two_names_stays_with_the_first_and_leaves_a_row() -> None:
    held = [Held("n", 1, "email", 1), Held("n", 1, "client", 9), Held("n", 2, "email", 2), Held("n", 2, "client", 9)]

    people = night(held, LAST_DAY, {1: "lena schmidt", 2: "paul koch"})

    assert people["n client:9"] == people["n inquiry:1"] != people["n inquiry:2"]
    with open_build(BuildRun("people", LAST_DAY), read_only=True) as database:
        refused = database.execute("select node_a, node_b, matched_by, reason from steps.refused_links").fetchall()
    assert refused == [("inquiry:2", "client:9", "same_client", "names")]


def test_one_name_on_one_device_is_one_person_with_two_addresses() -> None:
    held = [Held("n", 1, "email", 1), Held("n", 1, "client", 9), Held("n", 2, "email", 2), Held("n", 2, "client", 9)]

    people = people_of(held, {1: "lena schmidt", 2: "lena s"})

    assert people["n inquiry:1"] == people["n inquiry:2"]


@pytest.mark.parametrize(
    ("one", "other", "people"), [("lena schmidt", "paul koch", 2), ("lena", "paul", 1), ("lena schmidt", "paul", 1)]
)
def test_names_of_one_word_tell_nobody_on_a_device_from_another(one: str, other: str, people: int) -> None:
    held = [Held("n", 1, "client", 9), Held("n", 2, "client", 9)]

    found = people_of(held, {1: one, 2: other})

    assert len({found["n inquiry:1"], found["n inquiry:2"]}) == people


def test_what_is_declared_to_be_two_people_is_not_joined_even_by_an_address() -> None:
    held = [Held("n", 1, "email", 1), Held("n", 2, "email", 1), Held("n", 2, "phone", 5)]

    assert len(set(people_of(held).values())) == 1
    people = people_of(held, apart=[("inquiry:1", "inquiry:2")])
    assert people["n inquiry:1"] != people["n inquiry:2"]
    assert people["n email:1"] == people["n inquiry:1"]


def test_the_id_of_a_person_who_was_joined_still_leads_to_the_joint_one() -> None:
    forget()
    first = night([Held("n", 1, "email", 1), Held("n", 2, "phone", 2)], date(2026, 6, 1))
    joint = [Held("n", 1, "email", 1), Held("n", 2, "phone", 2), Held("n", 3, "email", 1), Held("n", 3, "phone", 2)]
    for day in (date(2026, 6, 2), date(2026, 6, 3)):
        second = night(joint, day)

    assert set(second.values()) == {first["n inquiry:1"]}
    with open_build(BuildRun("people", date(2026, 6, 3)), read_only=True) as database:
        history = database.execute("from steps.person_history").fetchall()
    assert history == [("n", first["n inquiry:2"], first["n inquiry:1"], 1, date(2026, 6, 2))]


def test_what_occurs_no_more_is_not_remembered() -> None:
    forget()
    night([Held("n", 1, "email", 1), Held("n", 2, "email", 2)], date(2026, 6, 1))
    night([Held("n", 2, "email", 2)], date(2026, 6, 2))

    kept = duckdb.sql(f"select record_node from '{build_dir()}/remembered/people.parquet'").fetchall()
    assert kept == [("inquiry:2",)]


def test_a_record_without_a_time_does_not_name_the_person_of_one_that_has_one() -> None:
    database = memory()
    database.execute("begin")
    try:
        database.execute("create schema steps")
        lay_out(database, [Held("n", 5, "email", 1)], NOBODY)
        database.execute(
            "insert into intermediate.int_identity__links values ('contact:1', 'email:1', 'n', 'same_email', 'strong',"
            " null)"
        )
        join_links(database)
        people = dict(database.execute(PEOPLE).fetchall())
    finally:
        database.rollback()

    assert people["n contact:1"] == people["n inquiry:5"] == md5(b"n|inquiry:5").hexdigest()
