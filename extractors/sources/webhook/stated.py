"""The moments and texts of a post as they may stand in a row: UTC, believable, without a secret."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from extractors.fields import as_json
from extractors.redaction import redacted

# A sender that states a time before its post came may be believed for so long; then its clock is wrong.
OLDEST_STATED = timedelta(days=31)


def believable(stated: datetime | None, received_at: datetime) -> datetime:
    """The stated moment; where there is none, or it is in the future or long ago, that of receipt."""
    if stated is None:
        return received_at
    stated = utc(stated)
    return stated if received_at - OLDEST_STATED <= stated <= received_at else received_at


def moment(seconds: Any) -> Any:
    """Seconds since 1970; what is none is left to be rejected."""
    try:
        return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    except (TypeError, ValueError, OverflowError, OSError):
        return seconds


def payload(value: Any) -> str:
    """As JSON; a secret that a sender put into its form is hidden."""
    return redacted(as_json(value) or "null")


def hidden(text: str | None) -> str | None:
    """The text without a secret."""
    return None if text is None else redacted(text)


def utc(moment: datetime) -> datetime:
    """As the landing zone holds times: UTC, without saying so."""
    return moment.astimezone(UTC).replace(tzinfo=None)
