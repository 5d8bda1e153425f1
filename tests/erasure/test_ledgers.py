"""An erasure goes through the ledgers of the ad platforms: no id of the person stays but what a platform awaits."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from activations.ledger import Line, ledger_file
from erasure import steps
from erasure.__main__ import app
from erasure.certificate import keep_conversions
from erasure.discover import Asked
from erasure.errors import LeftOver
from erasure.person import Person
from extractors.private import private_folder
from tests.erasure.builds import known

ANN = Asked(emails=("ann@firm.example",))
CLICK, OTHERS, COOKIE, LEAD = "EAIaIQobChMIann00001", "EAIaIQobChMIbob00002", "81f3a0c2b4d5e6f7", "88120004312"


@pytest.fixture(autouse=True)
def data(
    build: duckdb.DuckDBPyConnection, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:  # fmt: skip
    """A build in which Ann came by a click, and told platforms."""
    config = tmp_path_factory.mktemp("config")
    monkeypatch.setenv("LEADGEN_CONFIG", str(config))
    monkeypatch.setenv("LEADGEN_HASH_KEY", "a key")
    (config / "activations.yml").write_text(
        "destinations:\n"
        "- {destination: microsoft_ads, account: '1', brand: nord, tells: [{milestone: sale, as: Sale}]}\n",
        encoding="utf-8",
    )
    build.execute("update shapes.inquiries__unioned set click_id = ? where inquiry_id = 'i1'", [CLICK])
    known(build, "visit_client", COOKIE, "ann", "client_id", COOKIE, COOKIE)
    build.close()
    return tmp_path


def tell(destination: str, account: str, *conversions: tuple[str, str, str, str], days_ago: int = 1) -> Path:
    """A ledger in which conversions were taken: id, click, lead and device of each."""
    file = ledger_file(destination, account)
    private_folder(file.parent)
    moment = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
    happened = f"{datetime.now(UTC) - timedelta(days=days_ago):%Y-%m-%d %H:%M:%S}"
    lines: list[Line] = []
    for one, click, lead, device in conversions:
        shared: dict[str, Any] = {
            "noted_at": moment,
            "run": "r",
            "as_of_day": "2026-06-30",
            "activation_id": f"a-{one}",
        }
        lines.append(
            Line(
                n=len(lines) + 1, step="intent", action="send", milestone="sale", conversion_id=one,
                told_as="Sale", happened_at=happened, value="100", currency="EUR",
                click_id_type="msclkid", click_id=click, lead_ad_id=lead, device_id=device, **shared,
            )
        )  # fmt: skip
        lines.append(Line(n=len(lines) + 1, step="outcome", action="send", state="accepted", **shared))
    file.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
    return file


def test_where_nothing_is_taken_back_the_ids_go_at_once_and_the_conversion_stays(data: Path) -> None:
    file = tell("meta_ads", "7", ("s1", CLICK, LEAD, COOKIE), ("s2", OTHERS, "", ""), ("former", CLICK, "", ""))

    people, _, _, seen, _, _ = steps.preview(ANN)
    assert (len(people), seen.lines) == (1, 2)
    done = steps.forget(ANN)

    written = file.read_text()
    assert [one in written for one in (CLICK, LEAD, COOKIE, OTHERS)] == [False, False, False, True]
    lines = [json.loads(line) for line in written.splitlines()]
    assert [line["n"] for line in lines] == [1, 2, 3, 4, 5, 6]
    assert [line.get("conversion_id") for line in lines[::2]] == ["s1", "s2", "former"]
    assert [line.get("is_forgotten", False) for line in lines[::2]] == [True, False, True]
    assert lines[0]["value"] == "100"
    assert (done.ledger_lines, done.withdrawals_waiting, done.found) == (2, 0, 0)


def test_what_a_platform_takes_back_waits_for_its_answer_and_the_certificate_says_so(data: Path) -> None:
    file = tell("microsoft_ads", "1", ("s1", CLICK, "", ""), ("s2", OTHERS, "", ""))

    done = steps.forget(ANN)

    assert CLICK in file.read_text()
    assert "*" not in file.read_text()
    assert (done.ledger_lines, done.withdrawals_waiting, done.found) == (0, 1, 0)
    assert json.loads((data / "erasures" / f"{done.erasure}.json").read_text())["withdrawals_waiting"] == 1


def test_a_ledger_that_holds_her_and_waits_for_nobody_keeps_the_erasure_open(data: Path) -> None:
    file = tell("meta_ads", "7", ("s2", OTHERS, "", ""))
    # What a platform said of a row, as an older sender wrote it down.
    line = Line(
        n=3, step="outcome", noted_at="2026-06-30 00:00:00", run="r", as_of_day="2026-06-30", activation_id="a-s2",
        action="send", state="failed", reason="ann@firm.example is no address",
    )  # fmt: skip
    file.write_bytes(file.read_bytes() + msgspec.json.encode(line) + b"\n")

    with pytest.raises(LeftOver, match=r"meta_ads/7\.jsonl"):
        steps.forget(ANN)


def test_what_is_too_old_to_be_taken_back_waits_for_nothing(data: Path) -> None:
    file = tell("microsoft_ads", "1", ("s1", CLICK, "", ""), ("s2", OTHERS, "", ""), days_ago=91)

    done = steps.forget(ANN)

    assert CLICK not in file.read_text()
    assert (done.ledger_lines, done.withdrawals_waiting, done.found) == (1, 0, 0)


def test_whoever_verifies_hears_of_ledgers_too(data: Path) -> None:
    keep_conversions("e", [Person("nord", "ann", conversions=[("sale", "s1"), ("lead", "l1")])])
    tell("microsoft_ads", "1", ("s1", OTHERS, "", ""))
    tell("meta_ads", "7", ("l1", "", LEAD, ""))

    said = CliRunner().invoke(app, ["forget", "--verify", "--email", "ann@firm.example"])

    assert "1 lines of ledgers; 1 conversions wait to be taken back" in " ".join(said.stdout.split())
    assert said.exit_code == 1


def test_an_erasure_that_is_finished_without_a_name_keeps_whose_conversions_they_were(data: Path) -> None:
    keep_conversions("e", [Person("nord", "ann", conversions=[("sale", "s1")])])
    keep_conversions("e", [])
    keep_conversions("e", [Person("nord", "ann", conversions=[("sale", "s1"), ("lead", "l1")])])

    kept = pq.read_table(data / "erasures" / "e.conversions.parquet")
    assert kept["conversion_id"].to_pylist() == ["s1", "l1"]
