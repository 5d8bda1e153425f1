"""What can go wrong while reading a source, named by its cure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from extractors.redaction import redacted


class ExtractError(Exception):
    """Base class, so that one ``except`` can catch all of ours and nothing else. Its message hides secrets."""

    def __init__(self, message: str) -> None:
        super().__init__(redacted(message))


class RetryLater(ExtractError):
    """The source is busy or down. Waiting and asking again is the cure."""

    def __init__(self, message: str, after: timedelta | None = None) -> None:
        super().__init__(message)
        self.after = after
        """How long the source asked us to wait; None when it did not say."""


class QuotaGone(RetryLater):
    """The source gives nothing more for hours. Coming back then is the cure; nobody is to sleep until then."""

    def __init__(self, message: str, after: timedelta) -> None:
        # Never before the moment that the message names.
        self.until = (datetime.now(UTC) + after + timedelta(seconds=1)).replace(microsecond=0)
        super().__init__(f"{message} Read it again after {self.until:%Y-%m-%d %H:%M:%S} UTC.", after)


class FixSettings(ExtractError):
    """A credential or an option is wrong. A person must change it; a retry cannot help."""


class SourceChanged(ExtractError):
    """The source answered in a shape we don't know. Someone must read its change log."""


class SkipAccount(ExtractError):
    """This account or table may not be read (closed, no right to it); the others go on."""
