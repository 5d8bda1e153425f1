"""What docs/activations.md says of the platforms and of the rules is what the code does."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from activations.decisions import BEYOND_WINDOW, WANTED, WITHOUT_KEY
from activations.destination_list import DESTINATIONS
from activations.destinations.meta_ads.errors import classify as by_meta
from activations.destinations.tiktok_ads import BAD_PARAMETER, PARTLY
from activations.destinations.tiktok_ads import classify as by_tiktok
from activations.model import Destination
from extractors.http.answers import Answer

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "activations.md").read_text(encoding="utf-8")
SEED = ROOT / "dbt_project" / "seeds" / "activation_destinations.csv"
ACTIONS = {"repeat", "send", "retract", "restate", "locate", "unlocated"}
"""What is done with a conversion, beside the rules by which nothing is."""


def rows() -> dict[str, str]:
    """The table of what each destination takes, by destination."""
    table = DOCS.partition("## What each destination takes")[2].partition("\n\nA value of 0")[0]
    return {found[1]: found[0] for found in re.finditer(r"^\| `(\w+)`.*$", table, re.MULTILINE)}


def test_every_platform_has_its_row() -> None:
    assert list(rows()) == list(DESTINATIONS)


@pytest.mark.parametrize("destination", DESTINATIONS.values(), ids=list(DESTINATIONS))
def test_a_row_states_the_windows_and_the_corrections_of_its_platform(destination: Destination) -> None:
    with SEED.open(newline="", encoding="utf-8") as file:
        seed = {row["destination"]: row for row in csv.DictReader(file)}[destination.name]
    row = rows()[destination.name]

    assert f"{seed['event_days']} days" in row
    assert ("`uncorrectable`" in row) == (destination.correction == "none")
    if destination.correction_days:
        assert f"to {destination.correction_days} days after it happened" in row
    if destination.correction_hours:
        written = {2: "two hours", 6: "six hours"}[destination.correction_hours]
        assert f"from {written} after it was taken" in row


def test_every_rule_by_which_nothing_is_told_is_explained() -> None:
    decided = set(re.findall(r"(?:then|else|=) '([a-z_]+)'", WANTED + WITHOUT_KEY + "".join(BEYOND_WINDOW))) - ACTIONS
    decided -= {"intent", "outcome", "passes"}

    assert {rule for rule in decided if f"`{rule}`" not in DOCS} == set()


CURES = {"stop": "fix_settings", "wait": "wait", "again": "transient"}
"""The table's word, and the cure of the shared client."""


def answer(status: int, body: object) -> Answer:
    return Answer("POST", "https://vendor.example/x", status, {}, body, "")


def test_what_the_table_says_of_meta_s_codes_is_what_is_done_about_them() -> None:
    told = re.findall(r"((?:\d+(?:…)?(?:, )?)+): (stop|wait|again)", rows()["meta_ads"])
    assert [cure for _, cure in told] == ["stop", "wait", "again"]

    for codes, cure in told:
        for code in re.findall(r"\d+", codes):
            verdict = by_meta(answer(400, {"error": {"code": int(code), "message": "m"}}))
            assert verdict, code
            assert verdict.cure == CURES[cure], code


def test_what_the_table_says_of_tiktok_s_codes_is_what_is_done_about_them() -> None:
    row = rows()["tiktok_ads"]
    assert "40100 waits, 40001 and 40105 stop" in row

    for code, cure in ((40100, "wait"), (40001, "stop"), (40105, "stop")):
        verdict = by_tiktok(answer(200, {"code": code, "message": "m"}))
        assert verdict, code
        assert verdict.cure == CURES[cure], code
    assert f"{BAD_PARAMETER} names the row" in row
    assert f"{PARTLY} is asked again" in row
