"""Which lines of a sheet are no rows of its table: sums of the others, and notes below them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from extractors.sources.manual import written
from extractors.sources.manual.mapping import Fitted
from extractors.sources.manual.sheets import Block, blank_codes, listed

Mask = np.ndarray[Any, np.dtype[np.bool_]]


def totals_in(block: Block, arrays: Mapping[str, pa.Array], fitted: Fitted, day: str) -> Mask:
    """True for each line that is to be passed over; ``day`` is the column that a row of totals has none in."""
    mapping = fitted.mapping
    is_one = np.zeros(len(block), dtype=bool)
    if mapping.stop:
        # A campaign may be called Total: only a row without its day is one of totals.
        is_one |= _begins_with(block, tuple(word.casefold() for word in mapping.stop)) & _is_null(arrays[day])
    if mapping.totals_lack:
        is_one |= _is_null(arrays[mapping.totals_lack])
    if mapping.notes_below:
        is_one |= _has_one_cell(block, len(fitted.header))
    return is_one


def _begins_with(block: Block, words: tuple[str, ...]) -> Mask:
    first = block.columns[0]
    begins = [str(written.as_text(value) or "").strip().casefold().startswith(words) for value in listed(first.values)]
    is_one: Mask = np.array([*begins, False], dtype=bool)[np.minimum(first.codes, len(begins))]
    return is_one


def _has_one_cell(block: Block, width: int) -> Mask:
    is_blank = np.ones(len(block), dtype=bool)
    for column in block.columns[1:width]:
        is_blank &= blank_codes(column)[np.minimum(column.codes, len(column.values))]
    return is_blank


def _is_null(array: pa.Array) -> Mask:
    return np.asarray(array.is_null().to_numpy(zero_copy_only=False), dtype=bool)
