"""Rate limits: token buckets, one per source, account and kind of request."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limit:
    """So many requests in so many seconds; the bucket starts full and refills evenly."""

    requests: int
    seconds: float


# High enough that nobody meets it by accident: the sandbox is fast unless told otherwise.
GENEROUS = Limit(requests=10_000, seconds=1)


@dataclass
class Bucket:
    """One token bucket."""

    limit: Limit
    tokens: float = field(init=False)
    filled_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = float(self.limit.requests)
        self.filled_at = time.monotonic()

    def take(self, amount: float = 1) -> float:
        """Take so many tokens and return 0, or return the seconds until there are as many.

        Who wants more than the bucket holds gets them from a full one.
        """
        now = time.monotonic()
        rate = self.limit.requests / self.limit.seconds
        self.tokens = min(float(self.limit.requests), self.tokens + (now - self.filled_at) * rate)
        self.filled_at = now
        wanted = min(amount, float(self.limit.requests))
        if self.tokens >= wanted:
            self.tokens -= wanted
            return 0.0
        return (wanted - self.tokens) / rate


class Limits:
    """The limits in force and the buckets behind them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._limits: dict[tuple[str, str], Limit] = {}
        self._buckets: dict[tuple[str, str, str], Bucket] = {}

    def set(self, source: str, bucket: str, limit: Limit) -> None:
        """From now on this limit holds, for every account of the source, with full buckets."""
        with self._lock:
            self._limits[source, bucket] = limit
            self._forget_buckets(source)

    def clear(self, source: str | None = None) -> None:
        """Back to the generous limits, for one source or for all."""
        with self._lock:
            for key in [key for key in self._limits if source in (None, key[0])]:
                del self._limits[key]
            self._forget_buckets(source)

    def take(self, source: str, account: str, bucket: str, amount: float = 1) -> float:
        """Count one request, or what it asks for; seconds to wait, 0 when it may pass."""
        with self._lock:
            key = (source, account, bucket)
            if key not in self._buckets:
                self._buckets[key] = Bucket(self._limits.get((source, bucket), GENEROUS))
            return self._buckets[key].take(amount)

    def used_percent(self, source: str, account: str, bucket: str = "") -> int:
        """How much of the limit is used up, 0 to 100."""
        with self._lock:
            held = self._buckets.get((source, account, bucket))
            return 0 if held is None else round(100 * (1 - held.tokens / held.limit.requests))

    def remaining(self, source: str, account: str, bucket: str = "") -> int:
        """How many requests would pass right now."""
        with self._lock:
            held = self._buckets.get((source, account, bucket))
            return GENEROUS.requests if held is None else int(held.tokens)

    def in_force(self, source: str, bucket: str = "") -> Limit:
        """The limit of a source."""
        return self._limits.get((source, bucket), GENEROUS)

    def _forget_buckets(self, source: str | None) -> None:
        for key in [key for key in self._buckets if source in (None, key[0])]:
            del self._buckets[key]
