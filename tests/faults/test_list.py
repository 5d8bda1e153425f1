"""The list of faults is whole: every test that docs/reliability.md names is there, and no fault stands in it twice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.faults.taken_out import PROTECTIONS, Protection

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (?P<fault>[^|]+) \| (?P<promise>[^|]+) \| `(?P<test>[^`]+)` \|$", re.MULTILINE)


def rows() -> list[tuple[str, str, str]]:
    """Fault, promise and test of each row."""
    return ROW.findall((ROOT / "docs" / "reliability.md").read_text(encoding="utf-8"))


def is_there(test: str) -> bool:
    """Whether a file below tests/ has a test of that name."""
    file, _, name = test.partition("::")
    path = ROOT / "tests" / file
    return path.is_file() and f"\ndef {name.partition('[')[0]}(" in path.read_text(encoding="utf-8")


def test_every_fault_has_a_test_that_is_there() -> None:
    assert [test for _, _, test in rows() if not is_there(test)] == []
    assert len(rows()) >= 80


def test_no_row_of_the_list_is_passed_over() -> None:
    text = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    parts = text.split("| fault | what is promised | test |\n")[1:]
    tables = [part.partition("\n\n")[0].splitlines() for part in parts]

    assert [line for table in tables for line in table[1:] if not ROW.match(line)] == []
    assert sum(len(table) - 1 for table in tables) == len(rows())


def test_no_fault_stands_there_twice() -> None:
    faults = [fault for fault, _, _ in rows()]

    assert sorted(set(faults)) == sorted(faults)


def test_every_test_of_the_faults_is_in_the_list() -> None:
    named = {test.partition("::")[0] for _, _, test in rows()}

    files = {f"faults/{file.name}" for file in Path(__file__).parent.glob("test_*.py")}
    assert files - named == {"faults/test_list.py"}


@pytest.mark.parametrize("protection", PROTECTIONS, ids=lambda protection: protection.what)
def test_a_protection_that_can_be_taken_out_is_in_the_code(protection: Protection) -> None:
    assert (ROOT / protection.file).read_text(encoding="utf-8").count(protection.text) == 1
    assert is_there(protection.test.removeprefix("tests/"))
