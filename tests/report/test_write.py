"""What is written: one file, the same each time, of what was published, and a sentence where that is too old."""

from __future__ import annotations

import base64
import gzip
import json
import re
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from report.cubes import Facts, macros
from report.errors import ReportError
from report.metrics import METRICS
from report.pages import PAGES
from report.write import write_report
from tests.report.published_market import publish


def told(page: Path) -> dict[str, Any]:
    """What a page holds."""
    [packed] = re.findall(r'id="packed">([^<]*)<', page.read_text(encoding="utf-8"))
    content: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(packed)))
    return content


def test_the_same_warehouse_gives_the_same_page(page: Path, warehouse: Path, tmp_path: Path) -> None:
    shutil.copytree(page.parent / "libraries", tmp_path / "libraries")

    again = write_report(warehouse, tmp_path)

    assert again.read_bytes() == page.read_bytes()
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["index.html"]


def test_the_code_that_draws_leaves_a_megabyte_for_the_numbers(page: Path) -> None:
    assert page.stat().st_size < 1_050_000


def test_a_warehouse_of_an_older_version_is_told_and_the_old_page_stays(tmp_path: Path) -> None:
    warehouse = publish(tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(warehouse)) as older:
        older.execute("drop table marts.leads")
    (tmp_path / "index.html").write_text("the old page")

    with pytest.raises(ReportError, match="leadgen build --to DAY"):
        write_report(warehouse, tmp_path)

    assert (tmp_path / "index.html").read_text() == "the old page"


def test_no_contact_of_anybody_is_sent(page: Path) -> None:
    written = {name for cube in told(page)["cubes"].values() for name in cube["columns"]}

    assert {name for name in written if re.search("email|phone|person_id|hash|full_name", name)} == set()


def test_every_element_names_a_cube_that_has_its_columns(page: Path) -> None:
    cubes = told(page)["cubes"]
    for element in (element.told() for part in PAGES for element in part.elements if "cube" in element.told()):
        columns = set(cubes[element["cube"]]["columns"])
        columns |= {"week", "month"} if "day" in columns else set()
        named = {
            *element.get("by", ()),
            *element.get("where", ()),
            *(one["name"] for one in element.get("columns", ())),
        }
        for name in element.get("metrics", ()):
            named |= set(METRICS[name].over or (METRICS[name].share or name,))
        assert named <= columns, element.get("title")


def test_every_block_of_days_lies_in_one_week_and_in_one_month() -> None:
    as_of_day = date(2026, 7, 15)
    facts = Facts(as_of_day, as_of_day - timedelta(100), "", "", [])
    with duckdb.connect() as connection:
        for statement in macros(facts):
            connection.execute(statement)
        blocks = connection.execute(
            "select day::date, block(day::date) from generate_series($1 - interval 100 day, $1, interval 1 day) t(day)",
            [as_of_day],
        ).fetchall()
        [late] = connection.execute("select block($1::date + 1) = block($1::date)", [as_of_day]).fetchall()

    for day, block in blocks:
        assert block <= day
        assert (as_of_day - block).days // 7 == (as_of_day - day).days // 7
        assert block.replace(day=1) == day.replace(day=1)
    assert late[0]
    assert len({block for _, block in blocks}) == 15 + 3
