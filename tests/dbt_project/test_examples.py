"""Every example of a model holds, alone and beside the same rows of another brand and account."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.dbt_project.two_brands import ONE_BRAND_ALONE, add_second_brands, examples
from tests.dbt_project.unit_tests import ROOT, UnitTests

# Four hundred examples, which is two minutes of a busy machine.
pytestmark = pytest.mark.timeout(900)

MODELS = ROOT / "dbt_project" / "models"
SEEN_ELSEWHERE = {
    "brands": "columns handed on: tests/dbt_project/test_marts.py",
    "int_attribution_models__listed": "a list: test_marts.py",
    "int_credit__unioned": "all credit together: test_credit.py, test_conformance.py",
    "int_inquiries__parsed": "addresses of forms and calls: test_arrivals.py",
    "int_inquiry_tables__listed": "read from the project: story/test_one_night.py",
    "int_landing__counted": "files of the landing zone: test_staging.py, test_shapes.py",
    "int_landing__held": "files of the landing zone: test_staging.py",
    "int_rejects__gathered": "files of the landing zone: test_staging.py",
    "int_staged__counted": "read from the project: test_shapes.py",
    "person_history": "columns handed on: tests/warehouse/test_people.py",
    "probable_people": "columns handed on: tests/warehouse/test_probable.py",
    "rejects": "rows counted: story/test_one_night.py",
    "sales": "columns handed on: test_marts.py",
}
"""Models without an example, and the tests that read their rows."""
WITHOUT_LOGIC = ("staging", "shapes")
"""Folders whose models are renamed and shaped columns; their tests land real records and read what comes out."""


def test_every_example_holds_also_beside_another_brand(tmp_path: Path) -> None:
    project = Path(shutil.copytree(ROOT / "dbt_project", tmp_path / "dbt_project"))
    assert add_second_brands(project) > 150

    assert UnitTests(project, tmp_path / "units").failed() == {}


def test_what_stands_alone_is_there_and_says_why() -> None:
    named = {example["name"] for _, read in examples(ROOT / "dbt_project") for example in read["unit_tests"]}

    assert ONE_BRAND_ALONE.keys() - named == set()
    assert all(ONE_BRAND_ALONE.values())


def test_every_model_that_works_something_out_has_an_example() -> None:
    with_example = {example["model"] for _, read in examples(ROOT / "dbt_project") for example in read["unit_tests"]}
    without = {
        file.stem
        for file in MODELS.rglob("*.sql")
        if file.relative_to(MODELS).parts[0] not in WITHOUT_LOGIC and file.stem not in with_example
    }

    assert without == SEEN_ELSEWHERE.keys()
