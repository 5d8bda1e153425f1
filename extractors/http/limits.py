"""Rate limits that all processes of one machine keep together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from pyrate_limiter import Duration, Limiter, Rate, SQLiteBucket

from extractors.errors import FixSettings
from extractors.model import Account
from extractors.private import private_file, private_folder


class Gate(Protocol):
    """Lets a request through when its turn has come."""

    def wait(self) -> None:
        """Return when the next request may be sent."""


class OpenGate:
    """No limit is known."""

    def wait(self) -> None:
        """Return at once."""


class SharedGate:
    """One bucket per source and account in a file, so that tasks in several processes share it."""

    def __init__(self, name: str, rates: Sequence[Rate], folder: Path) -> None:
        file = private_folder(folder) / f"{re.sub(r'[^A-Za-z0-9_-]', '_', name)}.sqlite"
        # The bucket's lock lies beside it, and the library makes both as the umask has it.
        private_file(file.with_name(f"{file.name}.lock"))
        bucket = SQLiteBucket.init_from_file(list(rates), db_path=str(private_file(file)), use_file_lock=True)
        self._limiter = Limiter(bucket)
        self._name = name

    def wait(self) -> None:
        """Return when the bucket has room."""
        self._limiter.try_acquire(self._name)


def rates_of(account: Account, usual: Rate) -> tuple[Rate, ...]:
    """The vendor's usual limit, or the one that a contract gives: the option ``requests_per_second``."""
    asked = account.options.get("requests_per_second")
    if asked is None:
        return (usual,)
    if not isinstance(asked, int) or isinstance(asked, bool) or asked < 1:
        raise FixSettings(
            f"{account.source}, account {account.account}: the option requests_per_second must be "
            "a whole number above 0."
        )
    return (Rate(asked, Duration.SECOND),)


def gate(name: str, rates: Sequence[Rate], folder: Path | None) -> Gate:
    """The gate of an account; an open one where nothing limits it."""
    return SharedGate(name, rates, folder) if rates and folder is not None else OpenGate()
