"""The market of docs/questions.md, built and held against what really happened: people, flags and every answer."""

from __future__ import annotations

import contextlib
import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from report.metrics import METRICS
from report.pages import PAGES
from sandbox.questions import QUESTION, answered
from sandbox.score import FlagScore, People, Score, score, score_flags, score_people
from sandbox.score_claims import score_causes, score_claims
from tests.sandbox.forty_questions import DOUBLES, FORTY, Asked, Doubles
from tests.sandbox.question_truths import TRUTHS
from tests.sandbox.shop_truths import CONVERSION, COUNTER_ERRORS, DEAD, EVIDENCE, KEPT, POSTER, RECEIPTS, TILLS

ROOT = Path(__file__).parents[2]
RULES = ROOT / "dbt_project" / "seeds"
QUERIES = {
    found["title"]: found["query"]
    for found in QUESTION.finditer((ROOT / "docs/questions.md").read_text(encoding="utf-8"))
}
RATIOS = ("cpl", "cost_per_qualified_lead", "cac", "cpo", "roas", "romi", "cost_share")
SEED, SCALE, LAST_DAY = "7", "1", "2026-06-30"
DOCS = ROOT / "docs"

# The first of them waits for the market, which is ten minutes of a busy machine.
pytestmark = pytest.mark.timeout(2400)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a market, and its warehouse in ``data``."""
    folder = tmp_path_factory.mktemp("identified")
    market, data, config = str(folder / "market"), str(folder / "data"), str(folder / "config")
    environment = {**os.environ, "LEADGEN_CONFIG": config, "LEADGEN_DATA": data, "LEADGEN_HASH_KEY": "k"}
    for command in (
        ["sandbox", "generate", "--out", market, "--seed", SEED, "--scale", SCALE],
        ["sandbox", "config", "--dir", market, "--out", config],
        ["sandbox", "land", "--dir", market, "--data", data],
        ["extractors", "contracts"],
        ["extractors", "pull", "--from", LAST_DAY, "--to", LAST_DAY, "--source", "manual"],
        ["warehouse", "build", "--to", LAST_DAY],
    ):
        done = subprocess.run(
            [sys.executable, "-m", *command], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder


def test_people_are_as_the_evidence_permits(market: Path) -> None:
    found: People = score_people(market / "market", market / "data" / "warehouse.duckdb")

    assert found.permitted_pairs > 100
    assert found.precision >= 0.999
    assert found.recall >= 0.97


def test_the_campaign_is_right_where_the_click_is_known(market: Path) -> None:
    found: Score = score(market / "market", market / "data" / "warehouse.duckdb")

    assert found.right_campaign_share >= 0.98


def test_every_flag_is_set_where_it_was_earned_and_nowhere_else(market: Path) -> None:
    found: list[FlagScore] = score_flags(market / "market", market / "data" / "warehouse.duckdb")

    # Of fifty a single one is two in a hundred: one may be wrong anywhere.
    wrong = [
        one.flag
        for one in found
        if one.expected * (1 - (one.recall or 0)) > max(1, one.expected * 0.02)
        or one.found * (1 - (one.precision or 0)) > max(1, one.found * 0.02)
    ]
    assert wrong == []
    with (RULES / "flag_definitions.csv").open(encoding="utf-8") as definitions:
        defined = {row["flag"] for row in csv.DictReader(definitions)}
    # What earns these two is too rare for so small a market.
    unearned = {"click_id_unresolved", "source_conflict"}
    assert defined - {one.flag for one in found if one.expected} <= unearned


def test_guards_leave_rows_and_nothing_published_tells_a_number(market: Path) -> None:
    with duckdb.connect(str(market / "data" / "warehouse.duckdb"), read_only=True) as reader:
        guards = reader.execute("select distinct guard from marts.identity_guards order by 1").fetchall()
        shown = reader.execute("select identifier_masked from marts.identity_guards where identifier_type = 'phone'")
        masks = {mask for (mask,) in shown.fetchall()}

    assert {"contested", "employee", "shared"} <= {guard for (guard,) in guards}
    assert masks
    assert all("*****" in mask for mask in masks)


def test_each_cause_of_a_claim_is_what_happened_at_the_platform_and_hardly_anything_is_unexplained(
    market: Path,
) -> None:
    causes = score_causes(market / "market", market / "data" / "warehouse.duckdb")
    claims = score_claims(market / "market", market / "data" / "warehouse.duckdb")

    assert [cause for cause in causes if not cause.is_near] == []
    assert len({cause.cause for cause in causes if cause.expected > 20}) >= 10
    assert [claim for claim in claims if claim.unexplained_share > 0.01] == []
    assert sum(claim.claimed > 500 and claim.conversion_kind == "lead" for claim in claims) == 4


@pytest.mark.parametrize("title", TRUTHS)
def test_a_question_is_answered_as_it_really_was(market: Path, title: str) -> None:
    truth = TRUTHS[title]
    with duckdb.connect(str(market / "data" / "warehouse.duckdb"), read_only=True) as reader:
        reader.execute(f"attach '{market}/market/truth.duckdb' as truth (read_only)")
        reader.execute(f"attach '{market}/market/wire.duckdb' as wire (read_only)")
        reader.execute(f"create temp table offline as from '{market}/market/manual/spend/spend.csv'")
        found, true = (
            {row[: truth.keys]: row[truth.keys :] for row in reader.execute(query).fetchall()}
            for query in (QUERIES[title], truth.query)
        )

    assert true
    far = {
        key: (found.get(key), numbers)
        for key, numbers in true.items()
        if key not in found
        or any(
            is_far(*pair, truth.further.get(str(key[0]), truth.within) if key else truth.within)
            for pair in zip(found[key], numbers, strict=True)
        )
    }
    assert far == {}


def is_far(found: float, true: float, within: float) -> bool:
    """Whether a number is further off than the share that is permitted; there, one more or less is near."""
    return abs(float(found) - float(true)) > (max(1.0, within * float(true)) if within else 1e-6)


@pytest.mark.parametrize("document", ["questions.md", "shops.md"])
def test_every_printed_answer_is_what_the_warehouse_answers(market: Path, document: str) -> None:
    printed = (DOCS / document).read_text(encoding="utf-8")

    assert answered(printed, market / "data" / "warehouse.duckdb") == printed


@pytest.fixture(scope="module")
def reader(market: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published warehouse, and beside it what really happened and what the vendors serve."""
    with duckdb.connect(str(market / "data" / "warehouse.duckdb"), read_only=True) as opened:
        opened.execute(f"attach '{market}/market/truth.duckdb' as truth (read_only)")
        opened.execute(f"attach '{market}/market/wire.duckdb' as wire (read_only)")
        for name, file in (("offline", "spend/spend.csv"), ("plan", "plan/plan.csv")):
            opened.execute(f"create temp table {name} as from '{market}/market/manual/{file}'")
        yield opened


def found_by(reader: duckdb.DuckDBPyConnection, query: str) -> list[tuple[str, ...]]:
    """The rows in the order of their words; numbers as far as sums in another order agree."""

    def word(value: object) -> str:
        is_number = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
        return f"{float(value):.4f}" if is_number else str(value)  # type: ignore[arg-type]

    return sorted(tuple(word(value) for value in row) for row in reader.execute(query).fetchall())


@pytest.mark.parametrize("asked", FORTY, ids=lambda asked: asked.question)
def test_however_hurriedly_a_question_is_asked_the_answer_is_right_or_refused(
    reader: duckdb.DuckDBPyConnection, asked: Asked
) -> None:
    right = found_by(reader, asked.right)
    assert right
    answers = []
    for way in asked.ways:
        with contextlib.suppress(duckdb.BinderException):
            answers.append(found_by(reader, way))

    assert answers
    assert answers == [right] * len(answers)


@pytest.mark.parametrize("trap", DOUBLES, ids=lambda trap: trap.told)
def test_what_no_table_can_prevent_is_warned_of(reader: duckdb.DuckDBPyConnection, trap: Doubles) -> None:
    assert found_by(reader, trap.asked) != found_by(reader, trap.right)
    assert f"| {trap.told} |" in (DOCS / "tables.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("ratio", RATIOS)
def test_a_ratio_of_the_mart_is_what_the_report_and_the_glossary_call_so(
    reader: duckdb.DuckDBPyConnection, ratio: str
) -> None:
    """Row by row: days on which more was cancelled than sold have none in the mart."""
    rows = reader.execute(
        f"select any_value({ratio}), {METRICS[ratio].sql} from marts.channel_performance "
        "where sale_credit >= 0 and first_sale_credit >= 0 and spend > 0 group by brand, date, date_basis, channel, "
        f"platform, campaign_id, campaign_name, attribution_model having any_value({ratio}) is not null"
    ).fetchall()

    assert len(rows) > 1000
    assert max(abs(float(shown) - float(defined)) for shown, defined in rows) < 1e-9


def test_the_forty_questions_are_listed_with_the_page_that_answers_them() -> None:
    titles = {page.title for page in PAGES}
    listed = [f"| {asked.question} | {asked.page or 'a query'} |" for asked in FORTY]

    assert len(FORTY) == 40
    assert {asked.page for asked in FORTY} <= titles | {""}
    assert "\n".join(listed) in (DOCS / "questions.md").read_text(encoding="utf-8")


def test_what_was_sold_and_what_could_not_be_read_is_what_the_truth_says(market: Path) -> None:
    """Also of deals that were entered twice, went on to be delivered, or have a cost in words."""
    with duckdb.connect() as database:
        database.execute(f"attach '{market / 'market' / 'truth.duckdb'}' as truth (read_only)")
        database.execute(f"attach '{market / 'data' / 'warehouse.duckdb'}' as warehouse (read_only)")
        sold = "select brand, count(*), sum({revenue}) from {sales} group by brand order by brand"
        told = database.execute(sold.format(revenue="revenue", sales="truth.sales")).fetchall()
        found = database.execute(sold.format(revenue="revenue_original", sales="warehouse.marts.sales")).fetchall()
        noted = database.execute("select count(*), min(reason) from warehouse.marts.rejects").fetchone()
        unread = database.execute("select count(*) from truth.defects where defect = 'cost_in_words'").fetchone()

    assert found == told
    assert unread is not None
    assert noted == (*unread, "column_rejected: cost_of_goods does not fit into a column of type decimal")


def test_conversion_in_shops_is_as_it_was_within_the_errors_of_their_counters(
    reader: duckdb.DuckDBPyConnection,
) -> None:
    shares = {store: found / truly for store, found, truly in reader.execute(CONVERSION).fetchall()}

    assert shares.keys() == COUNTER_ERRORS.keys()
    assert {store for store, (low, high) in COUNTER_ERRORS.items() if not low <= shares[store] <= high} == set()


def test_a_dead_door_and_a_day_without_data_are_hours_without_visitors(reader: duckdb.DuckDBPyConnection) -> None:
    assert reader.execute(DEAD).fetchall() == [("SOF", 5, 48), ("VAR", 1, 10)]


def test_what_a_poster_brought_lies_within_its_interval(reader: duckdb.DuckDBPyConnection) -> None:
    found = {outcome: numbers for outcome, *numbers in reader.execute(POSTER).fetchall()}

    assert found.keys() == {"visitors", "receipts", "sold_amount"}
    low, _, high, truly, extra_low, extra_high, extra = found["visitors"]
    assert low <= truly <= high
    assert extra_low <= extra <= extra_high
    assert found["receipts"][0] <= truly <= found["receipts"][2]


def test_no_receipt_is_credited_without_evidence(market: Path, reader: duckdb.DuckDBPyConnection) -> None:
    receipts = market / "market" / "manual" / "receipts" / "receipts.csv"
    reader.execute(KEPT.format(receipts=receipts))
    found = reader.execute(EVIDENCE).fetchall()

    counts = {evidence: count for evidence, count, _ in found}
    truths = {evidence: count for evidence, _, count in found}
    assert counts.keys() == {"promotion_code", "known_person", "asked", "unattributed"}
    assert (counts["promotion_code"], counts["asked"]) == (truths["promotion_code"], truths["asked"])
    # Some gave the till another address than they had asked with, or a number that a family shares.
    assert 0.7 * truths["known_person"] < counts["known_person"] <= truths["known_person"]
    assert counts["unattributed"] - truths["unattributed"] == truths["known_person"] - counts["known_person"]
    assert reader.execute(RECEIPTS).fetchall() == reader.execute(TILLS.format(receipts=receipts)).fetchall()
