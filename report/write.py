"""One HTML file from the published warehouse: its numbers, the code that draws them, and nothing that is fetched."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment

from report.cubes import Cube, Facts, read_cubes, read_facts
from report.errors import PublishAgain
from report.libraries import drawing_code
from report.metrics import METRICS
from report.pages import PAGES

PAGE_NAME = "index.html"
PARTS = Path(__file__).with_name("page")


def write_report(warehouse: Path, folder: Path) -> Path:
    """Write the report into a folder, all at once; returns the page to open."""
    with duckdb.connect(str(warehouse.resolve()), read_only=True) as reader:
        try:
            facts = read_facts(reader)
            cubes = read_cubes(reader, facts)
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise PublishAgain(
                f"{warehouse} was published by an older version and lacks what the report shows. Build and publish "
                f"again: leadgen build --to DAY. ({str(error).splitlines()[0]})"
            ) from error
    target = folder / PAGE_NAME
    folder.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    part.write_text(rendered(facts, cubes, drawing_code(folder / "libraries")), encoding="utf-8")
    part.replace(target)
    return target


def rendered(facts: Facts, cubes: dict[str, Cube], library: str) -> str:
    """The page.

    Its policy allows these scripts by their hash and no request to anywhere. The numbers are packed: names in them are
    data until the script writes them as text.
    """
    code = (PARTS / "report.js").read_text(encoding="utf-8")
    # A script ends where its text says so, in a string too.
    scripts = [script.replace("</script", "<\\/script") for script in (library, code)]
    policy = "; ".join(
        (
            "default-src 'none'",
            "script-src " + " ".join(f"'{_hash(script)}'" for script in scripts),
            "style-src 'unsafe-inline'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return (
        Environment(autoescape=True)
        .from_string((PARTS / "page.html").read_text(encoding="utf-8"))
        .render(
            policy=policy,
            style=(PARTS / "style.css").read_text(encoding="utf-8"),
            library=scripts[0],
            code=scripts[1],
            packed=packed(told(facts, cubes)),
            facts=facts,
            pages=PAGES,
        )
    )


def told(facts: Facts, cubes: dict[str, Cube]) -> dict[str, Any]:
    """Everything that the script knows."""
    return {
        "as_of_day": str(facts.as_of_day),
        "first_day": str(facts.first_day),
        "run_id": facts.run_id,
        "brands": facts.brands,
        "metrics": {name: metric.told() for name, metric in METRICS.items()},
        "pages": [page.told() for page in PAGES],
        "cubes": {name: {"query": cube.query, "columns": cube.columns} for name, cube in cubes.items()},
    }


def packed(content: dict[str, Any]) -> str:
    """As text that neither HTML nor a script can mistake for its own; the same content gives the same text."""
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=str)
    return base64.b64encode(gzip.compress(written.encode(), mtime=0)).decode()


def _hash(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
