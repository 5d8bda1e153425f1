"""Airflow lists the connection type with its form, and its Test button asks the source with what the form holds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.faults.market import account_of, connection_to
from tests.sandbox.serving import Server

ROOT = Path(__file__).parents[2]
ASK = """
import json, sys
from airflow.models.connection import Connection
from airflow.providers_manager import ProvidersManager
listed = ProvidersManager().hooks.get("leadgen")
fields = [name for name in ProvidersManager().connection_form_widgets if name.startswith("extra__leadgen__")]
made = json.loads(sys.argv[1])
tested = Connection(conn_id="asked", conn_type="leadgen", **made)
import os
os.environ["AIRFLOW_CONN_ASKED"] = tested.as_json()
print(json.dumps([listed.hook_name if listed else None, sorted(fields), *tested.test_connection()]))
"""


def asked(folder: Path, **made: Any) -> Any:
    """What Airflow says of the type and of a connection of it, as an installation with our entry point."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    installed = folder / "leadgen_attribution-0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: leadgen-attribution\nVersion: 0\n")
    lines = [
        line
        for group, entries in stated.items()
        for line in (f"[{group}]", *(f"{name} = {where}" for name, where in entries.items()))
    ]
    (installed / "entry_points.txt").write_text("\n".join(lines))
    ran = subprocess.run(
        [sys.executable, "-c", ASK, json.dumps(made)],
        env={
            **os.environ,
            "PYTHONPATH": f"{folder}:{ROOT}",
            "AIRFLOW_HOME": str(folder / "airflow"),
            "LEADGEN_DATA": str(folder / "data"),
            "LEADGEN_CONFIG": str(folder / "config"),
        },
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    return json.loads(ran.stdout.splitlines()[-1])


@pytest.mark.timeout(300)
def test_the_type_is_listed_with_its_form_and_the_button_asks_the_source(market: Server, tmp_path: Path) -> None:
    found, account = connection_to(market, "callrail"), account_of("callrail")
    extra = json.dumps({"source": "callrail", "account": account.account})

    name, fields, is_good, said = asked(tmp_path, host=found.base_url, password=found.password, extra=extra)

    assert name == "Leadgen source"
    assert {"extra__leadgen__source", "extra__leadgen__account"} <= set(fields)
    assert (is_good, said) == (True, f"callrail {account.account}: read calls")


@pytest.mark.timeout(300)
def test_a_wrong_token_fails_the_button_and_is_not_shown(market: Server, tmp_path: Path) -> None:
    extra = json.dumps({"source": "callrail", "account": account_of("callrail").account})

    *_, is_good, said = asked(
        tmp_path, host=connection_to(market, "callrail").base_url, password="not-the-token-7391", extra=extra
    )

    assert not is_good
    assert "was answered with 401" in said
    assert "not-the-token-7391" not in said
