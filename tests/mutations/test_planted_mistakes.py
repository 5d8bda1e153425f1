"""Every planted mistake still fits the code, and what must notice it is still there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.mutations.planted_mistakes import ROOT, Mistake, planted_mistakes
from tests.mutations.slowest import noticed_by, purpose, timed_tests

MISTAKES = planted_mistakes()


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_fits_the_code_and_names_its_tests(mistake: Mistake) -> None:
    text = (ROOT / mistake.file).read_text(encoding="utf-8")
    models = {path.stem: path for path in (ROOT / "dbt_project" / "models").rglob("*.yml")}

    assert text.count(mistake.find) == 1
    assert mistake.find != mistake.replace
    assert mistake.severity in (1, 2, 3)
    for test in mistake.seen_by:
        if mistake.is_of_a_model:
            assert f"model: {test}\n" in models[test].read_text(encoding="utf-8"), f"{test} has no unit test"
        else:
            file, _, name = test.partition("::")
            assert f"def {name.partition('[')[0]}" in (ROOT / file).read_text(encoding="utf-8")


def test_no_two_mistakes_have_one_name() -> None:
    assert [name for name, count in Counter(mistake.name for mistake in MISTAKES).items() if count > 1] == []


def test_mistakes_are_planted_everywhere() -> None:
    assert len(MISTAKES) >= 220
    assert {mistake.file.partition("/")[0] for mistake in MISTAKES} >= {
        "activations", "dags", "dbt_project", "erasure", "extractors", "handwritten", "report", "sandbox", "warehouse"
    }  # fmt: skip


def test_a_slow_test_is_held_against_the_mistakes_that_it_is_named_for(tmp_path: Path) -> None:
    report = tmp_path / "suite.xml"
    report.write_text(
        '<testsuites><testsuite><testcase classname="tests.warehouse.test_people" name="test_a" time="2.5" />'
        '<testcase classname="tests.warehouse.test_people" name="test_b" time="7" />'
        '<testcase classname="tests.faults.test_two_at_once" name="other" time="0.1" /></testsuite></testsuites>',
        encoding="utf-8",
    )
    mistakes = [
        Mistake("one", "warehouse", "x.py", "a", "b", 1, ("tests/warehouse/test_people.py",)),
        Mistake("two", "warehouse", "x.py", "a", "b", 1, ("tests/warehouse/test_people.py::test_b", "tests/x.py")),
        Mistake("three", "warehouse", "x.py", "a", "b", 1, ("tests/warehouse/test_people.py::test_c",)),
    ]

    slowest, slower, fastest = timed_tests(report)

    assert (slowest.file, slowest.name, slowest.seconds) == ("tests/warehouse/test_people.py", "test_b", 7.0)
    assert noticed_by(slowest, mistakes) == (["one", "two"], ["one"])
    assert noticed_by(slower, mistakes) == (["one"], ["one"])
    assert noticed_by(fastest, mistakes) == ([], [])
    assert purpose("tests/mutations/slowest.py").startswith("Says which tests of a whole run took longest")
