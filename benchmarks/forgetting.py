"""What it takes to forget twenty people: in the demo as a whole, and in a landing zone of a year.

python -m benchmarks.forgetting --demo data/demo          # a copy of it; its market lies beside it
python -m benchmarks.forgetting --scale 5 --scale 15      # 5: a year of 100,000 inquiries, landed directly

Of the demo: what was searched and found, whether a total moved, and the same after all of it was pulled and built once
more. Of a year: seconds of processor for the step that rewrites the landing zone, and for the search of its bytes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb
from rich.console import Console

from benchmarks import measure
from dags import market
from dags.demo import market_beside
from erasure.patterns import patterns_of
from erasure.person import Person, list_contacts, take_email
from erasure.search import search
from erasure.totals import different, totals_of
from extractors.landing.erasing import forget_landed
from extractors.sources import SOURCES
from forgotten.listed import ForgottenList
from sandbox.config import connections

KEY = "benchmark"
FIRST_DAY, LAST_DAY = "2026-01-01", "2026-06-30"
YEAR = ("2025-07-01", "2026-06-30")
PEOPLE = """
    with others as (
        -- A desk's number or a family's stays with the others who have it.
        select phone from private.contact_details group by phone having count(distinct person_id) > 1
    )
    select list(distinct contacts.email),
        list(distinct contacts.phone) filter (where contacts.phone not in (select phone from others))
    from private.contact_details as contacts
    semi join shown.marts.sales as sales using (brand, person_id)
    where contacts.email is not null and contacts.phone is not null
    group by contacts.brand, contacts.person_id
    having count(distinct contacts.email) = 1
    order by hash(contacts.person_id)
    limit ?
"""
console = Console(highlight=False)


def people_of(data: Path, count: int) -> list[list[tuple[str, str]]]:
    """Addresses and numbers of people who bought."""
    with duckdb.connect() as reader:
        reader.execute(f"attach '{data / 'warehouse.duckdb'}' as shown (read_only)")
        reader.execute(f"attach '{data / 'warehouse_private.duckdb'}' as private (read_only)")
        found = reader.execute(PEOPLE, [count]).fetchall()
    return [[("email", one) for one in emails] + [("phone", one) for one in phones or ()] for emails, phones in found]


def in_the_demo(demo: Path, folder: Path, count: int) -> None:
    """Forget people of a copy of the demo, pull and build all of it again, and look each time."""
    data, made, config = folder / "data", market_beside(demo), folder / "config"
    shutil.copytree(demo, data, symlinks=True)
    shutil.copytree(made, folder / "market")
    with market.served(folder / "market") as port:
        market.configure(folder / "market", port, config)
        environment = {
            **connections(f"http://127.0.0.1:{port}", folder / "market"),
            "LEADGEN_CONFIG": str(config), "LEADGEN_DATA": str(data), "LEADGEN_HASH_KEY": KEY,
        }  # fmt: skip
        people = people_of(data, count)
        named = [f"--email={value}" for person in people for kind, value in person if kind == "email"]
        patterns = patterns_of(one for person in people for one in person)
        before = totals_of(data / "warehouse.duckdb")

        def look(when: str) -> None:
            searched = search(data, patterns)
            moved = different(before, totals_of(data / "warehouse.duckdb"))
            console.print(
                f"{when}: {searched.bytes:,} bytes and {searched.values_bytes:,} of values in {searched.files:,} files "
                f"for {len(patterns):,} forms: found in {len(searched.hits)}; of {len(before):,} totals moved {moved}"
            )

        look("before")
        for step in (
            ["forget", *named],
            ["pull", "--from", FIRST_DAY, "--to", LAST_DAY],
            ["build", "--to", LAST_DAY],
        ):
            taken = measure.run(["-m", "leadgen", *step], environment, folder / f"{step[0]}.log")
            console.print(f"{step[0]}: {taken}")
            look(f"after {step[0]}")
        (kept,) = (data / "erasures").glob("*.json")
        console.print(json.loads(kept.read_text(encoding="utf-8")))


def in_a_year(folder: Path, scale: float, count: int) -> None:
    """Land a year of a market of that scale directly, and take people out of it."""
    made, data = folder / "market", folder / "data"
    environment = {"LEADGEN_DATA": str(data)}
    days = ["--first-day", YEAR[0], "--last-day", YEAR[1]]
    for step in (
        ["sandbox", "generate", "--out", str(made), "--scale", str(scale), *days],
        ["sandbox", "land", "--dir", str(made), "--data", str(data)],
    ):
        measure.run(["-m", *step], environment, folder / "made.log")
    responses = f"read_parquet('{data}/landing/typeform/responses/*/*.parquet')"
    with duckdb.connect() as reader:
        inquiries = reader.execute(f"select count(*) from {responses}").fetchone()
        addresses = reader.execute(
            f"select distinct email from {responses} where email is not null order by hash(email) limit {count}"
        ).fetchall()
    people = []
    for (address,) in addresses:
        people.append(Person("", "benchmark"))
        take_email(people[-1], address, address, True, False, False, False, False)
        list_contacts(people[-1])
    listed = ForgottenList(KEY, [line for one in people for line in one.listed("e", date(2026, 6, 30), KEY)])
    started = time.process_time()
    landed = forget_landed(data / "landing", SOURCES.values(), listed)
    rewritten = time.process_time() - started
    started = time.process_time()
    searched = search(data / "landing", patterns_of(("email", one) for (one,) in addresses))
    looked = time.process_time() - started
    console.print(
        f"scale {scale:g}: {inquiries[0] if inquiries else 0:,} forms of a year, {searched.bytes:,} bytes in "
        f"{searched.files:,} files; {sum(one.rows for one in landed):,} rows of {len(addresses)} people in "
        f"{sum(one.files for one in landed):,} files rewritten: {rewritten:.1f} s of processor; searched, with "
        f"{searched.values_bytes:,} bytes of values: {looked:.1f} s, found in {len(searched.hits)}"
    )


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--demo", type=Path, help="the demo's folder")
    parser.add_argument("--scale", type=float, action="append", help="size of a year's market; may be repeated")
    parser.add_argument("--people", type=int, default=20)
    options = parser.parse_args()
    os.environ["LEADGEN_HASH_KEY"] = KEY
    for scale in options.scale or ():
        with tempfile.TemporaryDirectory(prefix="leadgen-benchmark-") as folder:
            in_a_year(Path(folder), scale, options.people)
    if options.demo:
        with tempfile.TemporaryDirectory(prefix="leadgen-benchmark-") as folder:
            in_the_demo(options.demo, Path(folder), options.people)


if __name__ == "__main__":
    main()
