"""One night's landing in a process of its own, with the fault that was drawn for it."""

from __future__ import annotations

import resource
import signal
from datetime import UTC, date, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from extractors.landing.writer import LandingWriter
from extractors.model import Account, Window
from extractors.sources import SOURCES

TABLE = SOURCES["hubspot"].table("deals")
ACCOUNT = Account("hubspot", "41001", "none", "b")


class BrokeOff(Exception):
    """The vendor sends no more."""


def land(order: dict[str, Any], said: Connection) -> None:
    """Land the order's rows; say when the days are about to be put in place, and when they are."""
    if order["fault"] == "full disk":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["bytes"], order["bytes"]))
    window = Window(date.fromisoformat(order["first"]), date.fromisoformat(order["last"]))
    blank = dict.fromkeys(TABLE.columns)
    try:
        with LandingWriter(Path(order["root"]), "hubspot", TABLE, ACCOUNT, window, "r") as writer:
            for number, (day, deal, amount) in enumerate(order["rows"]):
                if order["fault"] == "vendor" and number >= order["after"]:
                    raise BrokeOff
                moment = datetime.fromisoformat(day).replace(hour=9, tzinfo=UTC)
                row = {**blank, "deal_id": deal, "amount": amount, "created_at": moment, "updated_at": moment}
                row["_payload"] = {"id": deal, "amount": amount}
                writer.add([row] * (2 if order["fault"] == "twice" else 1))
            said.send("committing")
            writer.commit()
        said.send("landed")
    except (BrokeOff, OSError):
        said.send("failed")
