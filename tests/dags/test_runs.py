"""The real DAGs, run once against the sandbox over HTTP: what lands, who is held up, what is tried again."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dags import market, run_local
from dags.child import python_module
from dags.outcome import RunOutcome

FIRST_DAY, LAST_DAY = date(2026, 3, 27), date(2026, 3, 30)  # over the night of the clocks in Berlin
DAYS = {"first_day": FIRST_DAY.isoformat(), "last_day": LAST_DAY.isoformat()}
FOUR_DAYS = [f"day={FIRST_DAY + timedelta(days=n)}.parquet" for n in range(4)]


@dataclass(frozen=True)
class Served:
    """A served market, and the data folder it is pulled into."""

    data: Path
    port: int

    def fault(self, **fault: Any) -> None:
        """Let the sandbox answer wrongly from now on."""
        order = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/__sandbox__/faults",
            data=json.dumps(fault).encode(),
            headers={"content-type": "application/json"},
        )
        urllib.request.urlopen(order, timeout=10).close()

    def landed(self, table: str) -> dict[str, list[str]]:
        """The files of a table, by account."""
        folders = sorted((self.data / "landing" / table).glob("account=*"))
        return {folder.name.removeprefix("account="): sorted(f.name for f in folder.iterdir()) for folder in folders}


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A market of a few weeks."""
    folder = tmp_path_factory.mktemp("market")
    with python_module(
        "sandbox", "generate", "--out", folder, "--first-day", "2026-03-01", "--last-day", LAST_DAY
    ) as process:
        market.finish(process, "invented")
    return folder


@pytest.fixture
def served(invented: Path, airflow_database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The market, served; an empty data folder; connections and configuration that lead to it."""
    from sandbox.config import connections

    with market.served(invented) as port:
        market.configure(invented, port, tmp_path / "config")
        monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path / "config"))
        monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
        for name, value in connections(f"http://127.0.0.1:{port}").items():
            monkeypatch.setenv(name, value)
        yield Served(tmp_path / "data", port)


def run(dag_id: str, **params: Any) -> RunOutcome:
    """One run, in which a retry comes after a second."""
    dag = run_local.load_dags()[dag_id]
    for task in dag.tasks:
        getattr(task, "partial_kwargs", {}).update(retry_delay=timedelta(seconds=1), retry_exponential_backoff=0)
    return run_local.run_once(dag, params)


def test_a_run_lands_every_day_asked_for_of_every_account(served: Served) -> None:
    ended = run("extract_callrail", **DAYS)

    assert ended.state == "success"
    assert served.landed("callrail/calls") == {"ACCCLEAR": FOUR_DAYS, "ACCNORD": FOUR_DAYS}


def test_a_run_announces_its_days_and_keeps_what_it_counted(served: Served) -> None:
    ended = run("extract_ecb", **DAYS)

    assert ended.state == "success"
    counted = next(task.returned for task in ended.tasks if task.task_id == "rates")
    assert counted["rows"] > 0
    assert counted["rejects"] == 0


def test_a_refused_account_fails_at_once_and_its_neighbour_lands(served: Served) -> None:
    served.fault(source="callrail", kind="revoked", match="ACCNORD", times=1000)

    ended = run("extract_callrail", **DAYS)

    assert ended.state == "failed"
    assert {(task.try_number, task.error.split(":")[0]) for task in ended.ended("failed")} == {(1, "FixSettings")}
    assert served.landed("callrail/calls") == {"ACCCLEAR": FOUR_DAYS}


def test_a_source_that_was_down_is_asked_again_and_then_lands(served: Served) -> None:
    served.fault(source="ecb", kind="server_error", match="eurofxref", times=5)

    ended = run("extract_ecb", **DAYS)

    assert ended.state == "success"
    assert [(task.state, task.try_number) for task in ended.tasks if task.task_id == "rates"] == [
        ("up_for_retry", 1),
        ("success", 2),
    ]


def test_an_account_that_no_file_lists_is_not_asked(served: Served) -> None:
    (served.data.parent / "config" / "accounts.yml").write_text(
        "accounts: [{source: callrail, account: ACCNORD, brand: nordhaus, connection: callrail_nordhaus}]\n"
    )

    ended = run("extract_callrail", **DAYS)

    assert ended.state == "success"
    assert served.landed("callrail/calls") == {"ACCNORD": FOUR_DAYS}


def test_no_secret_is_in_what_airflow_keeps_of_a_run(served: Served) -> None:
    served.fault(source="callrail", kind="revoked", match="ACCNORD", times=1000)
    from sandbox.config import connections

    secrets = [
        json.loads(value)["password"] for name, value in connections("http://127.0.0.1:1").items() if "CALLRAIL" in name
    ]
    run("extract_callrail", **DAYS)

    kept = b"".join(file.read_bytes() for file in Path(os.environ["AIRFLOW_HOME"]).rglob("*") if file.is_file())
    assert not [secret for secret in secrets if secret.encode() in kept]
