"""The command ``leadgen`` reaches everything, from any folder and fast; every text that names a command is right."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

import pytest
import typer.main
from typer.core import TyperGroup
from typer.testing import CliRunner

from activations.__main__ import activations
from activations.__main__ import app as telling
from erasure.__main__ import app as erasing
from extractors.__main__ import app as extracting
from leadgen.__main__ import GROUPS, app, name_of
from leadgen.trace import app as tracing
from sandbox.__main__ import app as sandbox
from warehouse.__main__ import app as warehouse

ROOT = Path(__file__).parents[2]
WITH_CALLS = [
    *(ROOT / name for name in ("README.md", "Dockerfile", "Makefile", "docker-compose.yml")),
    *(
        file
        for folder in (
            "activations",
            "config",
            "dags",
            "dbt_project",
            "docs",
            "extractors",
            "leadgen",
            "report",
            "sandbox",
            "warehouse",
        )
        for file in sorted((ROOT / folder).rglob("*"))
        if file.suffix in {".md", ".py", ".sql", ".yml"}
    ),
]
HEAVY = {
    "airflow",
    "altair",
    "cryptography",
    "dbt",
    "duckdb",
    "great_expectations",
    "numpy",
    "pyarrow",
    "requests",
    "vl_convert",
}


def leadgen(
    *words: str,
    cwd: Path,
    code: Path = ROOT,
    python: Sequence[str] = ("-m", "leadgen"),
    settings: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LEADGEN_")}
    return subprocess.run(
        [sys.executable, *python, *words],
        cwd=cwd,
        env={**inherited, "COLUMNS": "500", "PYTHONPATH": str(code), **settings},
        capture_output=True,
        text=True,
        timeout=60,
    )


def group(command: object) -> TyperGroup:
    assert isinstance(command, TyperGroup)
    return command


COMMANDS = group(typer.main.get_command(app)).commands
MARKET = group(COMMANDS["sandbox"]).commands
TOLD = group(COMMANDS["activations"]).commands


def names(part: typer.Typer) -> set[str]:
    return {name_of(command) for command in part.registered_commands}


def test_every_command_of_the_six_is_there_once() -> None:
    parts = [names(extracting), names(warehouse), names(tracing), names(erasing), names(telling)]
    assert set(COMMANDS) == set().union(*parts) | {"activations", "sandbox"}
    assert len(COMMANDS) == sum(len(part) for part in parts) + 2
    assert set(MARKET) == names(sandbox)
    assert set(TOLD) == names(activations)


def test_the_help_shows_every_command_below_what_it_is_for() -> None:
    said = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).output
    shown: dict[str, list[str]] = {}
    for line in said.splitlines():
        if title := re.match(r"╭─ (.+?) ─", line):
            shown[title[1]] = []
        elif named := re.match(r"│ (\S+)", line):
            shown[list(shown)[-1]].append(named[1])

    del shown["Options"]
    grouped = {title: list(of_group) for title, of_group in GROUPS.items()}
    grouped["Tell the ad platforms"].append("activations")
    assert shown == {**grouped, "Invented market": ["sandbox"]}


@pytest.mark.parametrize(
    "name",
    [
        *sorted(COMMANDS.keys() - {"sandbox", "activations"}),
        *(f"sandbox {name}" for name in MARKET),
        *(f"activations {name}" for name in TOLD),
    ],
)
def test_the_help_of_a_command_ends_with_an_example_or_what_comes_next(name: str) -> None:
    said = CliRunner().invoke(app, [*name.split(), "--help"], env={"COLUMNS": "200"}).output

    assert re.search(r"(Example|Then): .*leadgen", said.rstrip().splitlines()[-1])


def test_the_list_of_commands_loads_nothing_heavy(tmp_path: Path) -> None:
    said = leadgen("--help", cwd=tmp_path, python=("-X", "importtime", "-m", "leadgen"))
    loaded = {line.rpartition("|")[2].strip() for line in said.stderr.splitlines() if line.startswith("import time:")}

    assert said.returncode == 0
    assert {"extractors.settings", "typer"} <= loaded
    assert not {name for name in loaded if name.split(".")[0] in HEAVY or name == "extractors.sources"}


@pytest.mark.parametrize("unset", [{}, {"LEADGEN_DATA": "", "LEADGEN_CONFIG": ""}])
def test_unset_or_empty_the_folders_are_those_of_the_checkout_from_anywhere(
    tmp_path: Path, unset: dict[str, str]
) -> None:
    said = leadgen("--help", cwd=tmp_path, settings=unset).stdout
    folders = "from {0}.settings import config_dir, data_dir; print(config_dir(), data_dir())"
    understood = {
        leadgen(cwd=tmp_path, python=("-c", folders.format(part)), settings=unset).stdout.strip()
        for part in ("extractors", "warehouse")
    }

    assert f"Configuration is read from {ROOT / 'config'}, data lies in {ROOT / 'data'}." in said
    assert understood == {f"{ROOT / 'config'} {ROOT / 'data'}"}
    assert not list(tmp_path.iterdir())


def test_folders_that_are_named_are_said_whole(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "accounts.yml").write_text("accounts: []")
    said = leadgen("doctor", cwd=tmp_path, settings={"LEADGEN_DATA": "kept", "LEADGEN_CONFIG": "mine"})

    assert said.returncode == 0
    assert said.stdout.splitlines() == [f"configuration: {tmp_path / 'mine'}", f"data folder:   {tmp_path / 'kept'}"]


def test_what_a_build_would_refuse_of_the_rules_is_said_before_it(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "accounts.yml").write_text("accounts: []")
    (tmp_path / "mine" / "working_hours.csv").write_text("brand,weekday,opens_at,closes_at\n,1,9,18:00\n")
    (tmp_path / "mine" / "lookback_windows.csv").write_text("conversion_type,days\nlead,-3\n")
    said = leadgen("doctor", cwd=tmp_path, settings={"LEADGEN_DATA": "kept", "LEADGEN_CONFIG": "mine"})

    assert said.returncode == 1
    mine = f"wrong   {tmp_path}/mine"
    assert [line for line in said.stdout.splitlines() if line.startswith("wrong")] == [
        f"{mine}/lookback_windows.csv, line 2: days is '-3' and must be a number of days from 0 on, such as 30.",
        f"{mine}/working_hours.csv, line 2: opens_at is '9' and must be a time such as 09:00.",
    ]


def test_an_installation_without_a_checkout_holds_all_files_and_works_in_the_current_folder(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "site")
    shipped = {file.relative_to(tmp_path / "site") for file in (tmp_path / "site").rglob("*") if file.is_file()}
    needed = {
        file.relative_to(ROOT)
        for folder in ("dbt_project", "extractors", "leadgen", "report", "sandbox", "warehouse")
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and not {"__pycache__", "target", "logs", ".user.yml"} & set(file.relative_to(ROOT).parts)
    }
    (tmp_path / "elsewhere").mkdir()
    said = leadgen("doctor", cwd=tmp_path / "elsewhere", code=tmp_path / "site")

    assert not needed - shipped
    assert said.returncode == 1
    assert f"{tmp_path}/elsewhere/config/accounts.yml does not exist" in said.stdout
    assert f"a copy of {tmp_path}/site/extractors/accounts.example.yml" in said.stdout
    assert Path("extractors/accounts.example.yml") in shipped


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--version"], 0, r"leadgen \d+\.\d+\.\d+\n$"),
        (["plul"], 2, "No such command 'plul'. Did you mean 'pull'?"),
        (["sandbox", "scor"], 2, "Did you mean 'score'?"),
        (["accept", "--source", "nowhere"], 2, "there is no source 'nowhere'"),
        (["pull", "--from", "2026-02-01", "--to", "2026-01-01"], 2, "ends .* before it starts"),
        (["build", "--to", "yesterday"], 2, "'yesterday' does not match the format"),
        (["sandbox", "generate", "--out", "m", "--first-day", "soon"], 2, "'soon' does not match the format"),
        (
            ["sandbox", "land", "--dir", "m", "--data", "d"],
            2,
            "no market in m; make one: leadgen sandbox generate --out m",
        ),
        (["report"], 1, "Build first: leadgen build --to DAY"),
        (["build", "--to", "2026-06-30"], 1, "Read your sources first: leadgen pull"),
    ],
)
def test_the_exit_code_says_whether_it_worked_failed_or_was_called_wrongly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], code: int, says: str
) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    ended = CliRunner().invoke(app, words, env={"COLUMNS": "300"})

    assert ended.exit_code == code
    assert re.search(says, ended.output)


def test_the_shell_completes_a_command(tmp_path: Path) -> None:
    asked = {"_LEADGEN_COMPLETE": "complete_bash", "COMP_WORDS": "leadgen re", "COMP_CWORD": "1"}
    program = "from leadgen.__main__ import app; app(prog_name='leadgen')"

    assert set(leadgen(cwd=tmp_path, python=("-c", program), settings=asked).stdout.split()) == {
        name for name in COMMANDS if name.startswith("re")
    }


def test_what_is_installed_as_leadgen_is_this_command() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    module, _, name = scripts["leadgen"].partition(":")

    assert scripts.keys() == {"leadgen"}
    assert getattr(import_module(module), name) is app


def written_calls() -> Iterator[tuple[str, str, list[str]]]:
    """Each ``leadgen …`` in a document, a message or a file of settings: the file, the command, its options."""
    called = re.compile(r"(?<!from )\bleadgen ((?:sandbox )?[a-z][a-z-]+)((?:(?!leadgen )[^`;\n])*)")
    for file in WITH_CALLS:
        for found in called.finditer(file.read_text(encoding="utf-8")):
            yield str(file.relative_to(ROOT)), found[1], re.findall(r"(?<=\s)--[a-z-]+", found[2])


def test_every_text_that_names_a_command_names_one_that_is_there_with_its_options() -> None:
    known = {**COMMANDS, **{f"sandbox {name}": command for name, command in MARKET.items()}}
    calls = list(written_calls())
    wrong = [
        (file, name, option)
        for file, name, options in calls
        for option in [None, *options]
        if name not in known or (option and option not in {word for one in known[name].params for word in one.opts})
    ]

    assert {"README.md", "extractors/run.py", "docs/when-a-run-fails.md"} <= {file for file, _, _ in calls}
    assert not wrong


def test_no_text_sends_a_person_to_the_former_commands() -> None:
    former = re.compile(r"python -m (?:extractors|warehouse|sandbox)\b(?!\.)")

    assert [str(file) for file in WITH_CALLS if former.search(file.read_text(encoding="utf-8"))] == []
