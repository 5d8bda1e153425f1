"""What a token endpoint answers, and the file that keeps tokens which change at each use."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

from filelock import FileLock, Timeout

from extractors.disk import flush_folder
from extractors.errors import FixSettings, RetryLater, SourceChanged
from extractors.http.answers import seconds_of
from extractors.http.vendor_words import with_vendor_sentences
from extractors.settings import tokens_dir

REFRESH_EARLY_SECONDS = 300
LONGEST_LIFETIME = 400 * 86400.0
LONGEST_RENEWAL_SECONDS = 180.0
"""Nobody renews a token for longer than this: whoever waits longer comes back later."""


@dataclass(frozen=True)
class Tokens:
    """What opens an account now. Its ``repr`` shows no secret."""

    refresh_token: str = field(repr=False)
    access_token: str = field(default="", repr=False)
    expires_at: float = 0.0
    """When the access token ends, in seconds since 1970."""
    renewing_since: str | None = None
    """When a renewal was begun whose answer has not been stored: it was lost, or it is under way."""


class TokenStore:
    """The tokens of one account, in a file that only its owner may read."""

    def __init__(self, name: str) -> None:
        self._file = tokens_dir() / f"{re.sub(r'[^A-Za-z0-9._-]', '_', name)}.json"

    def read(self, given: str) -> Tokens:
        """The tokens as last stored; those of the connection when a person has put a new one there."""
        try:
            saved = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Tokens(given)
        except (OSError, ValueError):
            raise FixSettings(
                f"{self._file} cannot be read. Give consent again, put the new refresh token into the connection "
                "and remove that file."
            ) from None
        if saved.pop("given", None) != _fingerprint(given):
            return Tokens(given)
        return Tokens(**saved)

    def write(self, given: str, tokens: Tokens) -> None:
        """Replace the file as a whole; when this returns, a power cut cannot undo it."""
        self._prepare_folder()
        part = self._file.with_suffix(f".{os.getpid()}.part")
        # Made with these rights: a moment in which others may read it would be one too many.
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps({"given": _fingerprint(given), **asdict(tokens)}))
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._file)
        flush_folder(self._file.parent)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the account's renewal; it ends with its process, also with a killed one."""
        self._prepare_folder()
        lock = FileLock(self._file.with_suffix(".lock"), timeout=LONGEST_RENEWAL_SECONDS, mode=0o600)
        try:
            lock.acquire()
        except Timeout:
            raise RetryLater("another process has been renewing this account's token for minutes") from None
        try:
            yield
        finally:
            lock.release()

    def _prepare_folder(self) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _fingerprint(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def granted(status: int, body: Any, what: str, lost_since: str | None = None) -> Mapping[str, Any]:
    """The token answer, or whose turn it is when there is none."""
    answer = body if isinstance(body, dict) else {}
    if status != 200:
        # An error is a word at most vendors; amoCRM writes a title, HubSpot a status, and Bitrix24 may write a number.
        words = ("error", "title", "status")
        reason = next((str(answer[name]) for name in words if answer.get(name)), "no reason given")
        lost = (
            f"The answer to a renewal begun at {lost_since} never arrived, and may have held the token that is good "
            "now. "
            if lost_since
            else ""
        )
        cure = (
            "Check the id and the secret of the application in the connection."
            if what == "client credentials"
            else "Give consent again and put the new refresh token into the connection."
        )
        if status == 404:
            cure = f"Has the account moved? Check the connection's host. If it is right: {cure}"
        said = with_vendor_sentences(f"the token endpoint refused the {what} with {status} ({reason})", answer)
        raise FixSettings(f"{said}. {lost}{cure}")
    if not isinstance(answer.get("access_token"), str):
        raise SourceChanged(f"the token answer has no 'access_token'; it has {sorted(answer)}.")
    return answer


def lifetime(answer: Mapping[str, Any], usual: float) -> float:
    """Seconds that the access token may be used; one that ends within the margin is still used once."""
    seconds = seconds_of(answer.get("expires_in"))
    return max(min(seconds or usual, LONGEST_LIFETIME), REFRESH_EARLY_SECONDS + 1)
