"""Plants every mistake in a copy of the project and says which of them no test notices: ``make mutants``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from tests.dbt_project.two_brands import add_second_brands
from tests.dbt_project.unit_tests import UnitTests
from tests.mutations.planted_mistakes import ROOT, Mistake, planted_mistakes
from tests.mutations.variants import write_variants

WANTED_SHARE = 0.97
LONGEST = 600
"""Seconds that the tests of one mistake may take."""

console = Console()


class Broken(Exception):
    """The project's own tests fail before anything was planted, or cannot be run."""


def copied(into: Path) -> Path:
    """The files of the project as they are now, without what git does not know."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    for name in listed.stdout.split("\0"):
        if name and (ROOT / name).is_file():
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, into / name)
    return into


def environment(copy: Path) -> dict[str, str]:
    """What a command in the copy needs to read the copy's code and not this folder's."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("LEADGEN_")},
        "PYTHONPATH": str(copy),
        "PYTHONDONTWRITEBYTECODE": "1",
        "DO_NOT_TRACK": "1",
    }


def survivors_of_models(folder: Path, mistakes: Sequence[Mistake], progress: Progress) -> list[Mistake]:
    """Those mistakes in models and macros that no example notices, each of which stands there for two brands too."""
    if not mistakes:
        return []
    copy = copied(folder / "models")
    bar = progress.add_task("models", total=len(mistakes))
    add_second_brands(copy / "dbt_project")
    examples = UnitTests(copy / "dbt_project", folder / "units")
    variants = write_variants(copy, mistakes)
    sound = sorted({model for mistake in mistakes for model in mistake.seen_by})
    failed = examples.failed([*sound, *variants])
    if wrong := failed.keys() & set(sound):
        raise Broken("examples fail before anything was planted:\n" + "\n".join(failed[model] for model in wrong))
    progress.advance(bar, len(mistakes))
    noticed = {variants[name].name for name in failed}
    return [mistake for mistake in mistakes if mistake.name not in noticed]


def run_tests(
    copy: Path, tests: Sequence[str], longest: int | None = LONGEST, at_once: int = 0
) -> subprocess.CompletedProcess[str]:
    """Run these tests of pytest in the copy; the first that fails ends it. One that never ends has failed."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-n", str(at_once), *tests]
    try:
        return subprocess.run(
            command, cwd=copy, env=environment(copy), capture_output=True, text=True, check=False, timeout=longest
        )
    except subprocess.TimeoutExpired as endless:
        return subprocess.CompletedProcess(command, 1, str(endless), "")


def survivors_of_python(folder: Path, mistakes: Sequence[Mistake], jobs: int, progress: Progress) -> list[Mistake]:
    """Those mistakes that none of the tests which they name notices."""
    if not mistakes:
        return []
    copies: SimpleQueue[Path] = SimpleQueue()
    for number in range(jobs):
        copies.put(copied(folder / f"python-{number}"))
    bar = progress.add_task("Python", total=len(mistakes))
    copy = copies.get()
    sound = run_tests(
        copy, sorted({test for mistake in mistakes for test in mistake.seen_by}), longest=None, at_once=jobs
    )
    if sound.returncode:
        raise Broken(f"tests fail before anything was planted:\n{sound.stdout[-2000:]}{sound.stderr[-500:]}")
    copies.put(copy)

    def survives(mistake: Mistake) -> bool:
        copy = copies.get()
        try:
            before = mistake.plant(copy)
            done = run_tests(copy, mistake.seen_by)
            (copy / mistake.file).write_text(before, encoding="utf-8")
            return done.returncode == 0
        finally:
            copies.put(copy)
            progress.advance(bar)

    with ThreadPoolExecutor(jobs) as pool:
        return [mistake for mistake, lives in zip(mistakes, pool.map(survives, mistakes), strict=True) if lives]


def told(mistakes: Sequence[Mistake], survived: Sequence[Mistake]) -> float:
    """Print the share of each area and every survivor. Returns the share of all."""
    planted, lived = Counter(m.area for m in mistakes), Counter(m.area for m in survived)
    table = Table("area", "planted", "noticed", "share")
    for area in sorted(planted):
        noticed = planted[area] - lived[area]
        table.add_row(area, str(planted[area]), str(noticed), f"{noticed / planted[area]:.0%}")
    share = 1 - len(survived) / len(mistakes)
    table.add_row("all", str(len(mistakes)), str(len(mistakes) - len(survived)), f"{share:.0%}")
    console.print(table)
    for mistake in sorted(survived, key=lambda mistake: mistake.severity):
        console.print(
            f"survived, severity {mistake.severity}: {mistake.name} ({mistake.file})\n"
            f"  {mistake.find!r}\n  -> {mistake.replace!r}\n  though {', '.join(mistake.seen_by)} should see it",
            markup=False,
        )
    return share


def main(
    area: Annotated[list[str] | None, typer.Option(help="Only these areas (files of planted/).")] = None,
    only: Annotated[list[str] | None, typer.Option(help="Only the mistakes whose names hold this.")] = None,
    jobs: Annotated[int, typer.Option(help="How many mistakes of Python are tried at once.")] = 2,
) -> None:
    """Plant every mistake in a copy of the project, one test run each, and list those that no test notices."""
    mistakes = [
        mistake
        for mistake in planted_mistakes()
        if (not area or mistake.area in area) and (not only or any(part in mistake.name for part in only))
    ]
    if not mistakes:
        raise typer.BadParameter("no planted mistake has such an area or name")
    of_models = [mistake for mistake in mistakes if mistake.is_of_a_model]
    # The slowest tests, those of the warehouse, begin first: begun last they would leave a core without work.
    of_python = [mistake for mistake in reversed(mistakes) if not mistake.is_of_a_model]
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder, Progress(console=console) as progress:
        try:
            # dbt uses one core for minutes.
            with ThreadPoolExecutor(1) as beside:
                models = beside.submit(survivors_of_models, Path(folder), of_models, progress)
                survived = survivors_of_python(Path(folder), of_python, jobs, progress)
                survived += models.result()
        except Broken as broken:
            console.print(str(broken), markup=False)
            raise typer.Exit(2) from None
    share = told(mistakes, survived)
    raise typer.Exit(share < WANTED_SHARE or any(mistake.severity == 1 for mistake in survived))


if __name__ == "__main__":
    typer.run(main)
