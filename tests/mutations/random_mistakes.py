"""Lets cosmic-ray make mistakes of its own in the core modules of Python: ``make mutants-at-random``.

What is planted by hand is what somebody thought of. cosmic-ray changes each comparison, number and condition in turn;
a share of its mistakes is drawn with a seed and tried. It runs in an environment of its own, on a copy of the project.
"""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from tests.mutations.__main__ import copied, environment

COSMIC_RAY = "cosmic-ray==8.7.0"
CORE = {
    "activations/batches.py": ["tests/activations/test_batches.py"],
    "dags/retries.py": ["tests/dags/test_retries.py", "tests/dags/test_quota.py"],
    "dags/schedule.py": ["tests/dags/test_schedule.py", "tests/dags/test_nights.py"],
    "extractors/http/answers.py": ["tests/extractors/http/test_answers.py"],
    "extractors/http/paging.py": ["tests/extractors/http/test_paging.py"],
    "extractors/landing/columns.py": [
        "tests/extractors/landing/test_columns.py", "tests/extractors/landing/test_writer.py"
    ],
    "extractors/landing/versions.py": ["tests/extractors/landing/test_versions.py"],
    "extractors/receiver/signatures.py": [
        "tests/extractors/receiver/test_signatures.py", "tests/extractors/receiver/test_app.py"
    ],
    "extractors/records.py": ["tests/extractors/test_records.py"],
    "extractors/redaction.py": ["tests/extractors/test_redaction.py", "tests/extractors/test_secrets.py"],
    "extractors/times.py": ["tests/extractors/test_times.py"],
    "handwritten/tables.py": ["tests/handwritten/test_tables.py"],
    "handwritten/words.py": ["tests/warehouse/test_rules.py"],
    "warehouse/rules/values.py": ["tests/warehouse/test_rule_values.py"],
    "warehouse/steps/channel_effects.py": ["tests/warehouse/test_channel_effects.py"],
    "warehouse/steps/claims.py": ["tests/warehouse/test_claims.py", "tests/warehouse/test_people.py"],
    "warehouse/steps/names.py": ["tests/warehouse/test_names.py"],
    "warehouse/steps/people.py": ["tests/warehouse/test_people.py"],
}  # fmt: skip
"""Modules, and the tests that must notice what is wrong with them."""
# Types and the way in which two are written side by side are no behaviour.
NO_MISTAKES = ("core/ReplaceBinaryOperator_BitOr_%", "core/RemoveDecorator")

console = Console()


def drawn(folder: Path, copy: Path, module: str, count: int, seed: int) -> Path:
    """A session of cosmic-ray with ``count`` of the mistakes that it can make in the module."""
    name = module.replace("/", "-").removesuffix(".py")
    config, session = folder / f"{name}.toml", folder / f"{name}.sqlite"
    command = f"{sys.executable} -m pytest -x -q -p no:cacheprovider -n 0 {' '.join(CORE[module])}"
    config.write_text(
        f'[cosmic-ray]\nmodule-path = "{module}"\ntimeout = 300.0\nexcluded-modules = []\n'
        f'test-command = "{command}"\n[cosmic-ray.distributor]\nname = "local"\n',
        encoding="utf-8",
    )
    ask(copy, "init", str(config), str(session))
    with sqlite3.connect(session) as database:
        for operator in NO_MISTAKES:
            database.execute(
                "delete from work_items where job_id in (select job_id from mutation_specs where operator_name like ?)",
                [operator],
            )
        jobs = sorted(job for (job,) in database.execute("select job_id from work_items"))
        places = {
            job: place
            for job, *place in database.execute(
                "select job_id, operator_name, occurrence, start_pos_row, start_pos_col from mutation_specs"
            )
        }
        jobs.sort(key=lambda job: list(map(str, places[job])))
        kept = random.Random(f"{seed} {module}").sample(jobs, min(count, len(jobs)))
        database.executemany("delete from work_items where job_id = ?", [[job] for job in jobs if job not in kept])
        database.execute("delete from mutation_specs where job_id not in (select job_id from work_items)")
    return config


def ask(copy: Path, *words: str) -> None:
    """Run a command of cosmic-ray in the copy."""
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "tool", "run", "--quiet", "--system-certs", "--from", COSMIC_RAY, "cosmic-ray", *words]
    done = subprocess.run(command, cwd=copy, env=environment(copy), capture_output=True, text=True, check=False)
    if done.returncode:
        console.print(f"cosmic-ray {words[0]} failed:\n{done.stdout[-1000:]}{done.stderr[-1000:]}", markup=False)
        raise typer.Exit(2)


def survivors(session: Path) -> tuple[int, list[str]]:
    """How many mistakes were tried, and where and what those were that no test noticed."""
    with sqlite3.connect(session) as database:
        outcomes = database.execute(
            "select test_outcome, operator_name, module_path, start_pos_row, diff from work_results"
            " join mutation_specs using (job_id) order by start_pos_row"
        ).fetchall()
    lived = []
    for outcome, operator, module, line, diff in outcomes:
        if "SURVIVED" in str(outcome).upper():
            changed = [one for one in (diff or "").splitlines() if one[:1] in "+-" and one[:3] not in ("+++", "---")]
            lived.append("\n".join([f"{module}:{line} {operator.removeprefix('core/')}", *changed]))
    return len(outcomes), lived


def main(
    count: Annotated[int, typer.Option(help="How many mistakes are drawn in each module.")] = 12,
    seed: Annotated[int, typer.Option(help="Another seed draws others.")] = 1,
    module: Annotated[list[str] | None, typer.Option(help="Only these modules.")] = None,
) -> None:
    """Try mistakes drawn at random in the core modules, and list those that no test notices."""
    tried = noticed = 0
    with tempfile.TemporaryDirectory(prefix="mistakes-") as folder:
        copy = copied(Path(folder) / "copy")
        os.environ.setdefault("PYTHONHASHSEED", "0")
        for one in track(module or sorted(CORE), "modules", console=console):
            config = drawn(Path(folder), copy, one, count, seed)
            session = config.with_suffix(".sqlite")
            ask(copy, "baseline", str(config))
            ask(copy, "exec", str(config), str(session))
            here, lived = survivors(session)
            tried += here
            noticed += here - len(lived)
            # At once: whoever stops a long run has what it found so far.
            console.print("\n".join([*lived, f"{one}: {here - len(lived)} of {here}"]), markup=False)
    console.print(f"{noticed} of {tried} mistakes were noticed, {noticed / max(tried, 1):.0%}.")


if __name__ == "__main__":
    typer.run(main)
