"""Keeps small what a process that lands holds in memory beside the rows."""

from __future__ import annotations

import sys
from functools import cache
from importlib.abc import MetaPathFinder
from typing import Any

import pyarrow as pa


def give_memory_back() -> None:
    """Let Arrow use the allocator that keeps least of what was freed, where this system has it."""
    if "jemalloc" in pa.supported_memory_backends():
        pa.set_memory_pool(pa.jemalloc_memory_pool())


class _NoPandas(MetaPathFinder):
    def find_spec(self, name: str, path: Any, target: Any = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


@cache
def leave_pandas_out() -> None:
    """Spare the 36 MB of pandas, which Arrow loads when it makes its first array of a list, to ask if that is a Series.

    Arrow asks once. Whoever wants a data frame of it later still gets one.
    """
    if "pandas" in sys.modules:
        return
    hidden = _NoPandas()
    sys.meta_path.insert(0, hidden)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(hidden)
