"""A source has a place of its name in every folder. Who adds one and forgets a step is told which."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml

from extractors.model import Source
from extractors.sources import SOURCES

ROOT = Path(__file__).parent.parent
SHAPES = ROOT / "dbt_project" / "models" / "shapes"
SHAPES_OF_A_KIND = {
    "ads": ("spend",),
    "visits": ("visits",),
    "forms": ("inquiries",),
    "calls": ("inquiries",),
    "crm": ("contacts", "deals", "deal_contacts", "deal_items"),
    "rates": ("rates",),
}
"""What a source of a kind states at least; others come by what people wrote down."""
# Nobody answers these over HTTP: a person drops files, a page reports its visits.
WITHOUT_RECORDED_ANSWERS = {"pixel"}
ANSWERS = (
    "last_page", "empty_answer", "rate_limit", "expired_auth", "transient_5xx", "cut_body", "permanent_error", "drift",
)  # fmt: skip
"""What every source is shown to withstand; the tests that show it are marked ``meets``."""
NOBODY_IS_ASKED = {"rate_limit", "expired_auth", "transient_5xx"}
NOT_MET = {
    # Read from a folder or from the receiver's spool.
    "manual": NOBODY_IS_ASKED,
    "snowplow": NOBODY_IS_ASKED,
    "webhook": NOBODY_IS_ASKED,
    "pixel": NOBODY_IS_ASKED,
    # One file holds all the days, and everybody may have it.
    "ecb": {"last_page", "expired_auth"},
    "cbr": {"last_page", "expired_auth"},
}
"""Answers that cannot come."""


def files_of_tests(name: str) -> list[Path]:
    """The test files of a source; what only we send is tested where it is received."""
    folder = ROOT / "tests" / "extractors"
    return [*(folder / "sources" / name).glob("test_*.py"), *(folder / "receiver").glob(f"test_{name}*.py")]


def missing_places(source: Source) -> list[str]:
    """What a source still lacks, as the path to make or the line to add."""
    name = source.name
    places = [
        f"extractors/sources/{name}/__init__.py",
        f"dbt_project/models/staging/{name}/_{name}__sources.yml",
        *(f"dbt_project/models/staging/{name}/stg_{name}__{table.name}.sql" for table in source.tables),
        *(f"dbt_project/models/staging/{name}/stg_{name}__{table.name}.yml" for table in source.tables),
        *([] if name in WITHOUT_RECORDED_ANSWERS else [f"tests/extractors/sources/{name}/fixtures"]),
    ]
    missing = [f"{name} has no {place}" for place in places if not (ROOT / place).exists()]
    if not any(files_of_tests(name)):
        missing.append(f"{name} has no tests/extractors/sources/{name}/test_source.py")
    missing += [
        f"{name} has no dbt_project/models/shapes/{shape}/{shape}__{name}.sql"
        for shape in SHAPES_OF_A_KIND.get(source.kind, ())
        if not any((SHAPES / shape).glob(f"{shape}__{name}*.sql"))
    ]
    example = yaml.safe_load((ROOT / "config" / "accounts.example.yml").read_text(encoding="utf-8"))
    if name not in {account["source"] for account in example["accounts"]}:
        missing.append(f"config/accounts.example.yml has no account of {name}")
    return missing


def answers_met(name: str) -> set[str]:
    """What the tests of a source are marked to show."""
    marks = set()
    for file in files_of_tests(name):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for mark in node.decorator_list if isinstance(node, ast.FunctionDef) else []:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.meets":
                    marks |= {ast.literal_eval(argument) for argument in mark.args}
    return marks


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_is_shown_to_withstand_every_answer(name: str) -> None:
    met = answers_met(name)
    missing = [f"no test of {name} is marked {answer}" for answer in ANSWERS if answer not in met]
    assert missing == [f"no test of {name} is marked {answer}" for answer in ANSWERS if answer in NOT_MET.get(name, ())]
    assert met <= set(ANSWERS)


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_has_all_its_places(name: str) -> None:
    assert missing_places(SOURCES[name]) == []


@pytest.mark.parametrize("name", SOURCES)
def test_keys_days_and_required_columns_are_columns(name: str) -> None:
    for table in SOURCES[name].tables:
        named = {*table.key, *table.required, *([table.day] if table.day else [])}
        assert named <= set(table.columns), f"{name}.{table.name}"
        assert (table.day is None) == (table.grain == "snapshot"), f"{name}.{table.name}"


def test_who_forgets_a_step_is_told_which() -> None:
    half_added = Source("nowhere", "crm", "https://nowhere.example", SOURCES["ecb"].tables, SOURCES["ecb"].connect)
    assert missing_places(half_added) == [
        "nowhere has no extractors/sources/nowhere/__init__.py",
        "nowhere has no dbt_project/models/staging/nowhere/_nowhere__sources.yml",
        "nowhere has no dbt_project/models/staging/nowhere/stg_nowhere__rates.sql",
        "nowhere has no dbt_project/models/staging/nowhere/stg_nowhere__rates.yml",
        "nowhere has no tests/extractors/sources/nowhere/fixtures",
        "nowhere has no tests/extractors/sources/nowhere/test_source.py",
        "nowhere has no dbt_project/models/shapes/contacts/contacts__nowhere.sql",
        "nowhere has no dbt_project/models/shapes/deals/deals__nowhere.sql",
        "nowhere has no dbt_project/models/shapes/deal_contacts/deal_contacts__nowhere.sql",
        "nowhere has no dbt_project/models/shapes/deal_items/deal_items__nowhere.sql",
        "config/accounts.example.yml has no account of nowhere",
    ]


@pytest.mark.parametrize("shape", sorted(folder.name for folder in SHAPES.iterdir()))
def test_what_a_source_states_of_a_shape_is_in_its_union(shape: str) -> None:
    union = (SHAPES / shape / f"{shape}__unioned.sql").read_text(encoding="utf-8")
    stated = {file.stem for file in (SHAPES / shape).glob(f"{shape}__*.sql")} - {f"{shape}__unioned"}
    assert set(re.findall(r"ref\('(\w+)'\)", union)) == stated
