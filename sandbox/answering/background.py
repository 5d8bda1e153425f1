"""Reports that are made in the background: whatever their account asks for brings each of them a step further."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from sandbox.answering.state import Sandbox


@dataclass(kw_only=True)
class Background:
    """A report under way."""

    account: str
    ordered_on: date
    left: int
    """How often it will still be found unfinished; below 0 it is finished."""

    @property
    def is_finished(self) -> bool:
        """Whether it can be read."""
        return self.left < 0


R = TypeVar("R", bound=Background)


def step(sandbox: Sandbox, kind: type[R], account: str, kept_for: timedelta) -> list[R]:
    """Bring each report of the account a step further and forget those that are too old; which of them are unfinished.

    So a report that nobody asks about any more does not stand in the queue for ever.
    """
    with sandbox.lock:
        kept = list(sandbox.kept.items())
        own = [(key, one) for key, one in kept if isinstance(one, kind) and one.account == account]
        for key, one in own:
            one.left -= 1
            if abs(sandbox.now() - one.ordered_on) > kept_for:
                del sandbox.kept[key]
        return [one for key, one in own if key in sandbox.kept and not one.is_finished]
