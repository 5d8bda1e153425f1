"""How pages of Great Expectations are written: each template is compiled once, not anew for each part of each suite."""

from __future__ import annotations

from typing import Any

from great_expectations.render.view import DefaultJinjaIndexPageView, DefaultJinjaPageView
from jinja2.bccache import Bucket, BytecodeCache


class _InMemory(BytecodeCache):
    """Templates as they were compiled, for as long as this process lives."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if compiled := self._compiled.get(bucket.key):
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


_compiled = _InMemory()


class Page(DefaultJinjaPageView):  # type: ignore[misc]
    """A page of one table."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.env.bytecode_cache = _compiled


class IndexPage(DefaultJinjaIndexPageView):  # type: ignore[misc]
    """The list of all pages."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.env.bytecode_cache = _compiled
