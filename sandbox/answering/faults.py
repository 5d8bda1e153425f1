"""Faults on request: which request is to go wrong, and how its answer is spoiled."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import msgspec

from sandbox.answering.answer import Answer
from sandbox.answering.tables import changed, is_table

FaultKind = Literal[
    "rate_limit",
    "server_error",
    "expired_token",
    "revoked",
    "slow",
    "cut_body",
    "cut_gzip",
    "html_page",
    "duplicate_page",
    "doubled_rows",
    "schema_drift",
    "job_failed",
    "stream_error",
]
Change = Literal["rename", "retype", "add", "remove"]

KINDS: tuple[str, ...] = get_args(FaultKind)
REFUSING = ("rate_limit", "server_error", "expired_token", "revoked")
"""Kinds that a vendor answers in its own words."""
ACTED_OUT = ("job_failed", "stream_error")
"""Kinds that few vendors know: a report made in the background, a stream of Google. The others happen to any answer."""

HTML_PAGE = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body>We will be back soon.</body></html>"


class Fault(msgspec.Struct, forbid_unknown_fields=True):
    """One order to fail: requests number ``on_page`` to ``on_page + times - 1`` of those that match.

    ``match`` is looked for in "METHOD path?query" and in the body; ``account`` is the account that the
    credential belongs to. ``times`` 0 means from then on, for ever.
    """

    source: str
    kind: FaultKind
    match: str = ""
    account: str | None = None
    times: int = 1
    on_page: int = 1
    seconds: float = 2.0
    field: str | None = None
    change: Change = "rename"


@dataclass
class Ordered:
    """A fault and what has become of it."""

    fault: Fault
    seen: int = 0
    fired: int = 0
    last_answer: Answer | None = None

    def is_due(self) -> bool:
        """Whether the request just seen is one that must fail."""
        first = self.fault.on_page
        if self.fault.kind == "duplicate_page":
            # Nothing can be repeated before the second page.
            first = max(first, 2)
        return self.seen >= first and (self.fault.times == 0 or self.seen < first + self.fault.times)


@dataclass
class Faults:
    """The faults in force."""

    ordered: list[Ordered] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> None:
        """From the next request on."""
        with self._lock:
            self.ordered.append(Ordered(fault))

    def clear(self) -> None:
        """No faults any more."""
        with self._lock:
            self.ordered.clear()

    def matching(self, source: str, account: str, request: str) -> list[Ordered]:
        """The faults that look at this request, each with the request counted."""
        with self._lock:
            found = [
                ordered
                for ordered in self.ordered
                if ordered.fault.source == source
                and ordered.fault.match in request
                and ordered.fault.account in (None, account)
            ]
            for ordered in found:
                ordered.seen += 1
            return found


def spoiled(answer: Answer, ordered: Ordered, rows_keys: Collection[str]) -> Answer:
    """The answer as the fault leaves it. A cut answer says so in its headers; the server does the cutting."""
    fault = ordered.fault
    if fault.kind == "cut_body":
        return _with_body(answer, answer.whole_body(), {"x-sandbox-cut": "1"})
    if fault.kind == "cut_gzip":
        packed = gzip.compress(answer.whole_body(), mtime=0)
        return _with_body(answer, packed[: len(packed) * 2 // 3], {"content-encoding": "gzip"})
    if fault.kind == "html_page":
        return Answer(200, HTML_PAGE, {}, "text/html; charset=utf-8")
    if fault.kind == "duplicate_page" and ordered.last_answer is not None:
        return ordered.last_answer
    if fault.kind == "doubled_rows":
        return _rewritten(answer, lambda body: _doubled(body, rows_keys))
    if fault.kind == "schema_drift":
        return _drifted(answer, fault)
    return answer


def _with_body(answer: Answer, body: bytes, headers: dict[str, str]) -> Answer:
    return Answer(answer.status, body, {**answer.headers, **headers}, answer.media_type)


def _rewritten(answer: Answer, change: Callable[[Any], Any]) -> Answer:
    if is_table(answer.media_type):
        return _with_body(answer, changed(answer.whole_body(), answer.media_type, change), {})
    return _with_body(answer, msgspec.json.encode(change(msgspec.json.decode(answer.whole_body()))), {})


def _doubled(body: Any, rows_keys: Collection[str]) -> Any:
    if isinstance(body, list):
        nested = any(isinstance(item, dict) and rows_keys & item.keys() for item in body)
        return [_doubled(item, rows_keys) for item in body] if nested else [*body, *body]
    return {
        name: [*value, *value] if name in rows_keys and isinstance(value, list) else _inside(value, rows_keys)
        for name, value in body.items()
    }


def _inside(value: Any, rows_keys: Collection[str]) -> Any:
    """An object that an answer is wrapped in; the rows' own objects stand in lists."""
    return _doubled(value, rows_keys) if isinstance(value, dict) else value


def _drifted(answer: Answer, fault: Fault) -> Answer:
    name = fault.field or ""
    if "json" not in answer.media_type and not is_table(answer.media_type):
        renamed = answer.whole_body().replace(f"{name}=".encode(), f"{name}_v2=".encode())
        return _with_body(answer, renamed, {})
    return _rewritten(answer, lambda body: _changed(body, name, fault.change))


def _changed(value: Any, name: str, change: Change) -> Any:
    if isinstance(value, list):
        return [_changed(item, name, change) for item in value]
    if not isinstance(value, dict):
        return value
    result: dict[str, Any] = {}
    for key, inner in value.items():
        if key != name:
            result[key] = _changed(inner, name, change)
        elif change == "rename":
            result[f"{key}_v2"] = inner
        elif change == "retype":
            # An object where there was a value converts to nothing.
            result[key] = {"value": inner}
        elif change == "add":
            result[key] = inner
            result[f"{key}_new"] = "new"
    return result
