"""A vendor and a landing zone of its own for every test of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.extractors.sources.vendor import Vendor


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """A vendor that answers what the test tells it to."""
    running = Vendor()
    yield running
    running.close()


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
