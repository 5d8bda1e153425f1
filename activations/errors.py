"""What keeps a destination from being told, each with a sentence for a person."""

from __future__ import annotations

from extractors.redaction import redacted


class ActivationError(Exception):
    """Base class. Its message hides secrets."""

    exit_code = 1

    def __init__(self, message: str) -> None:
        super().__init__(redacted(message))


class FixActivations(ActivationError):
    """The file or an option is wrong. A person must change it."""

    exit_code = 2


class NothingToTell(ActivationError):
    """Nothing is published that could be told."""


class SenderBusy(ActivationError):
    """Another process tells this account at this moment."""

    exit_code = 75


class TooMuchGone(ActivationError):
    """So much of what was told is gone from the publication that it is rather the publication that is wrong."""
