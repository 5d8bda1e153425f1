"""Reports that a vendor makes in the background: submit once, ask until it is done, survive being killed."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from extractors.errors import RetryLater
from extractors.http.client import Restart, TooMuch
from extractors.private import private_file, private_folder
from extractors.settings import state_dir

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 60.0
DEADLINE = timedelta(hours=1)
KEPT_FOR = timedelta(hours=12)
"""A report older than this is asked for anew: its numbers are yesterday's."""


@dataclass(frozen=True)
class Report:
    """One report: how it is ordered, and how one learns that it is done."""

    name: str
    """The same for the same report, so that a repeated task finds what it ordered."""
    submit: Callable[[], str]
    is_done: Callable[[str], bool]
    pauses: tuple[float, float] = (FIRST_PAUSE, LONGEST_PAUSE)
    """Seconds between the first two looks at it, and the most between any two; each pause doubles the one before."""

    @property
    def _file(self) -> Path:
        return state_dir() / f"{hashlib.sha256(self.name.encode()).hexdigest()[:32]}.json"

    def ordered(self) -> str | None:
        """The id of a report that an earlier, killed task ordered."""
        saved = _saved(self._file)
        return str(saved["id"]) if saved and not _is_old(saved) else None

    def remember(self, report_id: str) -> None:
        """Keep the id before anything is awaited."""
        private_folder(self._file.parent)
        part = private_file(self._file.with_suffix(".part"))
        saved = {"name": self.name, "id": report_id, "ordered_at": datetime.now(UTC).isoformat()}
        part.write_text(json.dumps(saved), encoding="utf-8")
        part.replace(self._file)

    def forget(self) -> None:
        """The report was read; the next task orders a new one."""
        self._file.unlink(missing_ok=True)


def left_behind(prefix: str) -> list[str]:
    """The ids of reports with such names that no task will find again; each is told once."""
    found = []
    for file in state_dir().glob("*.json"):
        saved = _saved(file)
        if saved and _is_old(saved) and str(saved["name"]).startswith(prefix):
            file.unlink(missing_ok=True)
            found.append(str(saved["id"]))
    return found


def _saved(file: Path) -> dict[str, Any] | None:
    """What was kept of a report; None where there is nothing to be read."""
    try:
        saved: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        saved = {"name": "", **saved, "id": saved["id"], "ordered_at": datetime.fromisoformat(saved["ordered_at"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return saved


def _is_old(saved: dict[str, Any]) -> bool:
    return bool(datetime.now(UTC) - saved["ordered_at"] >= KEPT_FOR)


def content_of(request: Any) -> str:
    """What tells a report's request from every other: part of its name, or a changed option finds the old report."""
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()[:16]


def finished_report(report: Report, sleep: Callable[[float], None] = time.sleep) -> str:
    """The id of the report once it is done. One that failed is ordered once more before ``TooMuch``."""
    resumed = report.ordered()
    for is_last in (False, True):
        report_id = resumed or report.submit()
        if resumed is None:
            report.remember(report_id)
        resumed = None
        try:
            _wait(report, report_id, sleep)
        except (TooMuch, Restart):
            report.forget()
            if is_last:
                raise
        else:
            return report_id
    raise AssertionError("the last try returns or raises")


def _wait(report: Report, report_id: str, sleep: Callable[[float], None]) -> None:
    deadline = time.monotonic() + DEADLINE.total_seconds()
    pause, longest = report.pauses
    while not report.is_done(report_id):
        if time.monotonic() > deadline:
            raise RetryLater(f"{report.name}: the report is not done after {DEADLINE}. It is asked for again later.")
        sleep(pause)
        pause = min(pause * 2, longest)
