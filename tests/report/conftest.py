"""One report of the invented warehouse and one browser, for all tests of this folder that look at a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from report.write import write_report
from tests.report.looking import Looking
from tests.report.published_market import publish
from tests.story.browser import browsing


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published warehouse."""
    return publish(tmp_path_factory.mktemp("published") / "warehouse.duckdb")


@pytest.fixture(scope="session")
def page(warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of it."""
    return write_report(warehouse, tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="session")
def looking(page: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looking]:
    """A browser in which the report can be opened."""
    with browsing(tmp_path_factory.mktemp("profile")) as browser:
        yield Looking(browser, page)
