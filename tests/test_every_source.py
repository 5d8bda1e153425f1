"""A source has a place of its name in every folder. Who adds one and forgets a step is told which."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from extractors.model import Source
from extractors.sources import SOURCES

ROOT = Path(__file__).parent.parent
UNIONED = ROOT / "dbt_project" / "models" / "intermediate" / "unioned"
# Nobody answers these over HTTP: a person drops files, a page reports its visits.
WITHOUT_RECORDED_ANSWERS = {"pixel"}


def missing_places(source: Source) -> list[str]:
    """What a source still lacks, as the path to make or the line to add."""
    name = source.name
    places = [
        f"extractors/sources/{name}.py",
        f"dbt_project/models/staging/{name}/_{name}__sources.yml",
        *(f"dbt_project/models/staging/{name}/stg_{name}__{table.name}.sql" for table in source.tables),
        *(f"dbt_project/models/staging/{name}/stg_{name}__{table.name}.yml" for table in source.tables),
        *([] if name in WITHOUT_RECORDED_ANSWERS else [f"tests/fixtures/{name}"]),
    ]
    missing = [f"{name} has no {place}" for place in places if not (ROOT / place).exists()]
    if not any((ROOT / "tests" / "extractors").rglob(f"test_{name}*.py")):
        missing.append(f"{name} has no tests/extractors/sources/test_{name}.py")
    for model, macro in (
        ("int_landing__counted", "landing_counts"),
        ("int_staged__counted", "staged_counts"),
        ("int_rejects__unioned", "landing_rejects"),
    ):
        text = (UNIONED / f"{model}.sql").read_text(encoding="utf-8")
        missing += [
            f"{model}.sql does not count {name}.{table.name}"
            for table in source.tables
            if f"{macro}('{name}', '{table.name}')" not in text
        ]
    example = yaml.safe_load((ROOT / "config" / "accounts.example.yml").read_text(encoding="utf-8"))
    if name not in {account["source"] for account in example["accounts"]}:
        missing.append(f"config/accounts.example.yml has no account of {name}")
    return missing


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
        "nowhere has no extractors/sources/nowhere.py",
        "nowhere has no dbt_project/models/staging/nowhere/_nowhere__sources.yml",
        "nowhere has no dbt_project/models/staging/nowhere/stg_nowhere__rates.sql",
        "nowhere has no dbt_project/models/staging/nowhere/stg_nowhere__rates.yml",
        "nowhere has no tests/fixtures/nowhere",
        "nowhere has no tests/extractors/sources/test_nowhere.py",
        "int_landing__counted.sql does not count nowhere.rates",
        "int_staged__counted.sql does not count nowhere.rates",
        "int_rejects__unioned.sql does not count nowhere.rates",
        "config/accounts.example.yml has no account of nowhere",
    ]
