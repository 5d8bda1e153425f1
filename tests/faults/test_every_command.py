"""Every command ends in a sentence, whatever the folders are that it is given."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from leadgen.__main__ import app
from tests.faults.every_command import COMMANDS, names

ROOT = Path(__file__).parents[2]
# Root is kept out of no folder, unless it lays down that right.
AS_ANYBODY = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []


def nothing(folder: Path) -> tuple[Path, Path]:
    return folder / "data", folder / "config"


def data_is_a_file(folder: Path) -> tuple[Path, Path]:
    (folder / "data").write_text("mine")
    return nothing(folder)


def folders_are_files_inside(folder: Path) -> tuple[Path, Path]:
    (folder / "data").mkdir()
    for name in ("landing", "build", "generations", "spool", "logs", "report", "market", "warehouse.duckdb"):
        (folder / "data" / name).write_text("mine")
    return nothing(folder)


def read_only(folder: Path) -> tuple[Path, Path]:
    (folder / "data").mkdir()
    (folder / "data").chmod(0o500)
    return nothing(folder)


def another_s(folder: Path) -> tuple[Path, Path]:
    data, config = nothing(folder)
    for path in (data, data / "landing", data / "build", data / "generations", config):
        path.mkdir()
    (config / "accounts.yml").write_text("accounts: [{source: manual}]")
    for path in (data / "landing", data / "build", data / "generations", config / "accounts.yml", data):
        path.chmod(0)
    return data, config


def config_is_a_file(folder: Path) -> tuple[Path, Path]:
    (folder / "config").write_text("accounts: []")
    return nothing(folder)


def accounts_are_a_folder(folder: Path) -> tuple[Path, Path]:
    (folder / "config" / "accounts.yml").mkdir(parents=True)
    (folder / "config" / "brands.csv").mkdir()
    return nothing(folder)


def accounts_are_no_text(folder: Path) -> tuple[Path, Path]:
    (folder / "config").mkdir()
    (folder / "config" / "accounts.yml").write_bytes("accounts: # Müller".encode("latin-1"))
    return nothing(folder)


def odd(name: str) -> Callable[[Path], tuple[Path, Path]]:
    def made(folder: Path) -> tuple[Path, Path]:
        data, config = folder / name / "data", folder / name / "config"
        config.mkdir(parents=True)
        (config / "accounts.yml").write_text("accounts: [{source: manual}]")
        return data, config

    made.__name__ = f"below {name}"
    return made


STATES = [
    nothing,
    data_is_a_file,
    folders_are_files_inside,
    read_only,
    another_s,
    config_is_a_file,
    accounts_are_a_folder,
    accounts_are_no_text,
    *map(odd, ("a#b?c%20d", "[ab]*", 'it\'s "{{ a }}" ${HOME};', "a b ü 日本")),
]


@pytest.fixture(scope="module")
def taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_every_command_is_tried() -> None:
    assert names(app) == {name.removesuffix(" --ask") for name in COMMANDS}


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_every_command_ends_in_a_sentence(
    state: Callable[[Path], tuple[Path, Path]], tmp_path: Path, taken_port: int
) -> None:
    data, config = state(tmp_path)
    (tmp_path / "home").mkdir()
    ran = subprocess.run(
        [*AS_ANYBODY, sys.executable, "-m", "tests.faults.every_command", tmp_path / "out", data, str(taken_port)],
        cwd=tmp_path / "home",
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "LEADGEN_DATA": str(data),
            "LEADGEN_CONFIG": str(config),
        },
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    ended: dict[str, dict[str, Any]] = json.loads((tmp_path / "out").read_text())
    shutil.rmtree(tmp_path, ignore_errors=True)

    assert {name: one["traceback"] for name, one in ended.items() if one["traceback"]} == {}
    assert {name for name, one in ended.items() if one["code"] not in (0, 1, 2, 75)} == set()
    assert {name for name, one in ended.items() if one["code"] and not one["said"].strip()} == set()
