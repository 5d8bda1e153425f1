"""The served market as a whole: clock, faults, limits, counts."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.config import connections
from tests.sandbox.serving import Server, serving
from tests.sandbox.tiny_wire import write_tiny_wire

MARCH: dict[str, Any] = {
    "start_date": "2026-03-01",
    "end_date": "2026-03-31",
    "time_zone": "UTC",
    "per_page": 3,
}
KEY = {"Authorization": "Token token=callrail-key"}


def calls(server: Server, page: int = 1, **params: Any) -> requests.Response:
    url = f"{server.url}/callrail/v3/a/ACCNORD/calls.json"
    return requests.get(url, params={**MARCH, "page": page, **params}, headers=KEY, timeout=10)


def test_the_requests_of_each_source_are_counted(server: Server) -> None:
    calls(server)
    requests.get(f"{server.url}/callrail/v3/nothing", timeout=10)

    assert server.stats() == {"requests": {"callrail": 2}, "answers": {"callrail": {"200": 1, "404": 1}}}


@pytest.mark.parametrize(
    ("kind", "status"), [("rate_limit", 429), ("server_error", 500), ("expired_token", 401), ("revoked", 403)]
)
def test_a_fault_hits_the_page_it_was_ordered_for(server: Server, kind: str, status: int) -> None:
    server.order("faults", source="callrail", kind=kind, match="calls.json", on_page=2, times=2)

    assert [calls(server).status_code for _ in range(4)] == [200, status, status, 200]
    assert server.fired() == 2


def test_a_fault_for_ever_and_for_one_account_only(server: Server) -> None:
    server.order("faults", source="callrail", kind="revoked", account="ACCOTHER", times=0)
    assert calls(server).status_code == 200
    server.order("faults", source="callrail", kind="revoked", account="ACCNORD", times=0)
    assert [calls(server).status_code for _ in range(3)] == [403, 403, 403]
    requests.delete(f"{server.url}/__sandbox__/faults", timeout=10)
    assert calls(server).status_code == 200


def test_a_cut_body_is_shorter_than_its_length_promised(server: Server) -> None:
    server.order("faults", source="callrail", kind="cut_body")
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError)):
        calls(server)
    assert calls(server).status_code == 200


def test_a_cut_gzip_passes_for_a_whole_answer_and_is_not_one(server: Server) -> None:
    server.order("faults", source="callrail", kind="cut_gzip")
    answer = requests.get(
        f"{server.url}/callrail/v3/a/ACCNORD/calls.json", params=MARCH, headers=KEY, timeout=10, stream=True
    )
    raw = answer.raw.read(decode_content=False)

    assert answer.headers["content-encoding"] == "gzip"
    assert len(raw) == int(answer.headers["content-length"])
    assert raw[:2] == b"\x1f\x8b"


def test_a_slow_answer_is_slow(server: Server) -> None:
    server.order("faults", source="callrail", kind="slow", seconds=0.3)
    started = time.monotonic()

    assert calls(server).status_code == 200
    assert time.monotonic() - started >= 0.3


def test_a_page_can_come_twice(server: Server) -> None:
    server.order("faults", source="callrail", kind="duplicate_page")
    first, second, second_again = calls(server, 1), calls(server, 2), calls(server, 2)

    assert first.json() == second.json()
    assert second_again.json()["page"] == 2


def test_rows_can_come_twice_within_a_page(server: Server) -> None:
    server.order("faults", source="callrail", kind="doubled_rows")

    assert [call["id"] for call in calls(server).json()["calls"]] == ["CAL6", "CAL5", "CAL4"] * 2


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("rename", {"duration_v2": 184}),
        ("retype", {"duration": {"value": 184}}),
        ("add", {"duration": 184, "duration_new": "new"}),
        ("remove", {}),
    ],
)
def test_a_field_can_drift(server: Server, change: str, expected: dict[str, Any]) -> None:
    server.order("faults", source="callrail", kind="schema_drift", field="duration", change=change)
    call = calls(server).json()["calls"][0]

    assert {name: value for name, value in call.items() if name.startswith("duration")} == expected


def test_a_proxys_page_comes_with_200(server: Server) -> None:
    server.order("faults", source="callrail", kind="html_page")

    assert calls(server).text.startswith("<!DOCTYPE html>")


def test_a_misspelt_order_is_refused_with_what_is_wrong(server: Server) -> None:
    orders: list[tuple[str, dict[str, Any]]] = [
        ("faults", {"source": "callrail", "kind": "earthquake"}),
        ("faults", {"source": "calrail", "kind": "slow"}),
        ("clock", {"today": "tomorrow"}),
        ("limits", {"source": "callrail", "request": 1}),
    ]
    for what, order in orders:
        answer = requests.post(f"{server.url}/__sandbox__/{what}", json=order, timeout=10)
        assert (answer.status_code, "error" in answer.json()) == (400, True)


def test_the_process_writes_its_port_and_stops_when_told(tmp_path: Path) -> None:
    write_tiny_wire(tmp_path / "wire.duckdb")
    port_file = tmp_path / "port"
    program = f"from sandbox.serve import serve; serve({str(tmp_path)!r}, '127.0.0.1', 0, {str(port_file)!r})"
    process = subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).parents[2])
    try:
        deadline = time.monotonic() + 30
        while not port_file.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        port = port_file.read_text()
        stats = requests.get(f"http://127.0.0.1:{port}/__sandbox__/stats", timeout=10)
        assert json.loads(stats.text)["requests"] == {}
    finally:
        process.terminate()
        assert process.wait(timeout=10) in (0, -15)


def test_what_has_not_happened_by_the_clock_is_not_shown(server: Server) -> None:
    server.order("clock", today="2026-03-02")
    trackers = requests.get(f"{server.url}/callrail/v3/a/ACCNORD/trackers.json", headers=KEY, timeout=10)

    assert [call["id"] for call in calls(server).json()["calls"]] == ["CAL1", "CAL0"]
    # A list of what there is has no day.
    assert len(trackers.json()["trackers"]) == 1


def test_who_retells_the_market_is_let_in_by_the_sandbox_s_own_connections(tmp_path: Path) -> None:
    secret = json.loads(connections("http://sandbox.invalid")["AIRFLOW_CONN_STRIPE_NORDHAUS"])["password"]

    with serving(write_tiny_wire(tmp_path / "wire.duckdb")) as server:
        charges = requests.get(
            f"{server.url}/stripe/v1/charges", headers={"Authorization": f"Bearer {secret}"}, timeout=10
        )

    assert [charge["id"] for charge in charges.json()["data"]] == ["ch_SYN91", "ch_SYN90"]
