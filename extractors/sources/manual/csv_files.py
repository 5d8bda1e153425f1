"""CSV files, of whatever encoding and separator: cut into cells by Arrow, in memory a block at a time.

Arrow tells rows with too many or too few cells, but no line numbers: those are counted from the order of the rows and
the line breaks inside their values.
"""

from __future__ import annotations

import codecs
import csv
import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from extractors.sources.manual.disguised import disguise
from extractors.sources.manual.sheets import SAMPLE_LINES, Block, Broken, Head, Shape, Sheet, coded_texts
from handwritten.letters import NotText, letters_of
from handwritten.tables import SEPARATORS, best_separator, said_separator

SAMPLE_BYTES = 1 << 18
BLOCK_BYTES = 1 << 20
LARGEST_ROW = 1 << 24
STILL_WRITTEN_SECONDS = 60
NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


def csv_sheet(path: Path, where: str, encoding: str | None, separator: str | None) -> Sheet:
    """The one sheet of a CSV file."""
    before = path.stat()
    if not before.st_size:
        raise Broken(f"{where}: the file is empty. Its first row must name the columns.")
    if disguised := disguise(path):
        raise Broken(f"{where}: {disguised}")
    try:
        letters = letters_of(path)
    except NotText as not_text:
        raise Broken(
            f"{where}: {not_text}. Save it again as UTF-8; in Excel choose 'CSV UTF-8 (Comma delimited)'."
        ) from None
    encoding = encoding if (encoding and letters.is_guessed) or letters.encoding == "utf-8" else None
    encoding = encoding or letters.encoding
    notes = [f"{where} is not UTF-8: read as {encoding}"] if encoding not in ("utf-8", "utf-8-sig") else []
    sample = _sample(path, encoding)
    if not sample.strip():
        raise Broken(f"{where}: the file is empty. Its first row must name the columns.")
    said, skipped = said_separator(sample)
    body = "".join(sample.splitlines(keepends=True)[skipped:])
    candidates = [separator or said] if separator or said else list(SEPARATORS)
    heads = [Head(_cut(where, body, one or ",", skipped), one) for one in candidates]
    best = best_separator(body.splitlines()[:20])
    heads.sort(key=lambda head: head.separator != best)
    return Sheet(
        where,
        heads,
        lambda head, index: _blocks(path, where, encoding, head, index, before, letters.has_quotes),
        notes,
        is_unfinished=not _ends_with_a_line(path),
    )


def check_is_whole(path: Path, where: str, is_unfinished: bool) -> None:
    """Refuse a file that somebody seems to be writing at this moment."""
    if is_unfinished and time.time() - path.stat().st_mtime < STILL_WRITTEN_SECONDS:
        raise Broken(
            f"{where}: its last line has no end, and it was changed less than a minute ago: it may still be written. "
            "Pull again in a minute, or end the last line."
        )


def _ends_with_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4))
        return file.read().rstrip(b"\0").endswith((b"\n", b"\r", b"\n\0", b"\r\0"))


def _sample(path: Path, encoding: str) -> str:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    with path.open("rb") as file:
        data = file.read(SAMPLE_BYTES)
        is_all = not file.read(1)
    text = decoder.decode(data, final=is_all)
    # A line that is cut off tells nothing.
    return text if is_all else text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text


def _cut(where: str, body: str, separator: str, skipped: int) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator)
    lines: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in reader:
            lines.append((begins + skipped, cells))
            begins = reader.line_num + 1
            if len(lines) >= SAMPLE_LINES:
                break
    except csv.Error:
        # Another separator may fit; a quote that stays open is told when the rows are read.
        return lines
    return lines


def _blocks(
    path: Path, where: str, encoding: str, head: Head, index: int, before: Any, has_quotes: bool
) -> Iterator[Block]:
    header_line, header = head.lines[index]
    separator, width = head.separator or ",", len(header)
    next_line = _line_after(head, index)
    odd: list[tuple[int, str]] = []

    def note_odd(row: Any) -> str:
        odd.append((row.number, row.text))
        return "skip"

    # A file of Arrow's own: its threads read ahead, and must need no Python when the process ends.
    with pa.OSFile(str(path)) as raw:
        source = _as_utf8(raw, encoding)
        try:
            reader = arrow_csv.open_csv(
                source,
                read_options=arrow_csv.ReadOptions(
                    column_names=[str(place) for place in range(width)],
                    skip_rows=next_line - 1,
                    block_size=BLOCK_BYTES,
                    use_threads=False,
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=separator,
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                    invalid_row_handler=note_odd,
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types={str(place): pa.string() for place in range(width)}, strings_can_be_null=False
                ),
            )
        except pa.ArrowInvalid as broken:
            if "mpty" in str(broken) or next_line > header_line + 1:
                return
            raise Broken(_diagnosis(path, where, encoding, separator, str(broken))) from None
        with reader:
            yield from _numbered(path, where, encoding, separator, reader, odd, width, next_line, has_quotes)
    after = path.stat()
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise Broken(f"{where}: it was changed while it was read. Pull again when it is written.")


def _line_after(head: Head, index: int) -> int:
    if index + 1 < len(head.lines):
        return head.lines[index + 1][0]
    line, cells = head.lines[index]
    return line + 1 + sum(cell.count("\n") for cell in cells)


def _numbered(
    path: Path,
    where: str,
    encoding: str,
    separator: str,
    reader: Any,
    odd: list[tuple[int, str]],
    width: int,
    next_line: int,
    has_quotes: bool,
) -> Iterator[Block]:
    """The blocks with the line of each row; rows that Arrow could not cut are put back where they were."""
    row, extra, had_breaks = next_line, 0, False
    shapes: list[Shape] = ["constant"] * width
    while True:
        try:
            batch = reader.read_next_batch()
        except StopIteration:
            batch = None
        except pa.ArrowInvalid as broken:
            raise Broken(_diagnosis(path, where, encoding, separator, str(broken))) from None
        if batch is None and not odd:
            break
        arrays = [batch.column(place) for place in range(width)] if batch else [pa.array([], pa.string())] * width
        faults: dict[int, str] = {}
        total = len(arrays[0])
        # Arrow reads ahead: what was noted may belong to a later block. The last one takes all.
        here: list[tuple[int, str]] = []
        while odd and (batch is None or odd[0][0] < row + total):
            here.append(odd.pop(0))
            total += 1
        is_odd = np.zeros(total, dtype=bool)
        if here:
            places = np.array([number for number, _ in here], dtype=np.int64) - row
            is_odd[places] = True
            cut = [_mended(text, separator, width) for _, text in here]
            had_breaks = had_breaks or any('"' in text for _, text in here)
            arrays = _put_back(arrays, is_odd, [cells for cells, _ in cut])
            faults = {int(place): fault for place, (_, fault) in zip(places, cut, strict=True) if fault}
        breaks = np.zeros(total, dtype=np.int64)
        # A line can only break inside quotes.
        for array in arrays if has_quotes else ():
            if pc.any(pc.match_substring(array, "\n")).as_py():
                breaks += pc.count_substring(array, "\n").to_numpy(zero_copy_only=False)
                had_breaks = True
        inside = np.cumsum(breaks)
        lines = row + extra + np.arange(total, dtype=np.int64) + np.concatenate([[0], inside[:-1]]) if total else inside
        row, extra = row + total, extra + (int(inside[-1]) if total else 0)
        columns = [coded_texts(array, shape) for array, shape in zip(arrays, shapes, strict=True)]
        shapes = [column.shape for column in columns]
        yield Block(columns, lines, faults)
        if batch is None:
            break
    if had_breaks:
        _check_quotes(path, where, encoding, separator)


def _put_back(arrays: list[pa.Array], is_odd: Any, rows: list[list[str]]) -> list[pa.Array]:
    order = np.empty(len(is_odd), dtype=np.int64)
    order[~is_odd] = np.arange(len(arrays[0]))
    order[is_odd] = len(arrays[0]) + np.arange(int(is_odd.sum()))
    return [
        pa.concat_arrays([array, pa.array([cells[place] for cells in rows], pa.string())]).take(pa.array(order))
        for place, array in enumerate(arrays)
    ]


def _mended(text: str, separator: str, width: int) -> tuple[list[str], str]:
    """The cells of a row that has another number of them, and what is wrong where that cannot be put right."""
    cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
    count = len(cells)
    if count > width and not any(cell.strip() for cell in cells[width:]):
        return cells[:width], ""
    padded = (cells + [""] * width)[:width]
    if count < width and not any(cell.strip() for cell in cells):
        return padded, ""
    return padded, f"the row has {count} cells where the first row names {width}"


def _as_utf8(raw: Any, encoding: str) -> Any:
    # Arrow drops the byte order mark itself.
    return raw if encoding in ("utf-8", "utf-8-sig") else pa.transcoding_input_stream(raw, encoding, "utf-8")


def _check_quotes(path: Path, where: str, encoding: str, separator: str) -> None:
    """A quote that is never closed makes one value of the rest of the file: Arrow takes it, we don't."""
    begins = 1
    with path.open(encoding=encoding, newline="", errors="replace") as file:
        reader = csv.reader(file, delimiter=separator, strict=True)
        try:
            for _ in reader:
                begins = reader.line_num + 1
        except csv.Error as broken:
            raise Broken(_quote(where, begins, str(broken))) from None


def _diagnosis(path: Path, where: str, encoding: str, separator: str, said: str) -> str:
    try:
        _check_quotes(path, where, encoding, separator)
    except Broken as broken:
        return str(broken)
    return f"{where}: it is not CSV ({said.splitlines()[0][:200]}). Save it again."


def _quote(where: str, line: int, said: str) -> str:
    return (
        f"{where}: line {line} is not CSV ({said}). Look for a quotation mark that is not closed, or not doubled "
        "inside a quoted value."
    )
