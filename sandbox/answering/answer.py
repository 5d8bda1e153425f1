"""What a vendor of the sandbox answers: a status, a body, headers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; a body in pieces is sent chunked."""

    status: int = 200
    body: bytes | Iterator[bytes] = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = JSON

    def whole_body(self) -> bytes:
        """The body in one piece; an answer in pieces can be read once only."""
        return self.body if isinstance(self.body, bytes) else b"".join(self.body)


class Refused(Exception):
    """Ends a request with this answer instead of the handler's."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"refused with {answer.status}")
        self.answer = answer


def json_answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer with the value as compact JSON."""
    return Answer(status, msgspec.json.encode(body), headers or {})


def spliced(records: list[str]) -> msgspec.Raw:
    """A JSON array of records that are JSON texts already; nothing is parsed again."""
    return msgspec.Raw(("[" + ",".join(records) + "]").encode())
