"""A real Superset: every chart answers, a reader sees one brand, a publication is seen at once: make dashboards."""

from __future__ import annotations

import base64
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from bi.superset.dashboards import dashboards
from bi.superset.declared import marts
from tests.bi.superset_running import PASSWORD, Person, Superset, answers, open_dashboard, sign_in
from tests.report.published_market import publish
from tests.story.browser import CHROMIUM, DRIVER, FLAGS, refuse_without_chromium

pytestmark = pytest.mark.timeout(1800)
PICTURES = Path(os.environ.get("SUPERSET_PICTURES", "data/superset-pictures"))
GIVEN = os.environ.get("WAREHOUSE")
"""A warehouse to show instead of the invented one, such as make demo's."""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The link that readers open, as a publication leaves it."""
    folder = tmp_path_factory.mktemp("data")
    first = folder / "generations" / "1" / "warehouse.duckdb"
    first.parent.mkdir(parents=True)
    if GIVEN:
        shutil.copy(GIVEN, first)
        first.chmod(0o644)
    else:
        publish(first)
    link = folder / "warehouse.duckdb"
    link.symlink_to("generations/1/warehouse.duckdb")
    return link


@pytest.fixture(scope="module")
def superset(warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Superset]:
    environment = os.environ.get("SUPERSET_VENV")
    assert environment, "Superset has an environment of its own. Ask for it by: make dashboards"
    one = Superset(Path(environment), tmp_path_factory.mktemp("superset"), warehouse)
    assert "4 dashboards" in one.bring_in()
    one.add_reader("ann", "Gamma", f"Brand {brands(warehouse)[0]}")
    one.add_reader("ben", "Gamma")
    one.add_reader("cleo", "Alpha")
    with one.serving():
        yield one


@pytest.fixture(scope="module")
def admin(superset: Superset) -> Person:
    return superset.signed_in("admin", superset.admin_password)


@pytest.fixture(scope="module")
def browser(superset: Superset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    refuse_without_chromium()
    options = ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    made = Chrome(options=options, service=Service(executable_path=str(DRIVER)))
    try:
        made.set_page_load_timeout(120)
        sign_in(made, superset.address, "admin", superset.admin_password)
        yield made
    finally:
        made.quit()


def brands(warehouse: Path) -> list[str]:
    with duckdb.connect(str(warehouse.resolve()), read_only=True) as reader:
        return [one for (one,) in reader.execute("select brand from marts.brands order by brand").fetchall()]


def spent(warehouse: Path, brand: str) -> float:
    with duckdb.connect(str(warehouse.resolve()), read_only=True) as reader:
        row = reader.execute("select sum(spend) from marts.channel_days where brand = ?", [brand]).fetchone()
    assert row
    return float(row[0])


def dataset(admin: Person, mart: str) -> int:
    found = admin.get("dataset/", filters=[{"col": "table_name", "opr": "eq", "value": mart}])
    made: int = found[0]["id"]
    return made


def test_every_mart_is_there_with_its_descriptions(admin: Person) -> None:
    listed = admin.get("dataset/", page_size=100)
    assert {one["table_name"] for one in listed} == set(marts())


@pytest.mark.parametrize("slug", [one.slug for one in dashboards()])
def test_every_chart_of_a_dashboard_answers_for_one_brand(browser: Chrome, superset: Superset, slug: str) -> None:
    open_dashboard(browser, superset.address, slug)

    PICTURES.mkdir(parents=True, exist_ok=True)
    picture = browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})["data"]
    (PICTURES / f"{slug}.png").write_bytes(base64.b64decode(picture))
    asked = answers(browser)
    drawn = {question["form_data"]["slice_id"] for question, _, _ in asked if "slice_id" in question["form_data"]}
    assert len(drawn) == len(next(one for one in dashboards() if one.slug == slug).charts)
    assert [(status, answer) for _, status, answer in asked if status != 200] == []
    assert [one["error"] for _, _, answer in asked for one in answer["result"] if one["error"]] == []
    first = {"col": "brand", "op": "IN", "val": [brands(superset.warehouse)[0]]}
    assert all(
        first in question["queries"][0]["filters"] for question, _, _ in asked if question["form_data"].get("slice_id")
    )
    assert browser.execute_script("return window.planted") is None


def test_a_reader_of_one_brand_sees_that_brand_and_no_way_round(superset: Superset, admin: Person) -> None:
    own, other = brands(superset.warehouse)[:2]
    days = dataset(admin, "channel_days")
    ann = superset.signed_in("ann", PASSWORD)

    assert ann.number(days, "spend") == pytest.approx(spent(superset.warehouse, own))
    asked_for_other = [{"col": "brand", "op": "==", "val": other}]
    assert ann.number(days, "rows", filters=asked_for_other) == 0
    escaped = ann.data(days, ["rows"], extras={"where": "1 = 1) or (1 = 1"})
    assert not escaped.ok or escaped.json()["result"][0].get("error")
    inside = {
        "expressionType": "SQL",
        "label": "stolen",
        "sqlExpression": "(select sum(spend) from marts.channel_days)",
    }
    assert not ann.data(days, [inside]).ok
    statement = {"database_id": 1, "sql": "select * from marts.leads", "runAsync": False}
    refused = ann.session.post(f"{superset.address}/api/v1/sqllab/execute/", json=statement, timeout=60)
    assert refused.status_code in (400, 403, 404), refused.text


def test_whoever_has_no_brand_sees_no_row(superset: Superset, admin: Person) -> None:
    days = dataset(admin, "channel_days")

    assert superset.signed_in("ben", PASSWORD).data(days, ["rows"]).status_code == 403
    # An analyst may open every dataset, and still has no brand.
    assert superset.signed_in("cleo", PASSWORD).number(days, "rows") == 0


def test_an_administrator_s_sql_reads_no_file_and_writes_nothing(superset: Superset, admin: Person) -> None:
    days = dataset(admin, "channel_days")
    for sql in ("max(getenv('HOME'))", "(select max(content) from read_text('/etc/passwd'))"):
        stolen = {"expressionType": "SQL", "label": "stolen", "sqlExpression": sql}
        answer = admin.data(days, [stolen])
        assert not answer.ok or answer.json()["result"][0]["error"], answer.text


def test_a_publication_while_it_is_open_is_seen_at_once_and_never_half(
    superset: Superset, admin: Person, warehouse: Path
) -> None:
    brand = brands(warehouse)[0]
    days = dataset(admin, "channel_days")
    only = [{"col": "brand", "op": "==", "val": brand}]
    before = spent(warehouse, brand)
    second = warehouse.parent / "generations" / "2" / "warehouse.duckdb"
    second.parent.mkdir()
    shutil.copy(warehouse.resolve(), second)
    with duckdb.connect(str(second)) as writer:
        writer.execute("update marts.channel_days set spend = spend * 2")
    seen: list[float | None] = []
    ended = threading.Event()

    def look() -> None:
        while not ended.is_set():
            seen.append(admin.number(days, "spend", filters=only))

    looker = threading.Thread(target=look)
    looker.start()
    try:
        while not seen:
            ended.wait(0.05)
        aside = warehouse.with_name("next")
        aside.symlink_to("generations/2/warehouse.duckdb")
        aside.replace(warehouse)
        flipped = len(seen)
        while len(seen) < flipped + 3:
            assert looker.is_alive()
            ended.wait(0.05)
    finally:
        ended.set()
        looker.join()

    assert {round(one or 0, 2) for one in seen} <= {round(before, 2), round(2 * before, 2)}
    assert admin.number(days, "spend", filters=only) == pytest.approx(2 * before)


def test_bringing_everything_in_again_changes_nothing(superset: Superset, admin: Person) -> None:
    def kept() -> list[tuple[str, int]]:
        kinds = ("database", "dataset", "chart", "dashboard")
        return sorted((kind, one["id"]) for kind in kinds for one in admin.get(f"{kind}/", page_size=100))

    before = kept()
    superset.bring_in()

    assert kept() == before
