"""What a file is that is not what its ending says: a download that failed, a workbook called CSV."""

from __future__ import annotations

from pathlib import Path

LONGEST_HEAD = 512
BEGINNINGS: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x03\x04", "an Excel workbook or a ZIP archive", "Give it the ending .xlsx, or unpack it"),
    (b"\xd0\xcf\x11\xe0", "a workbook of an old Excel", "Give it the ending .xls"),
    (b"PAR1", "a Parquet file", "Give it the ending .parquet"),
    (b"\x1f\x8b", "packed by gzip", "Unpack it"),
    (b"%PDF", "a PDF", "Download the report as CSV"),
    (b"SQLite format 3", "a database of SQLite", "Export the table as CSV"),
    (b"version https://git-lfs", "a pointer of Git LFS in place of the file", "Run git lfs pull"),
)
WEB_PAGES = (b"<!doctype", b"<html", b"<head", b"<table", b"<?xml", b"<meta")
JSON = (b"{", b"[{", b"[\n", b"[\r\n")


def disguise(path: Path) -> str | None:
    """What the file seems to be and the cure; None where its beginning tells nothing."""
    with path.open("rb") as file:
        head = file.read(LONGEST_HEAD)
    for beginning, what, cure in BEGINNINGS:
        if head.startswith(beginning):
            return f"it is {what}. {cure}."
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(WEB_PAGES):
        return (
            "it is a web page or XML. If it opens in Excel, save it from there as CSV or XLSX; "
            "if it shows a login or an error, download it again."
        )
    if text.startswith(JSON):
        return "it is JSON, often an error in place of the report. Download it again as CSV."
    return None


def is_text(path: Path) -> bool:
    """Whether the file begins as no workbook does."""
    with path.open("rb") as file:
        return not file.read(4).startswith((b"PK", b"\xd0\xcf\x11\xe0"))
