"""Suggestions of who may be one person: what is similar is said, brands never meet, and nobody else is suggested."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from warehouse import settings
from warehouse.errors import FixRules
from warehouse.steps.probable import compare, read_settings

COLUMNS = ("brand", "unique_id", "name", "email", "phone", "city", "company", "first_date")


def people(*rows: tuple[str, ...]) -> pa.Table:
    """Ten thousand strangers, and these: brand, id, name, address, number."""
    strangers = [
        ("n", f"s{number}", f"name{number % 997} family{number % 991}", f"stranger{number}@mail.example",
         f"+4930{number * 7919 % 10**8:08}", "berlin", None, date(2026, 1, 1))
        for number in range(10_000)
    ]  # fmt: skip
    wanted = [(*row, "berlin", None, date(2026, 3, 1)) for row in rows]
    return pa.table(dict(zip(COLUMNS, map(list, zip(*strangers, *wanted, strict=True)), strict=True)))


def suggested(*rows: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """Who is suggested, and what is similar."""
    found = compare(people(*rows), 0.95).to_pylist()
    return [(row["person_id"], row["probable_person_id"], row["matched_by"]) for row in found]


def test_an_address_with_a_slip_and_a_number_with_swapped_digits_are_suggested() -> None:
    found = suggested(
        ("n", "a", "anna keller", "anna.keller@mail.example", "+491511234567"),
        ("n", "b", "anna keller", "anna.keller@mial.example", "+491515550000"),
        ("n", "c", "otto brandt", "otto@web.example", "+491609876543"),
        ("n", "d", "otto brandt", "brandt@work.example", "+491609876534"),
    )

    assert sorted(found) == [
        ("a", "b", "similar_name,similar_email,similar_city"),
        ("c", "d", "similar_name,similar_phone,similar_city"),
    ]


def test_neighbours_in_a_row_of_numbers_and_addresses_are_not() -> None:
    assert not suggested(
        ("n", "a", "anna keller", "anna.keller1@mail.example", "+491511234567"),
        ("n", "b", "paul weber", "paul.weber@mail.example", "+491511234568"),
        ("n", "c", "anna keller", "anna.keller2@mail.example", "+491710000000"),
    )


def test_nobody_is_suggested_across_brands() -> None:
    assert not suggested(
        ("n", "a", "anna keller", "anna.keller@mail.example", "+491511234567"),
        ("c", "b", "anna keller", "anna.keller@mail.example", "+491511234567"),
    )


def test_the_same_people_are_suggested_whatever_their_order() -> None:
    rows = (
        ("n", "a", "anna keller", "anna.keller@mail.example", "+491511234567"),
        ("n", "b", "anna keller", "anna.keller@mial.example", "+491515550000"),
    )
    table = people(*rows)
    order = pa.array(range(len(table) - 1, -1, -1))

    assert compare(table, 0.5).sort_by("person_id") == compare(table.take(order), 0.5).sort_by("person_id")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("probable_people,perhaps,", "probable_people is 'perhaps' and must be on or off"),
        ("probable_threshold,high,", "probable_threshold is 'high' and must be above 0"),
    ],
)
def test_a_setting_that_means_nothing_is_refused(
    line: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    settings.rules_dir().mkdir(parents=True)
    (settings.rules_dir() / "identity_settings.csv").write_text(f"setting,value,note\n{line}\n", encoding="utf-8")

    with pytest.raises(FixRules, match=sentence):
        read_settings()
