"""Great Expectations on DuckDB: every bad row becomes a flag, and only what is critical stops a build."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import duckdb
import pytest

from warehouse import settings
from warehouse.checks.inquiries import flag_checks, write_flags
from warehouse.checks.landed import CHECKS
from warehouse.checks.marts import checks, find_shown_contacts, mask_shown_contacts
from warehouse.checks.suite import Check, Severity, load, refuse_failed, run_checks, steps_of
from warehouse.errors import CheckFailed
from warehouse.run import BuildRun, open_build

FLAGS = [("spam", "Protect the form"), ("duplicate", "Stop the second submission")]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BuildRun:
    """A build with 5,000 inquiries, of which 1,000 are spam and none is a duplicate."""
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    build = BuildRun("r1", date(2026, 6, 30))
    build.database.parent.mkdir(parents=True)
    with duckdb.connect(str(build.database)) as database:
        database.execute("create schema intermediate; create schema checks")
        database.execute(
            "create table intermediate.int_inquiries__identified as select 'i' || range as inquiry_id, "
            "range % 5 = 0 as has_spam, false as has_duplicate, 'jane@mail.example' as email from range(5000)"
        )
    return build


def test_a_thousand_bad_rows_give_a_thousand_flags(run: BuildRun) -> None:
    found = run_checks(run, "inquiries", flag_checks(FLAGS), key="inquiry_id")

    write_flags(run, found)

    with open_build(run, read_only=True) as database:
        counted = database.execute("select flag, count(distinct inquiry_id) from checks.inquiry_flags group by 1")
        flags = counted.fetchall()
    assert flags == [("spam", 1000)]


def test_the_pages_show_what_was_found_and_no_value_of_a_row(run: BuildRun) -> None:
    run_checks(run, "inquiries", flag_checks(FLAGS), key="inquiry_id")

    pages = list((settings.data_docs_dir() / "inquiries").rglob("*.html"))
    assert (settings.data_docs_dir() / "inquiries" / "index.html") in pages
    assert all("jane@mail" not in page.read_text(encoding="utf-8") for page in pages)


def spam_check(severity: Severity) -> Check:
    """A check that the thousand inquiries of spam do not pass."""
    return Check(
        "no_spam",
        "intermediate.int_inquiries__identified",
        "ExpectColumnValuesToBeInSet",
        {"column": "has_spam", "value_set": [False]},
        "There is <b>spam</b>",
        severity,
    )


def test_one_page_tells_of_all_suites_in_sentences_and_what_is_to_be_known_has_not_failed(run: BuildRun) -> None:
    run_checks(run, "inquiries", flag_checks(FLAGS), key="inquiry_id")
    run_checks(run, "marts", [spam_check("warning")])

    page = (settings.data_docs_dir() / "index.html").read_text(encoding="utf-8")
    links = re.findall(r'<a href="([^"]*)">intermediate.int_inquiries__identified</a>', page)
    behind = [(settings.data_docs_dir() / unquote(link)).read_text(encoding="utf-8") for link in links]
    assert ["has_duplicate" in one for one in behind] == [True, True, False]
    page = re.sub(r"</?a\b[^>]*>", "", page)
    told = [" ".join(row.split()) for row in re.findall(r"<tr><td>(.*?)</tr>", page, flags=re.DOTALL)]
    assert told == [
        "No inquiry has the flag spam<br><small>Protect the form</small></td><td>intermediate.int_inquiries__identified"
        '</td> <td class="info">for you to know: 1,000</td>',
        "No inquiry has the flag duplicate</td><td>intermediate.int_inquiries__identified</td> "
        '<td class="pass">in order</td>',
        "No spam<br><small>There is &lt;b&gt;spam&lt;/b&gt;</small></td>"
        '<td>intermediate.int_inquiries__identified</td> <td class="warn">to be looked at: 1,000</td>',
    ]
    assert "2 checks: 1 in order, 1 for you to know." in page
    assert "failed" not in page.lower()


def test_no_page_of_the_checks_fetches_anything_from_another_host(run: BuildRun) -> None:
    run_checks(run, "inquiries", flag_checks(FLAGS), key="inquiry_id")

    pages = [page.read_text(encoding="utf-8") for page in settings.data_docs_dir().rglob("*.html")]
    assert len(pages) >= 3
    fetched = r"<(?:link|script|img|iframe)\b[^>]*\b(?:href|src)=[\"']?(?:https?:)?//[^>]*>"
    assert [found for page in pages for found in re.findall(fetched, page)] == []


def test_a_critical_check_stops_the_build_with_a_sentence_and_a_warning_does_not(run: BuildRun) -> None:
    warned = refuse_failed("check_marts", run_checks(run, "marts", [spam_check("warning")]))
    assert [step.status for step in warned] == ["warn"]
    with pytest.raises(CheckFailed, match=r"There is <b>spam</b> \(check no_spam.*Readers keep the warehouse"):
        refuse_failed("check_marts", run_checks(run, "marts", [spam_check("critical")]))


def test_a_contact_in_a_published_text_is_found_where_it_is_not_masked(run: BuildRun) -> None:
    with open_build(run) as database:
        database.execute(
            "create schema marts; create table marts.inquiries as select 'jane@mail.example' as note, "
            "'+4915112345678' as number, 'j***@m***.example' as email_masked, 'a@b' as short, 1 as amount;"
            "create table marts.empty as select ''::varchar as note limit 0"
        )
        assert find_shown_contacts(database) == [("marts", "inquiries", "note"), ("marts", "inquiries", "number")]
        assert database.execute("select row_count from checks.shown_contacts").fetchall() == [(1,), (1,)]


def test_a_contact_in_a_published_text_is_masked_and_stops_nobody(run: BuildRun) -> None:
    with open_build(run) as database:
        database.execute(
            "create schema marts; create table marts.inquiries as from (values ('by jane@mail.example!', 'a'), "
            "('+4915112345678', 'b'), ('Spring', 'c')) as t (note, key)"
        )
        assert mask_shown_contacts(database) == ["inquiries.note"]
        shown = database.execute("select note from marts.inquiries order by key").fetchall()
        assert shown == [("by ***!",), ("***",), ("Spring",)]
        assert database.execute("from checks.shown_contacts").fetchall() == []
        assert database.execute("select table_name, column_name from checks.masked_contacts").fetchall() == [
            ("inquiries", "note")
        ]


def test_a_contact_that_a_view_shows_is_masked_where_it_is_stored(run: BuildRun) -> None:
    with open_build(run) as database:
        database.execute(
            "create schema marts; create schema stored; create table stored.attributed_leads as "
            "select 'by jane@mail.example' as keyword; "
            "create view marts.attributed_leads as from stored.attributed_leads"
        )
        assert mask_shown_contacts(database) == ["attributed_leads.keyword"]
        assert database.execute("from marts.attributed_leads").fetchall() == [("by ***",)]
        assert database.execute("from checks.shown_contacts").fetchall() == []


@pytest.mark.parametrize(("blocked", "statuses"), [("'n'", {"warn"}), ("'n', 'm'", {"fail", "warn"})])
def test_a_flag_of_one_brand_warns_and_only_one_of_every_brand_stops(
    run: BuildRun, blocked: str, statuses: set[str]
) -> None:
    with open_build(run) as database:
        database.execute(
            "create schema marts; create table marts.identification_trend as select brand, 'spam' as dimension_value, "
            f"date '2026-06-30' as inquiry_date, brand in ({blocked}) as is_blocking "
            "from (values ('n'), ('m')) as t (brand)"
        )
    asked = [check for check in checks() if check.name.startswith("no_flag_is_above")]
    steps = steps_of("check_marts", run_checks(run, "marts", asked))
    assert {step.status for step in steps if step.status != "pass"} == statuses


def test_no_flag_of_a_business_without_inquiries_stops_its_publication(run: BuildRun) -> None:
    with open_build(run) as database:
        database.execute(
            "create schema marts; create table marts.identification_trend (brand text, dimension_value text, "
            "inquiry_date date, is_blocking boolean)"
        )
    asked = [check for check in checks() if check.name.startswith("no_flag_is_above")]
    steps = steps_of("check_marts", run_checks(run, "marts", asked))
    assert {step.status for step in steps} == {"pass"}


def test_no_connection_of_the_checks_keeps_the_next_step_out(run: BuildRun) -> None:
    run_checks(run, "inquiries", flag_checks(FLAGS), key="inquiry_id")

    with open_build(run) as database:
        database.execute("create table checks.written as select 1 as one")


@pytest.mark.parametrize(("rejected", "is_told"), [(300, True), (22, False), (0, False)])
def test_a_table_that_rejects_more_than_it_accepts_is_told(run: BuildRun, rejected: int, is_told: bool) -> None:
    with duckdb.connect(str(run.database)) as database:
        database.execute(
            "create table intermediate.int_landing__counted as select 'manual' as source, 'office' as account, "
            f"'spend' as table_name, {rejected} + 30 as landed_rows, {rejected} as rejected_rows"
        )
    [check] = [one for one in CHECKS if one.name == "few_rows_are_rejected"]

    [found] = run_checks(run, "landed", [check])

    assert found.success is not is_told


LOADED = """
import sys
from warehouse.checks.suite import load
load().ExpectationSuite
print("scipy.stats._stats_py" in sys.modules)
import scipy.stats
print(scipy.stats.norm.cdf(0), "scipy.stats._stats_py" in sys.modules)
"""


def test_the_tests_of_distributions_are_loaded_by_whoever_asks_for_one() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], cwd=settings.PROJECT, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "0.5", "True"], done.stderr


def test_a_template_that_one_suite_compiled_is_compiled_for_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    load()
    from warehouse.checks.pages import IndexPage, Page

    for pages in (Page, IndexPage):
        first, next_one = pages(), pages()
        first.env.get_template("page.j2")
        monkeypatch.setattr(next_one.env, "compile", None)
        assert next_one.env.get_template("page.j2").name == "page.j2"
