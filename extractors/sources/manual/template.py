"""Writes a workbook for a table: its columns, lists to choose from, and a sheet that explains the columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from extractors.model import Table

ROWS = 2000
"""So many rows have the drop-down lists."""
CURRENCIES = ("EUR", "USD", "GBP", "CHF", "PLN", "RUB")
EXAMPLES: Mapping[str, str] = {
    "brand": "nordhaus", "date": "2026-03-01", "month": "2026-03", "platform": "billboard", "spend": "1450.00",
    "campaign_name": "A100 March", "currency": "EUR", "channel": "Offline", "kind": "form", "phone": "+49 30 555 00101",
    "email": "writer@mail.example", "deal_id": "d-500", "inquiry_id": "chat-17", "visit_id": "v-1001",
    "tracking_number": "+493055500002", "product": "Roof tiles", "direction": "inbound", "client_id": "1111.2222",
    "store": "S1", "time_zone": "Europe/Berlin", "monday": "10:00-20:00", "sunday": "closed", "entrance": "A",
    "hour": "10", "from_at": "2026-03-02", "to_at": "2026-03-02 11:00", "sold_at": "2026-03-02 10:20", "till": "K1",
    "receipt_id": "1001", "promotion_code": "LOCAL7", "returned_receipt_id": "1000", "employee": "Ida",
    "loyalty_card": "LC-77",
}  # fmt: skip
BY_KIND: Mapping[str, str] = {
    "text": "text", "integer": "120", "decimal": "4200.00", "rate": "0.5", "boolean": "yes", "date": "2026-03-01",
    "timestamp": "2026-03-01 09:30",
}  # fmt: skip
EXPLAINED: Mapping[str, str] = {
    "text": "text", "integer": "a whole number", "decimal": "an amount", "rate": "a share", "boolean": "yes or no",
    "date": "a day", "timestamp": "a time, by the brand's clock",
}  # fmt: skip


def write_template(target: Path, table: Table, lists: Mapping[str, Sequence[str]]) -> None:
    """Write the workbook. Its first sheet is empty but for the columns: an example in it would be read as a row."""
    columns = [name for name in table.columns if not name.startswith("_")]
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = table.name
    sheet.append(columns)
    sheet.freeze_panes = "A2"
    words = book.create_sheet("lists")
    words.sheet_state = "hidden"
    shown = {"currency": CURRENCIES, **lists}
    for place, name in enumerate(columns, start=1):
        letter = get_column_letter(place)
        sheet.cell(1, place).font = Font(bold=name in table.required)
        sheet.column_dimensions[letter].width = max(14, len(name) + 4)
        if table.columns[name] == "text":
            # Excel would turn an id into a number and drop its leading zeros.
            for row in range(2, 202):
                sheet.cell(row, place).number_format = "@"
        if choices := shown.get(name):
            # The first line of a list explains it, so that the sheet is no table of ours.
            for row, word in enumerate((f"words for {name}", *choices), start=1):
                words.cell(row, place, word)
            rule = DataValidation(
                type="list", formula1=f"=lists!${letter}$2:${letter}${len(choices) + 1}", allow_blank=True
            )
            rule.showErrorMessage = name != "currency"
            sheet.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{ROWS}")
    help_sheet = book.create_sheet("how to fill it")
    help_sheet.append(["Column", "Needed", "What it is", "Example"])
    for name in columns:
        kind = table.columns[name]
        needed = "yes" if name in table.required else ""
        help_sheet.append([name, needed, EXPLAINED[kind], EXAMPLES.get(name, BY_KIND[kind])])
    for letter, width in (("A", 22), ("B", 8), ("C", 32), ("D", 26)):
        help_sheet.column_dimensions[letter].width = width
    book.save(target)
