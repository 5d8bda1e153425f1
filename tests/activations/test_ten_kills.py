"""A sender that is killed at any moment loses no sale and tells none twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.activations.conftest import Platform
from tests.activations.publications import SOLD_AT, click, publish, sale

ROOT = Path(__file__).parents[2]
SALES = 400
KILLS = 10
SECONDS = 0.05
"""The vendor takes so long for each answer: however fast the machine is, so long lie between two requests."""
# A sender in pieces of 4 rows, so that it has many moments in which it can die.
SENDER = """
import sys
from dataclasses import replace
import activations.destination_list as listed
listed.DESTINATIONS["microsoft_ads"] = replace(listed.DESTINATIONS["microsoft_ads"], batch=4)
from activations.__main__ import app
print("begins", flush=True)
app(["activate", "--at", "2026-04-06T06:00"])
"""


def started() -> subprocess.Popen[str]:
    sender = subprocess.Popen(
        [sys.executable, "-c", SENDER], cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, text=True
    )
    assert sender.stdout
    assert sender.stdout.readline() == "begins\n"
    return sender


def test_ten_kills_lose_nothing_and_tell_nothing_twice(microsoft: Platform) -> None:
    own: dict[str, Any] = {"click_id_type": "msclkid", "clicked_at": SOLD_AT}
    rows = [sale(number, "microsoft_ads", "900100", click_id=click(number), **own) for number in range(SALES)]
    publish(microsoft.data, rows)
    microsoft.server.order("faults", source="microsoft_ads", kind="slow", match="Apply", times=0, seconds=SECONDS)
    chance = random.Random(20260406)
    killed_at = []
    for _ in range(KILLS):
        sender = started()
        # Some while it plans, the others after a request or two, and a moment.
        wanted = len(microsoft.posted()) + chance.choice([0, 1, 4, 8])
        while len(microsoft.posted()) < wanted and sender.poll() is None:
            time.sleep(0.002)
        time.sleep(chance.uniform(0, SECONDS))
        sender.send_signal(signal.SIGKILL)
        assert sender.wait(timeout=60) == -signal.SIGKILL
        killed_at.append(len(microsoft.standing()))
    assert len(set(killed_at)) > 2, "it was killed at moments that differ"
    assert killed_at[-1] < SALES, "it was killed before it was done, each time"

    microsoft.server.reset()
    microsoft.server.order("clock", today="2026-04-08")
    sender = started()
    assert sender.wait(timeout=180) == 0

    standing = microsoft.standing()
    assert len(standing) == SALES
    assert sorted(one["ConversionValue"] for one in standing.values()) == sorted(float(one["value"]) for one in rows)
    assert microsoft.tell().left_out == {"told": SALES}
