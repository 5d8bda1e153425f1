"""What is known of a night: which sources are done with it, what failed, what was built, whether somebody was told.

Small files in a folder per night, ``<data>/nights/<day>/``: Airflow's own events say only that something was landed
since the last build began, not of which night, nor whether that was all.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from extractors.settings import data_dir

KEPT_NIGHTS = 31

Closings = Mapping[str, str]
"""Of each source that is done with a night, which of its runs ended when."""


@dataclass(frozen=True)
class Trouble:
    """What failed in a night: one account of a source, or one phase of the build."""

    what: str
    sentence: str
    link: str


def close(night: date, source: str, by: str) -> None:
    """Every table and account of the source is done with this night: landed, failed, or not allowed to us."""
    _write(_folder(night) / f"closed-{source}.json", {"source": source, "by": by})
    for old in sorted(folder for folder in _root().glob("????-??-??") if folder.is_dir())[:-KEPT_NIGHTS]:
        shutil.rmtree(old, ignore_errors=True)


def closings(night: date) -> dict[str, str]:
    """The sources that are done with the night."""
    read = (_read(file) for file in _folder(night).glob("closed-*.json"))
    return {str(one["source"]): str(one["by"]) for one in read if one}


def is_complete(done: Closings, sources: Collection[str]) -> bool:
    """Whether nobody has to be waited for."""
    return bool(sources) and set(sources) <= set(done)


def note_built(night: date, done: Closings) -> None:
    """Readers see a warehouse in which these sources were done with the night."""
    _write(_folder(night) / "built.json", dict(done))


def built(night: date) -> dict[str, str] | None:
    """The sources that were done with the night when it was built last; None when it never was."""
    return _read(_folder(night) / "built.json")


def note_trouble(night: date, trouble: Trouble) -> None:
    """Remember what failed; of what fails again in the same night the last sentence counts."""
    name = "".join(letter if letter.isalnum() else "-" for letter in trouble.what)
    _write(_folder(night) / f"failed-{name}.json", asdict(trouble))


def troubles(night: date) -> list[Trouble]:
    """What failed in the night, in the order of the names."""
    read = (_read(file) for file in sorted(_folder(night).glob("failed-*.json")))
    return [Trouble(**one) for one in read if one]


def claim_telling(night: date) -> bool:
    """Whether nobody was told of this night yet. Whoever asks first is the one to tell."""
    _folder(night).mkdir(parents=True, exist_ok=True)
    try:
        (_folder(night) / "told").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def give_telling_back(night: date) -> None:
    """The message did not go out, so the next one may."""
    (_folder(night) / "told").unlink(missing_ok=True)


def told_before(night: date) -> dict[str, str]:
    """What was told of earlier nights and still stood last time: by its key, the day on which it was told last."""
    kept = _read(_root() / "told.json") or {}
    return {key: day for key, day in kept.items() if day < night.isoformat()}


def remember_told(told: Mapping[str, str]) -> None:
    """Keep what stands now and when it was told; what stands no longer is news when it comes again."""
    _write(_root() / "told.json", dict(told))


def _root() -> Path:
    return data_dir() / "nights"


def _folder(night: date) -> Path:
    return _root() / night.isoformat()


def _write(file: Path, content: Mapping[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_suffix(".part")
    aside.write_text(json.dumps(content), encoding="utf-8")
    aside.replace(file)


def _read(file: Path) -> dict[str, Any] | None:
    try:
        content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content
