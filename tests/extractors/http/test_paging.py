"""Lists page after page: where they end, and when what came is not the list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from extractors.errors import RetryLater, SourceChanged
from extractors.http.auth import NoAuth
from extractors.http.client import HttpClient
from extractors.http.paging import MOST_EMPTY_IN_A_ROW, Page, cursor_pages, expect_day, numbered_pages
from tests.extractors.sources.vendor import Reply, Vendor


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """A vendor that answers what the test tells it to."""
    running = Vendor()
    yield running
    running.close()


def rows(*numbers: int, **totals: Any) -> Reply:
    """A page of rows, and what the answer says of the whole list."""
    return Reply(json.dumps({"rows": [{"id": number} for number in numbers], **totals}).encode())


def listed(vendor: Vendor, *pages: Reply) -> list[int]:
    """The ids of the whole list."""
    vendor.answers("GET /x", *pages)
    client = HttpClient(vendor.url, name="vendor/1", auth=NoAuth())
    return [one["id"] for page in numbered_pages(client, "/x", "rows", {}, size=2) for one in page]


def test_an_empty_page_in_the_middle_does_not_end_a_list_that_says_how_long_it_is(vendor: Vendor) -> None:
    assert listed(vendor, rows(1, 2, total_pages=3), rows(total_pages=3), rows(5, 6, total_pages=3)) == [1, 2, 5, 6]


def test_a_list_that_does_not_say_how_long_it_is_ends_with_an_empty_page(vendor: Vendor) -> None:
    assert listed(vendor, rows(1, 2), rows(3), rows()) == [1, 2, 3]


def test_fewer_rows_than_the_answer_counts_are_not_the_list(vendor: Vendor) -> None:
    with pytest.raises(RetryLater, match="4 of 5 rows came"):
        listed(vendor, rows(1, 2, total_pages=2, total_records=5), rows(3, 4, total_pages=2, total_records=5))


def test_a_list_that_says_how_many_rows_it_has_ends_with_the_last_of_them(vendor: Vendor) -> None:
    assert listed(vendor, rows(1, 2, total_records=3), rows(3, total_records=3)) == [1, 2, 3]
    assert len(vendor.requests) == 2


def test_a_list_that_ends_before_its_last_row_is_not_the_list(vendor: Vendor) -> None:
    with pytest.raises(RetryLater, match="3 of 4 rows came"):
        listed(vendor, rows(1, 2, total_records=4), rows(3, total_records=4), rows(total_records=4))


def test_the_last_answer_counts_where_a_row_was_deleted_meanwhile(vendor: Vendor) -> None:
    pages = [rows(1, 2, total_pages=2, total_records=4), rows(4, total_pages=2, total_records=3)]

    assert listed(vendor, *pages) == [1, 2, 4]


@pytest.mark.parametrize("total", ["one", [2], 1.5, True, -1, {"pages": 2}])
def test_a_total_that_is_no_number_is_a_change(vendor: Vendor, total: Any) -> None:
    with pytest.raises(SourceChanged, match="'total_pages' is no whole number"):
        listed(vendor, rows(1, 2, total_pages=total))


def test_a_list_of_numbered_empty_pages_ends(vendor: Vendor) -> None:
    with pytest.raises(RetryLater, match=f"{MOST_EMPTY_IN_A_ROW} empty pages"):
        listed(vendor, rows(total_pages=MOST_EMPTY_IN_A_ROW + 9))


def test_a_list_of_empty_pages_ends() -> None:
    def fetch(cursor: str | None) -> dict[str, Any]:
        return {"rows": [], "next": str(int(cursor or 0) + 1)}

    pages: Iterator[Page] = cursor_pages("vendor: list", fetch, "rows", lambda answer: str(answer["next"]))

    with pytest.raises(RetryLater, match=f"{MOST_EMPTY_IN_A_ROW} empty pages"):
        list(pages)


def cursored(*pages: list[int]) -> list[int]:
    """The ids of a list whose answers name the place of the next page."""

    def fetch(cursor: str | None) -> dict[str, Any]:
        number = int(cursor or 0)
        following = str(number + 1) if number + 1 < len(pages) else None
        return {"rows": [{"id": one} for one in pages[number]], "next": following}

    found: Iterator[Page] = cursor_pages("vendor: list", fetch, "rows", lambda answer: answer["next"])
    return [one["id"] for page in found for one in page]


def test_the_list_is_all_pages_in_their_order_whatever_their_ids() -> None:
    assert cursored([2, 1], [], [1, 2], [3]) == [2, 1, 1, 2, 3]


def test_a_page_that_comes_twice_is_not_the_next_one() -> None:
    with pytest.raises(RetryLater, match="a page is the same as the one before"):
        cursored([1, 2], [1, 2], [3])


def test_rows_of_another_day_are_not_those_that_were_asked_for() -> None:
    asked = date(2026, 3, 2)
    expect_day("vendor: days", [{"day": "2026-03-02"}, {"day": None}, {}], "day", asked)

    with pytest.raises(RetryLater, match=r"rows of 2026-03-01 came"):
        expect_day("vendor: days", [{"day": "2026-03-02"}, {"day": "2026-03-03"}, {"day": "2026-03-01"}], "day", asked)
