"""The steward's page: what was checked, in sentences, over all suites, readable without the internet.

Great Expectations' own pages lie below it, with whatever they would fetch from other hosts taken out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from jinja2 import Environment

Kind = Literal["pass", "info", "warn", "fail"]

TITLES = {
    "landed": "Before anything was made of it: what was landed",
    "inquiries": "How well each inquiry is identified",
    "marts": "Before anybody sees it: what is published",
}
OUTCOMES: dict[Kind, str] = {
    "pass": "in order",
    "info": "for you to know",
    "warn": "to be looked at",
    "fail": "refused",
}
ORDER: tuple[Kind, ...] = ("fail", "warn", "info", "pass")
FETCHED = re.compile(
    r"<(?:link|img)\b[^>]*\b(?:href|src)=\"https?://[^>]*>|<script\b[^>]*\bsrc=\"https?://[^>]*>\s*</script>",
    re.IGNORECASE,
)
HOME = (
    '<!DOCTYPE html><meta http-equiv="refresh" content="0; url=../index.html">'
    '<a href="../index.html">What was checked</a>'
)
SHOWN = "<style>body{font-family:system-ui,sans-serif;margin:1rem}.collapse{display:block}</style>"
"""Without the code that folds parts of a page, all parts are open."""


@dataclass(frozen=True)
class Told:
    """One check, as the page tells it."""

    name: str
    table: str
    sentence: str
    """What does not hold where it fails; of an inquiry's flag, what to do."""
    kind: Kind
    found: int
    is_flag: bool = False
    page: str = ""
    """The address of what Great Expectations tells of it."""

    @property
    def holds(self) -> str:
        """What should hold, from the name of the check: names of checks are sentences, those of flags are not."""
        words = self.name.replace("_", " ")
        return f"No inquiry has the flag {words}" if self.is_flag else words[:1].upper() + words[1:]

    @property
    def outcome(self) -> str:
        """In words, with how many rows, where they were counted."""
        return OUTCOMES[self.kind] + (f": {self.found:,}" if self.found and self.kind != "pass" else "")


def page_of(pages: Path, table: str, run_id: str) -> str:
    """The address, from the page of all suites, of what Great Expectations tells of a table, if it does."""
    found = (page for page in pages.rglob(f"*{table}.html") if "validations" in page.parts and run_id in page.parts)
    newest = max(found, default=None, key=lambda page: page.stat().st_mtime_ns)
    return quote(newest.relative_to(pages.parent).as_posix()) if newest else ""


def write_index(folder: Path, suite: str, run_id: str, told: Sequence[Told]) -> None:
    """Keep what a suite found beside its pages, and write the page of all suites anew."""
    results = folder / suite / "results.json"
    results.parent.mkdir(parents=True, exist_ok=True)
    results.write_text(json.dumps({"run_id": run_id, "checks": [asdict(one) for one in told]}), encoding="utf-8")
    part = folder / "index.html.part"
    part.write_text(rendered(folder), encoding="utf-8")
    part.replace(folder / "index.html")


def rendered(folder: Path) -> str:
    """The page, of what each suite found last."""
    template = Path(__file__).with_suffix(".html").read_text(encoding="utf-8")
    suites = [_suite(folder / name / "results.json") for name in TITLES if (folder / name / "results.json").exists()]
    return Environment(autoescape=True, trim_blocks=True).from_string(template).render(suites=suites)


def _suite(results: Path) -> dict[str, Any]:
    read = json.loads(results.read_text(encoding="utf-8"))
    checks = sorted((Told(**one) for one in read["checks"]), key=lambda one: ORDER.index(one.kind))
    counted = {kind: sum(one.kind == kind for one in checks) for kind in ORDER}
    words = [f"{counted[kind]} {OUTCOMES[kind]}" for kind in reversed(ORDER) if counted[kind]]
    name = results.parent.name
    return {
        "name": name,
        "title": TITLES[name],
        "run_id": read["run_id"],
        "summary": f"{len(checks)} checks: {', '.join(words)}." if checks else "Nothing was checked.",
        "checks": [
            {**asdict(one), "holds": one.holds, "outcome": one.outcome, "sentence": one.sentence * (one.kind != "pass")}
            for one in checks
        ],
    }


def take_out_other_hosts(pages: Path) -> None:
    """Let the pages of a suite ask nobody for anything: styles, scripts and pictures of other hosts are not there.

    Its index shows nothing without those scripts, so that the page of all suites stands in for it.
    """
    (pages / "index.html").write_text(HOME, encoding="utf-8")
    for page in pages.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        if FETCHED.search(text):
            page.write_text(FETCHED.sub("", text).replace("</head>", f"{SHOWN}</head>", 1), encoding="utf-8")
