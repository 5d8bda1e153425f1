"""The documents name what is there: every published table with its columns, and only commands and files that exist."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from extractors.source_list import markdown
from report.metrics import ratios

ROOT = Path(__file__).parent.parent


def published() -> dict[str, list[str]]:
    """Each published table with its columns, as the models' YAML promises them."""
    found = {}
    for file in (ROOT / "dbt_project" / "models" / "marts").rglob("*.yml"):
        for model in yaml.safe_load(file.read_text()).get("models", []):
            if not model["name"].startswith("int_"):
                found[model["name"]] = [column["name"] for column in model["columns"]]
    return found


def test_the_table_reference_names_every_published_column() -> None:
    reference = (ROOT / "docs" / "tables.md").read_text()
    written = {}
    for section in re.split(r"^### ", reference, flags=re.MULTILINE)[1:]:
        columns = re.search(r"^Columns: (.*)\.$", section, flags=re.MULTILINE)
        assert columns
        written[section.split("`")[1]] = re.findall(r"`(\w+)`", columns[1])

    assert written == published()


def test_the_list_of_sources_is_that_of_the_code() -> None:
    assert (ROOT / "docs" / "sources.md").read_text(encoding="utf-8") == markdown(), (
        "make it anew: leadgen sources --markdown > docs/sources.md"
    )


def test_the_ratios_of_the_glossary_are_those_of_the_report() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")

    assert ratios() in glossary, "make it anew: python -c 'from report.metrics import ratios; print(ratios())'"


def test_the_table_reference_names_every_attribution_model() -> None:
    reference = (ROOT / "docs" / "tables.md").read_text()
    folder = ROOT / "dbt_project" / "models" / "intermediate" / "attribution"
    files = {file.stem.removeprefix("int_credit__") for file in folder.glob("int_credit__*.sql")}

    assert not [model for model in files - {"unioned", "unattributed", "widened"} if f"`{model}`" not in reference]


def test_every_document_that_is_linked_is_there() -> None:
    for document in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)\)", document.read_text()):
            assert (document.parent / link).exists(), f"{document.name} links to {link}"


def test_the_readme_only_asks_for_targets_that_make_has() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    asked = set(re.findall(r"^ +make (\w+)", (ROOT / "README.md").read_text(), flags=re.MULTILINE))

    assert asked
    assert asked <= targets


def test_the_architecture_names_only_rooms_that_are_there() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {
        room for room in re.findall(r"`([^`\s]+)`", text) if "<" not in room and "…" not in room and "*" not in room
    }
    folders = ("", "extractors", "dbt_project", "dbt_project/models", "dbt_project/models/intermediate", "docs")
    models = {file.stem for file in (ROOT / "dbt_project" / "models").rglob("*.sql")}

    paths = {room for room in rooms if "/" in room or room.endswith((".py", ".yml", ".csv", ".md"))}
    missing = sorted(
        room
        for room in paths
        if not any((ROOT / folder / room).exists() for folder in folders)
        and room.rsplit("/", 1)[-1] not in models
        and not any(ROOT.glob(f"extractors/**/{room}"))
    )
    assert not missing
    assert not sorted(room for room in rooms if re.fullmatch(r"(int|stg)_\w+", room) and room not in models)
