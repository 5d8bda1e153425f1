"""A file as sheets: its first lines, to recognise it by, and its rows as coded columns, a block at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from extractors.sources.manual.written import as_text

ROWS_PER_BLOCK = 10_000
SAMPLE_LINES = 500


Shape = Literal["constant", "repeated", "distinct"]
"""Whether the rows of a column have one value, some values, or nearly each its own."""


class Broken(Exception):
    """A file that cannot be read, or not to its end; the message says the place and the cure."""


@dataclass(frozen=True)
class Coded:
    """A column as its distinct values and, for each row, which of them it has."""

    values: Any
    """An Arrow array of text, or a list of Python values. The last code may be one more than there are: nothing."""
    codes: Any
    """A numpy array of whole numbers."""
    is_dense: bool = False
    """True where each row has a value of its own, in the order of the rows."""
    is_constant: bool = False
    """True where all rows have the one value that there is."""

    @property
    def shape(self) -> Shape:
        """How the next block of the same column is best coded."""
        if self.is_constant:
            return "constant"
        return "distinct" if 2 * len(self.values) > len(self.codes) else "repeated"

    def at(self, place: int) -> Any:
        """The value of one row."""
        code = int(self.codes[place])
        if code >= len(self.values):
            return None
        value = self.values[code]
        return value.as_py() if isinstance(value, pa.Scalar) else value

    def take(self, places: Any) -> Coded:
        """The same column of some rows."""
        return Coded(self.values, self.codes[places], is_constant=self.is_constant)


@dataclass(frozen=True)
class Block:
    """Some rows of a sheet under the columns of its header."""

    columns: Sequence[Coded]
    lines: Any
    """The line of each row in its file (a numpy array)."""
    faults: dict[int, str] = field(default_factory=dict)
    """Why the row at a place cannot be trusted."""
    cell_faults: dict[tuple[int, int], str] = field(default_factory=dict)
    """Why the cell at a row and a column cannot."""

    def __len__(self) -> int:
        return len(self.lines)


@dataclass(frozen=True)
class Head:
    """The first lines of a sheet, cut into cells in one of the ways that are possible."""

    lines: Sequence[tuple[int, Sequence[str]]]
    separator: str | None = None


@dataclass(frozen=True)
class Sheet:
    """One table of a file: a CSV or Parquet file has one, a workbook one per filled sheet."""

    where: str
    heads: Sequence[Head]
    """At least one; a CSV has one for each separator that it may have."""
    read: Callable[[Head, int], Iterator[Block]]
    """The rows below the line of the head with that index."""
    notes: Sequence[str] = ()
    is_unfinished: bool = False
    """True where the file may be cut off at its end."""


def coded_texts(array: pa.Array, shape: Shape = "constant") -> Coded:
    """An Arrow column of text, coded as the shape of the block before suggests."""
    if shape == "distinct":
        return Coded(array, np.arange(len(array)), is_dense=True)
    if shape == "constant":
        first = array[0] if len(array) else pa.scalar(None, pa.string())
        if first.is_valid and not array.null_count and pc.all(pc.equal(array, first)).as_py():
            return Coded(array.slice(0, 1), np.zeros(len(array), dtype=np.int32), is_constant=True)
    encoded = array.dictionary_encode()
    values, indices = encoded.dictionary, encoded.indices
    if indices.null_count:
        indices = indices.fill_null(len(values))
    return Coded(values, indices.to_numpy(zero_copy_only=False))


def coded_values(values: Sequence[Any]) -> Coded:
    """Python values, coded. ``1``, ``1.0`` and ``True`` are three."""
    known: dict[Any, int] = {}
    distinct: list[Any] = []
    codes = np.empty(len(values), dtype=np.int64)
    for place, value in enumerate(values):
        key = (type(value), value)
        try:
            code = known.get(key)
        except TypeError:
            # A list or a struct of a Parquet file.
            key, code = (type(value), repr(value)), known.get((type(value), repr(value)))
        if code is None:
            code = known[key] = len(distinct)
            distinct.append(value)
        codes[place] = code
    if all(value is None or type(value) is str for value in distinct):
        return Coded(pa.array(distinct, pa.string()), codes)
    return Coded(distinct, codes)


def kept(block: Block, keep: Any) -> Block:
    """The rows of a block that a mask keeps."""
    place_of = np.cumsum(keep) - 1
    return Block(
        [column.take(keep) for column in block.columns],
        block.lines[keep],
        {int(place_of[place]): fault for place, fault in block.faults.items() if keep[place]},
        {(int(place_of[row]), at): fault for (row, at), fault in block.cell_faults.items() if keep[row]},
    )


def blank_codes(column: Coded) -> Any:
    """Whether each value of a column says nothing; the last code does."""
    blank = [value is None or not str(value).strip() for value in _blanks(column)]
    return np.array([*blank, True])


def _blanks(column: Coded) -> list[Any]:
    if isinstance(column.values, pa.Array):
        is_blank = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(column.values), ""), True)
        return ["" if one else "x" for one in is_blank.to_pylist()]
    return list(column.values)


def listed(values: Any) -> list[Any]:
    """The values of a coded column as those of Python."""
    return values.to_pylist() if isinstance(values, pa.Array) else list(values)


def texts_of(column: Coded) -> pa.Array:
    """A column as text, row by row."""
    texts = pa.array([as_text(value) for value in listed(column.values)] + [None], pa.string())
    return texts.take(pa.array(np.minimum(column.codes, len(texts) - 1)))
