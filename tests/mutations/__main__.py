"""Plants every mistake in a copy of the project and says which of them no test notices: ``make mutants``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from tests.mutations.planted_mistakes import ROOT, Mistake, planted_mistakes

WANTED_SHARE = 0.97
LONGEST = 600
"""Seconds that the tests of one mistake may take."""
AS_OF_DAY = "2026-03-31"

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


def empty_build(folder: Path, copy: Path) -> dict[str, str]:
    """Build a warehouse of nothing, whose tables tell the unit tests their types. Returns what dbt must know of it."""
    config, data = folder / "config", folder / "data"
    config.mkdir()
    (config / "accounts.yml").write_text("accounts: []\n", encoding="utf-8")
    (config / "brands.csv").write_text(
        "brand,name,time_zone,currency,phone_region,language,site_hosts\nn,N,Europe/Berlin,EUR,DE,de,\n",
        encoding="utf-8",
    )
    asked = {**environment(copy), "LEADGEN_CONFIG": str(config), "LEADGEN_DATA": str(data)}
    leadgen = [sys.executable, "-m", "leadgen"]
    for command in (["contracts"], ["build", "--to", AS_OF_DAY]):
        done = subprocess.run([*leadgen, *command], cwd=copy, env=asked, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Broken(f"leadgen {command[0]} failed in the copy:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    (database,) = (data / "build" / "runs").glob("*/build.duckdb")
    landing = str(data / "build" / "landing")
    return {"LEADGEN_DATA": str(data), "LEADGEN_BUILD_DB": str(database), "LEADGEN_LANDING": landing}


def failed_models(copy: Path, database: dict[str, str], models: Sequence[str]) -> set[str]:
    """Run the unit tests of these models. Returns the models of which one failed; all of them if dbt cannot start."""
    target = copy / "target"
    (target / "run_results.json").unlink(missing_ok=True)
    project = str(copy / "dbt_project")
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")), "--no-use-colors", "test",
            "--select", *(f"{model},test_type:unit" for model in models),
            "--project-dir", project, "--profiles-dir", project, "--target-path", str(target),
            "--log-path", str(copy / "logs"), "--vars", f"{{as_of_day: '{AS_OF_DAY}', run_id: unit}}",
        ],
        cwd=copy, env={**environment(copy), **database}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if not (target / "run_results.json").exists():
        if done.returncode == 0:
            raise Broken(f"none of these models has a unit test: {', '.join(models)}")
        return set(models)
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    return {result["unique_id"].split(".")[2] for result in results if result["status"] not in ("pass", "success")}


def rounds(mistakes: Sequence[Mistake]) -> Iterator[list[Mistake]]:
    """Groups that disturb nobody: a unit test sees one model alone, so each group has one mistake of a model."""
    waiting = [mistake for mistake in mistakes if not mistake.is_of_a_macro]
    while waiting:
        now: dict[str, Mistake] = {}
        for mistake in waiting:
            if mistake.file not in {other.file for other in now.values()} and not set(mistake.seen_by) & now.keys():
                now.update(dict.fromkeys(mistake.seen_by, mistake))
        chosen = list(dict.fromkeys(now.values()))
        waiting = [mistake for mistake in waiting if mistake not in chosen]
        yield chosen
    yield from ([mistake] for mistake in mistakes if mistake.is_of_a_macro)


def survivors_of_models(folder: Path, mistakes: Sequence[Mistake], progress: Progress) -> list[Mistake]:
    """Those mistakes in models and macros that no unit test of dbt notices."""
    if not mistakes:
        return []
    copy = copied(folder / "models")
    bar = progress.add_task("models", total=len(mistakes))
    (folder / "empty").mkdir()
    database = empty_build(folder / "empty", copy)
    models = sorted({model for mistake in mistakes for model in mistake.seen_by})
    if failed := failed_models(copy, database, models):
        raise Broken(f"unit tests fail before anything was planted: {', '.join(sorted(failed))}")
    survived = []
    for chosen in rounds(mistakes):
        before = [(copy / mistake.file, mistake.plant(copy)) for mistake in chosen]
        failed = failed_models(copy, database, sorted({model for mistake in chosen for model in mistake.seen_by}))
        for path, text in before:
            path.write_text(text, encoding="utf-8")
        survived += [mistake for mistake in chosen if not failed & set(mistake.seen_by)]
        progress.advance(bar, len(chosen))
    return survived


def run_tests(copy: Path, tests: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run these tests of pytest in the copy; the first that fails ends it. One that never ends has failed."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    try:
        return subprocess.run(
            command, cwd=copy, env=environment(copy), capture_output=True, text=True, check=False, timeout=LONGEST
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
    sound = run_tests(copy, sorted({test for mistake in mistakes for test in mistake.seen_by}))
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
    of_python = [mistake for mistake in mistakes if not mistake.is_of_a_model]
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder, Progress(console=console) as progress:
        try:
            survived = survivors_of_python(Path(folder), of_python, jobs, progress)
            survived += survivors_of_models(Path(folder), of_models, progress)
        except Broken as broken:
            console.print(str(broken), markup=False)
            raise typer.Exit(2) from None
    share = told(mistakes, survived)
    raise typer.Exit(share < WANTED_SHARE or any(mistake.severity == 1 for mistake in survived))


if __name__ == "__main__":
    typer.run(main)
