"""The mistakes that are planted, as they are written down in ``planted/*.yml``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
PLANTED = Path(__file__).parent / "planted"


@dataclass(frozen=True)
class Mistake:
    """One small change of one file that somebody could have made, and what must notice it.

    ``severity`` is 1 where wrong numbers, losses or leaks would be published in silence, 2 where a rarer input is
    needed for that, 3 for the rest.
    """

    name: str
    area: str
    file: str
    find: str
    replace: str
    severity: int
    seen_by: tuple[str, ...]
    """Models, whose unit tests must fail, or pytest's own addresses of tests."""

    @property
    def is_of_a_model(self) -> bool:
        """Whether the unit tests of models are what must notice it."""
        return not any(".py" in test for test in self.seen_by)

    @property
    def is_of_a_macro(self) -> bool:
        """Whether it changes more than one model at once."""
        return "/macros/" in self.file

    def plant(self, folder: Path) -> str:
        """Change the file below ``folder``. Returns what stood there before.

        Raises:
            ValueError: the text to be changed is not there exactly once.
        """
        path = folder / self.file
        before = path.read_text(encoding="utf-8")
        if before.count(self.find) != 1:
            raise ValueError(f"{self.name}: {self.find!r} stands {before.count(self.find)} times in {self.file}")
        path.write_text(before.replace(self.find, self.replace), encoding="utf-8")
        return before


def planted_mistakes() -> list[Mistake]:
    """All of them, in the order of their files."""
    found = []
    for file in sorted(PLANTED.glob("*.yml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8")):
            tests = tuple(entry.pop("seen_by"))
            found.append(Mistake(area=file.stem, seen_by=tests, **entry))
    return found
