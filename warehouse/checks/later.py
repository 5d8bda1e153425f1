"""Loads a package when something is asked of it and not where it is only named: Great Expectations names many."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import LazyLoader, find_spec
from types import ModuleType


class _Later(MetaPathFinder):
    """Finds these modules as everybody else does, and has them loaded later."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = set(names)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self._names:
            return None
        # Only once: the others are asked below.
        self._names.remove(name)
        found = find_spec(name)
        if found is not None and found.loader is not None:
            found.loader = LazyLoader(found.loader)
        return found


@contextmanager
def loaded_later(*names: str) -> Iterator[None]:
    """What is imported in this block does not load these modules; the first who asks one of them for something does."""
    finder = _Later(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
