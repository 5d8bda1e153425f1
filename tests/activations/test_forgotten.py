"""Who was forgotten is withdrawn where a platform takes it, told to nobody any more, and known by no ledger."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from activations.forgetting import InLedgers, forget_told
from activations.ledger import ledger_file
from activations.withdrawing import TakenBack, take_back_by_contact
from tests.activations.conftest import Platform, configured
from tests.activations.publications import NOW, SOLD_AT, click, publish, sale
from tests.sandbox.serving import Server

ACCOUNT = "900100"
LATER = NOW + timedelta(days=1)
WHO = {"click_id_type": "msclkid", "clicked_at": SOLD_AT - timedelta(days=3)}


def nobody(one: str) -> bool:
    return False


@pytest.fixture
def tiktok(environment: Server, monkeypatch: pytest.MonkeyPatch) -> Platform:
    entry = {
        "destination": "tiktok_ads",
        "account": "7101000000000000001",
        "brand": "nordhaus",
        "options": {"crm": "HubSpot"},
        "tells": [{"milestone": "sale", "as": "Sale", "value": "revenue"}],
    }
    return configured(monkeypatch, environment, entry)


def sold(number: int, **changed: Any) -> dict[str, Any]:
    return sale(number, "microsoft_ads", ACCOUNT, **{**WHO, "click_id": click(number), **changed})


def erase(data: Path, conversions: Sequence[str]) -> None:
    """What an erasure leaves for the senders."""
    at = NOW.replace(tzinfo=None)
    rows = [
        {"erasure": "e", "brand": "nordhaus", "kind": "sale", "conversion_id": one, "erased_at": at}
        for one in conversions
    ]
    (data / "erasures").mkdir(exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), data / "erasures" / "e.conversions.parquet")


def test_a_forgotten_sale_is_taken_back_and_only_until_then_does_the_ledger_keep_its_click(microsoft: Platform) -> None:
    publish(microsoft.data, [sold(1), sold(2)])
    microsoft.tell()
    erase(microsoft.data, ["sale1"])
    # The publication after the erasure has another id in the place of the click.
    publish(microsoft.data, [sold(1, click_id=click(77)), sold(2)])

    assert forget_told([microsoft.told], nobody, NOW) == InLedgers(lines=0, waiting=1)
    assert click(1) in microsoft.ledger()
    assert microsoft.tell(now=NOW + timedelta(hours=5)).left_out == {"correction_too_early": 1, "told": 1}
    assert microsoft.tell(now=LATER).outcomes == {("retract", "accepted", ""): 1}

    assert [one["MicrosoftClickId"] for one in microsoft.standing().values()] == [click(2)]
    written = microsoft.ledger()
    assert click(1) not in written
    assert click(77) not in written
    assert click(2) in written
    assert forget_told([microsoft.told], nobody, LATER) == InLedgers()
    report = microsoft.tell(now=LATER)
    assert (report.outcomes, report.left_out) == ({}, {"withdrawn": 1, "told": 1})
    assert len(microsoft.posted()) == 3


def test_what_was_never_told_of_somebody_forgotten_is_not_told(microsoft: Platform) -> None:
    token = {"click_id": None, "click_id_type": None}
    (microsoft.data.parent / "config" / "erasures.csv").write_text(
        "erasure,erased_on,brand,kind,keyed_hash,token,subject,rules\n"
        f"e,2026-04-06,nordhaus,id,00ff,{click(9)},Bado Meku,1\n",
        encoding="utf-8",
    )
    publish(
        microsoft.data,
        [
            sold(1),
            sold(2, email="erased-abcdefghijklmn@erased.example", **token),
            sold(3, phone="+999123456789012", **token),
            sold(4, click_id=click(9)),
            sold(5),
        ],
    )
    erase(microsoft.data, ["sale1"])

    report = microsoft.tell()

    assert (report.outcomes, report.left_out) == ({("send", "accepted", ""): 1}, {"forgotten": 4})
    assert [one["MicrosoftClickId"] for one in microsoft.posted()] == [click(5)]


def test_a_sale_that_was_told_by_a_contact_cannot_be_taken_back_without_it(microsoft: Platform) -> None:
    token = {"click_id": None, "click_id_type": None, "clicked_at": None}
    publish(microsoft.data, [sold(1, email="jane@mail.example", **token)])
    microsoft.tell()
    erase(microsoft.data, ["sale1"])
    publish(microsoft.data, [sold(1, email="erased-abcdefghijklmn@erased.example", **token)])

    report = microsoft.tell(now=LATER)

    assert (report.outcomes, report.left_out) == ({}, {"nothing_to_correct_by": 1})
    assert len(microsoft.standing()) == 1


def test_a_sale_that_was_told_by_a_contact_is_taken_back_while_the_contact_is_there(microsoft: Platform) -> None:
    nobody_s = {"click_id": None, "click_id_type": None, "clicked_at": None}
    rows = [
        sold(1, email="jane@mail.example", **nobody_s),
        sold(2, email="kim@mail.example", **nobody_s),
        sold(3),
    ]
    publish(microsoft.data, rows)
    microsoft.tell()

    early = take_back_by_contact([microsoft.told], {"sale1", "sale3"}, NOW + timedelta(hours=5))
    assert early == TakenBack(too_early=1)
    assert take_back_by_contact([microsoft.told], {"sale1", "sale3"}, LATER) == TakenBack(taken_back=1)

    # The one that was told by its click waits for the next sending, and nobody else was asked of anything.
    assert sorted(one["ConversionValue"] for one in microsoft.standing().values()) == [102.0, 103.0]
    erase(microsoft.data, ["sale1", "sale3"])
    publish(
        microsoft.data,
        [sold(1, email="erased-abcdefghijklmn@erased.example", **nobody_s), rows[1], sold(3, click_id=click(77))],
    )
    report = microsoft.tell(now=LATER)
    assert report.outcomes == {("retract", "accepted", ""): 1}
    assert report.left_out == {"withdrawn": 1, "told": 1}
    assert take_back_by_contact([microsoft.told], {"sale1"}, LATER) == TakenBack()


def test_whoever_is_erased_does_not_wait_for_a_platform_that_nobody_reaches(
    microsoft: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(microsoft.data, [sold(1, email="jane@mail.example", click_id=None, click_id_type=None, clicked_at=None)])
    microsoft.tell()
    monkeypatch.delenv(f"AIRFLOW_CONN_MICROSOFT_ADS_{ACCOUNT}")

    assert take_back_by_contact([microsoft.told], {"sale1"}, LATER) == TakenBack(failed=1)
    assert take_back_by_contact([], {"sale1"}, LATER) == TakenBack()


def test_a_later_no_takes_back_what_was_told(microsoft: Platform) -> None:
    publish(microsoft.data, [sold(1), sold(2)])
    microsoft.tell()
    no: dict[str, Any] = {"outcome": "consent_denied", "click_id": None, "click_id_type": None, "clicked_at": None}
    publish(microsoft.data, [sold(1, **no), sold(2)])

    assert microsoft.tell(now=LATER).outcomes == {("retract", "accepted", ""): 1}
    assert [one["MicrosoftClickId"] for one in microsoft.standing().values()] == [click(2)]
    assert microsoft.tell(now=LATER).outcomes == {}


def test_where_nothing_can_be_taken_back_nothing_is_sent_and_the_reason_is_written_down(tiktok: Platform) -> None:
    own = {"click_id_type": "ttclid", "clicked_at": SOLD_AT - timedelta(days=3)}
    rows = [sale(n, "tiktok_ads", tiktok.account, click_id=f"E.C.P.click{n}", event_days=28, **own) for n in (1, 2)]
    publish(tiktok.data, rows)
    assert tiktok.tell().outcomes == {("send", "accepted", ""): 2}
    posted = tiktok.posted()
    erase(tiktok.data, ["sale1"])

    assert forget_told([tiktok.told], nobody, NOW).waiting == 0
    assert "click1" not in tiktok.ledger()
    report = tiktok.tell(now=LATER)

    assert report.outcomes == {("retract", "uncorrectable", "tiktok_ads_knows_no_correction"): 1}
    assert tiktok.posted() == posted
    assert "click1" not in tiktok.ledger()
    assert "click2" in tiktok.ledger()
    assert tiktok.tell(now=LATER).outcomes == {}


def test_an_id_on_the_list_goes_from_every_ledger_also_where_nobody_is_told_any_more(microsoft: Platform) -> None:
    publish(microsoft.data, [sold(1), sold(2)])
    microsoft.tell()

    seen = forget_told([], click(1).__eq__, NOW, dry=True)
    assert (seen, click(1) in microsoft.ledger()) == (InLedgers(lines=1, waiting=0), True)
    assert forget_told([], click(1).__eq__, NOW) == InLedgers(lines=1, waiting=0)

    assert click(1) not in microsoft.ledger()
    assert microsoft.tell(now=LATER).left_out == {"nothing_to_correct_by": 1, "told": 1}


def test_a_platform_that_never_answers_is_waited_for_a_month(microsoft: Platform) -> None:
    publish(microsoft.data, [sold(1)])
    microsoft.tell()
    erase(microsoft.data, ["sale1"])

    assert forget_told([microsoft.told], nobody, NOW + timedelta(days=29)) == InLedgers(lines=0, waiting=1)
    assert forget_told([microsoft.told], nobody, NOW + timedelta(days=31)) == InLedgers(lines=1, waiting=0)
    assert click(1) not in microsoft.ledger()


KILLED = """
import os, signal, sys
from pathlib import Path
from activations.emptied import forget_lines
kill = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
moment = sys.argv[2]
if moment == "before the rename":
    Path.replace = kill
elif moment == "after the rename":
    rename = Path.replace
    Path.replace = lambda file, to: (rename(file, to), kill())
else:
    os.fsync = kill
forget_lines(Path(sys.argv[1]), {"microsoft_ads:900100:1"})
"""


@pytest.mark.parametrize(
    ("moment", "is_old"), [("before the disk has it", True), ("before the rename", True), ("after the rename", False)]
)
def test_killed_while_it_is_written_anew_the_ledger_is_the_old_or_the_new_one(
    microsoft: Platform, moment: str, is_old: bool
) -> None:
    publish(microsoft.data, [sold(number) for number in range(200)])
    microsoft.tell()
    before = microsoft.ledger()

    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(ledger_file("microsoft_ads", ACCOUNT)), moment],
        cwd=Path(__file__).parents[2],
        check=False,
    )

    assert killed.returncode == -signal.SIGKILL
    after = microsoft.ledger()
    assert (after == before) is is_old
    assert [json.loads(line)["n"] for line in after.splitlines()] == list(range(1, 401))
    erase(microsoft.data, ["sale1"])
    forget_told([], nobody, NOW)
    assert click(1) not in microsoft.ledger()
    assert not list((microsoft.data / "activations").rglob("*.part"))
    others = [line for line in before.splitlines() if '"intent"' not in line or ':900100:1"' not in line]
    assert len(others) == 399
    assert [line for line in microsoft.ledger().splitlines() if "is_forgotten" not in line] == others
