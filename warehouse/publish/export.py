"""Published rows as a file for a spreadsheet or a notebook: XLSX, CSV or Parquet, told by its ending."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from warehouse import settings
from warehouse.errors import CannotExport, NothingPublished

QUESTIONS = Path(__file__).parents[2] / "docs" / "questions.md"
FORMULA = r"^[=+\-@\t\r]"
"""How a text begins that a spreadsheet takes for a formula."""
SHEET_ROWS = 1_048_575
"""What a sheet holds below its heading."""
CELL_TEXT = 32_767
BATCH = 20_000
FORMATS = {datetime: "yyyy-mm-dd hh:mm:ss", date: "yyyy-mm-dd"}


def export(query: str, target: Path) -> int:
    """Write what a query finds in the published warehouse, all at once; returns how many rows that were."""
    writers = {".xlsx": _write_xlsx, ".csv": _write_csv, ".parquet": _write_parquet}
    if target.suffix.lower() not in writers:
        raise CannotExport(f"{target.name}: end the name with .xlsx, .csv or .parquet, which says what to write.")
    link = settings.warehouse_link()
    if not link.exists():
        raise NothingPublished("Nothing was published yet. Build first: leadgen build --to DAY.")
    part = target.with_name(f"{target.name}.part")
    try:
        # A query of somebody's own reads the warehouse and no other file.
        reader = duckdb.connect(
            str(link.resolve()),
            read_only=True,
            config={"enable_external_access": "false", "lock_configuration": "true"},
        )
        with reader:
            found = reader.execute(query)
            rows = writers[target.suffix.lower()](found.to_arrow_reader(BATCH), part)
        part.replace(target)
    except duckdb.Error as error:
        raise CannotExport(f"The query does not run: {str(error).splitlines()[0]}") from error
    finally:
        part.unlink(missing_ok=True)
    return rows


def table_query(name: str) -> str:
    """All rows of a table of the schema marts."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise CannotExport(f"{name!r} is no name of a table. docs/tables.md lists them.")
    return f"select * from marts.{name}"


def question_query(number: int, document: Path = QUESTIONS) -> str:
    """The query of a question of docs/questions.md."""
    if not document.exists():
        raise CannotExport(f"{document} is not installed here. Give the query itself: leadgen export --sql '...'")
    found = re.search(
        rf"^## {number}\. [^\n]*\n.*?^```sql\n(.*?)^```", document.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    if not found:
        raise CannotExport(f"{document.name} has no question {number}.")
    return found[1]


def _write_parquet(rows: pa.RecordBatchReader, part: Path) -> int:
    count = 0
    with pq.ParquetWriter(part, rows.schema) as writer:
        for batch in rows:
            writer.write_batch(batch)
            count += batch.num_rows
    return count


def _write_csv(rows: pa.RecordBatchReader, part: Path) -> int:
    count = 0
    with pa_csv.CSVWriter(part, rows.schema) as writer:
        for batch in rows:
            columns = [_disarmed(column) for column in batch.columns]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=rows.schema))
            count += batch.num_rows
    return count


def _disarmed(column: pa.Array) -> pa.Array:
    """Texts that a spreadsheet would compute, behind an apostrophe."""
    if not pa.types.is_string(column.type):
        return column
    quoted = pc.binary_join_element_wise("'", column, "")
    return pc.if_else(pc.match_substring_regex(column, FORMULA), quoted, column)


def _write_xlsx(rows: pa.RecordBatchReader, part: Path) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("data")
    sheet.freeze_panes = "A2"
    sheet.append([_bold(sheet, name) for name in rows.schema.names])
    count = 0
    for row in _tuples(rows):
        count += 1
        if count > SHEET_ROWS:
            sheet.close()
            raise CannotExport(f"A sheet holds {SHEET_ROWS:,} rows and there are more. Write .csv or .parquet.")
        sheet.append([_cell(sheet, value) for value in row])
    book.save(part)
    return count


def _tuples(rows: pa.RecordBatchReader) -> Iterator[Iterable[Any]]:
    for batch in rows:
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _bold(sheet: Any, name: str) -> Any:
    cell = WriteOnlyCell(sheet, name)
    cell.data_type = "s"
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    """A cell of the type of its value: a text stays a text, whatever it begins with."""
    if value is None or isinstance(value, (bool, int, float, Decimal)):
        return value
    if type(value) in FORMATS:
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = FORMATS[type(value)]
        return cell
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))[:CELL_TEXT]
    if not re.match(FORMULA, text):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell
