"""Two sources are added to a copy of the project by the letter of docs/add-a-source.md, and arrive in the marts."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.extractors.sources.vendor import Reply, Request, Vendor

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "add-a-source.md"
COPIED = ("config", "dbt_project", "extractors", "sandbox", "tests", "warehouse", "pyproject.toml")
STEP = re.compile(
    r"^(?:New file|In) `(?P<path>[^`]+)`(?:, below `(?P<anchor>[^`]+)`)?:\n\n```\w+\n(?P<text>.*?)^```$", re.M | re.S
)
DAYS = ("2026-03-10", "2026-03-11")


def followed(page: str, project: Path) -> set[str]:
    """Do what the page says; the paths that it named."""
    named = set()
    for step in STEP.finditer(page):
        file = project / step["path"]
        named.add(step["path"])
        if step["anchor"] is None:
            assert not file.exists(), f"{step['path']} is there already"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(step["text"], encoding="utf-8")
        else:
            lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
            assert lines.count(step["anchor"] + "\n") == 1, f"{step['path']} has no one line {step['anchor']!r}"
            lines.insert(lines.index(step["anchor"] + "\n") + 1, step["text"])
            file.write_text("".join(lines), encoding="utf-8")
    return named


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which the page was followed."""
    copy = tmp_path_factory.mktemp("project")
    without = shutil.ignore_patterns("__pycache__", "target", "logs", "fixtures")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=without)
        else:
            shutil.copy(ROOT / name, copy / name)
    followed(PAGE.read_text(encoding="utf-8"), copy)
    return copy


@pytest.fixture
def vendors() -> Iterator[Vendor]:
    """Both of them, behind one address."""
    running = Vendor()
    yield running
    running.close()


def of_days(request: Request) -> Reply:
    """Northwind: two campaigns a day, a page each."""
    page = int(request.query["page"])
    rows = [
        {"day": day, "campaign_id": f"c{page}", "campaign_name": f"Spring {page}", "cost": f"{page}0.25",
         "currency": "EUR", "impressions": 100 * page, "clicks": page}
        for day in DAYS
    ]  # fmt: skip
    return Reply(json.dumps({"rows": rows, "total_pages": 2}).encode())


def of_submissions(request: Request) -> Reply:
    """Formhaus: a submission a page; the second came from an ad of Northwind."""
    number = int(request.query.get("cursor", "1"))
    tags = "?utm_source=northwind&utm_medium=display&utm_campaign=Spring+1" if number == 2 else ""
    item = {
        "id": f"s{number}", "sent_at": f"2026-03-11T1{number}:30:00Z", "form": "quote", "phone": "", "name": "Ann Berg",
        "email": f"ann{number}@shop.example", "message": "A kitchen, please", "referrer": "",
        "page_url": f"https://acme.example/quote{tags}",
    }  # fmt: skip
    return Reply(json.dumps({"items": [item], "next": "2" if number == 1 else None}).encode())


def ran(project: Path, vendors: Vendor, *arguments: str) -> str:
    """A command of the copy; what it said where it failed."""
    connections = {
        f"AIRFLOW_CONN_{name}": json.dumps({"conn_type": "http", "host": vendors.url, "password": "a token"})
        for name in ("NORTHWIND_ADS_ACME", "FORMHAUS_ACME")
    }
    settings = {"LEADGEN_DATA": str(project / "data"), "LEADGEN_CONFIG": str(project / "own"), "DO_NOT_TRACK": "1"}
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project), **settings, **connections},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_what_the_page_adds_arrives_in_the_marts_and_no_other_file_had_to_know(project: Path, vendors: Vendor) -> None:
    vendors.answers("GET /v1/campaign-days", of_days)
    vendors.answers("GET /v2/submissions", of_submissions)
    own = project / "own"
    own.mkdir()
    (own / "accounts.yml").write_text(
        "accounts:\n"
        "  - {source: northwind_ads, account: '1001', brand: acme, connection: northwind_ads_acme}\n"
        "  - {source: formhaus, account: '77', brand: acme, connection: formhaus_acme}\n"
    )
    (own / "brands.csv").write_text(
        "brand,name,time_zone,currency,phone_region,language,site_hosts\n"
        "acme,Acme,Europe/Berlin,EUR,DE,de,acme.example\n"
    )

    ran(project, vendors, "extractors", "pull", "--from", DAYS[0], "--to", DAYS[1])
    ran(project, vendors, "warehouse", "build", "--to", DAYS[1])

    with duckdb.connect(str(project / "data" / "warehouse.duckdb"), read_only=True) as reader:
        money = reader.execute(
            "select campaign_name, channel, sum(spend), sum(clicks) from marts.channel_performance "
            "where attribution_model = 'linear' and date_basis = 'touch' and spend > 0 group by all order by 1"
        ).fetchall()
        inquiries = reader.execute(
            "select source, kind, platform, campaign_name, channel from marts.inquiries order by occurred_at"
        ).fetchall()
        counted = reader.execute(
            "select source, quantity, landed, staged from marts.reconciliation "
            "where source in ('northwind_ads', 'formhaus') order by all"
        ).fetchall()
    assert [(name, channel, float(spend), clicks) for name, channel, spend, clicks in money] == [
        ("Spring 1", "Display", 20.5, 2),
        ("Spring 2", "Display", 40.5, 4),
    ]
    assert inquiries == [
        ("formhaus", "form", None, None, "unattributed"),
        ("formhaus", "form", "northwind_ads", "Spring 1", "Display"),
    ]
    assert {
        (source, landed, staged) for source, quantity, landed, staged in counted if quantity.startswith("rows_")
    } == {
        ("northwind_ads", 4, 4),
        ("formhaus", 2, 2),
    }


def test_the_list_of_places_finds_nothing_missing_but_the_tests(project: Path) -> None:
    program = (
        "from tests.test_every_source import SOURCES, missing_places\n"
        "for name in ('northwind_ads', 'formhaus'): print(*missing_places(SOURCES[name]), sep='\\n')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [
        f"{name} has no tests/extractors/sources/{name}/{place}"
        for name in ("northwind_ads", "formhaus")
        for place in ("fixtures", "test_source.py")
    ]
