"""One night's landing in a process of its own, with the fault that was drawn for it."""

from __future__ import annotations

import resource
import signal
from datetime import date, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from extractors.model import Window
from tests.faults.town import rows_of, writer_of


class BrokeOff(Exception):
    """The vendor sends no more."""


def land(order: dict[str, Any], said: Connection) -> None:
    """Land the order's rows; say when the days are about to be put in place, and when they are."""
    if order["fault"] == "full disk":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["bytes"], order["bytes"]))
    window = Window(date.fromisoformat(order["first"]), date.fromisoformat(order["last"]))
    try:
        moment = datetime.fromisoformat(order["moment"]) if order["moment"] else None
        with writer_of(Path(order["root"]), "deals", window, moment) as writer:
            for number, (day, deal, amount) in enumerate(order["rows"]):
                if order["fault"] == "vendor" and number >= order["after"]:
                    raise BrokeOff
                (row,) = rows_of("deals", date.fromisoformat(day), {deal: amount})
                writer.add([row] * (2 if order["fault"] == "twice" else 1))
            said.send("committing")
            writer.commit()
        said.send("landed")
    except (BrokeOff, OSError):
        said.send("failed")
