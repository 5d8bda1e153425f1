"""A goal or a rule of a platform counts a click only for so long: what it cannot count is not told as if it could."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.activations.publications import NOW, SOLD_AT
from tests.activations.scripted import Said
from tests.activations.teller import Teller

MINUTES = 7 * 24 * 60
AT_THE_EDGE, BEYOND = SOLD_AT - timedelta(minutes=MINUTES), SOLD_AT - timedelta(minutes=MINUTES, seconds=1)
CONTACT = {"email": "ann@firm.example", "phone": "+4915112345678", "ad_user_data": "granted"}


pytestmark = pytest.mark.usefixtures("folders")


@pytest.fixture
def microsoft(monkeypatch: pytest.MonkeyPatch) -> Iterator[Teller]:
    found = Teller("microsoft_ads", monkeypatch)
    found.goals = [{"Id": "1", "Name": "Sale", "Status": "Active", "ConversionWindowInMinutes": MINUTES}]
    yield found
    found.vendor.close()


@pytest.fixture
def linkedin(monkeypatch: pytest.MonkeyPatch) -> Iterator[Teller]:
    found = Teller("linkedin_ads", monkeypatch)
    found.rule = {"postClickAttributionWindowSize": 7}
    yield found
    found.vendor.close()


def test_a_click_beyond_the_goal_s_window_is_left_out_and_one_at_its_edge_is_told(microsoft: Teller) -> None:
    microsoft.publish(microsoft.sold(1, clicked_at=AT_THE_EDGE), microsoft.sold(2, clicked_at=BEYOND))

    report = microsoft.tell()

    assert report.outcomes == {("send", "accepted", ""): 1}
    assert report.left_out == {"click_outside_window": 1}
    [post] = microsoft.posts()
    assert post.json["OfflineConversions"][0]["MicrosoftClickId"] == microsoft.sold(1)["click_id"]


def test_where_there_is_a_contact_it_goes_in_the_place_of_a_click_that_counts_no_more(microsoft: Teller) -> None:
    microsoft.publish(microsoft.sold(1, clicked_at=BEYOND, **CONTACT))

    assert microsoft.tell().outcomes == {("send", "accepted", ""): 1}
    [post] = microsoft.posts()
    assert sorted(post.json["OfflineConversions"][0]) == [
        "ConversionCurrencyCode", "ConversionName", "ConversionTime", "ConversionValue", "HashedEmailAddress",
        "HashedPhoneNumber",
    ]  # fmt: skip


def test_another_goal_s_window_is_no_matter(microsoft: Teller) -> None:
    microsoft.goals[0]["Name"] = "Lead"
    microsoft.publish(microsoft.sold(1, clicked_at=BEYOND))

    assert microsoft.tell().outcomes == {("send", "accepted", ""): 1}


def test_what_was_told_before_its_window_became_shorter_is_corrected_and_not_taken_back(microsoft: Teller) -> None:
    microsoft.goals[0]["ConversionWindowInMinutes"] = 129_600
    microsoft.publish(microsoft.sold(1, clicked_at=BEYOND))
    microsoft.tell()
    microsoft.goals[0]["ConversionWindowInMinutes"] = MINUTES
    microsoft.publish(microsoft.sold(1, clicked_at=BEYOND, value=7), microsoft.sold(2))

    report = microsoft.tell(now=NOW + timedelta(days=1))

    assert report.outcomes == {("restate", "accepted", ""): 1, ("send", "accepted", ""): 1}


@pytest.mark.parametrize("minutes", [None, 0, "10080", True], ids=repr)
def test_a_goal_that_says_no_window_that_can_be_read_is_left_to_microsoft(microsoft: Teller, minutes: Any) -> None:
    microsoft.goals[0]["ConversionWindowInMinutes"] = minutes
    microsoft.publish(microsoft.sold(1, clicked_at=BEYOND))

    assert microsoft.tell().outcomes == {("send", "accepted", ""): 1}


def test_goals_are_not_asked_for_where_nothing_is_to_be_sent_by_a_click(microsoft: Teller) -> None:
    nobody = dict.fromkeys(("click_id", "click_id_type", "clicked_at"))
    microsoft.publish(microsoft.sold(1, **{**nobody, **CONTACT}))

    microsoft.tell()

    assert [one.path.rpartition("/")[2] for one in microsoft.vendor.asked] == ["Apply"]


def test_linkedin_is_told_of_a_click_that_its_rule_counts_no_more_and_it_is_said(linkedin: Teller) -> None:
    linkedin.publish(
        linkedin.sold(1, clicked_at=AT_THE_EDGE),
        linkedin.sold(2, clicked_at=BEYOND),
        # Whom LinkedIn knows by more than a click it may count for another.
        linkedin.sold(3, clicked_at=BEYOND, **CONTACT),
        linkedin.sold(4, clicked_at=BEYOND, lead_ad_id="9"),
    )

    report = linkedin.tell()

    assert report.outcomes == {
        ("send", "accepted", ""): 3, ("send", "warned", "click_outside_the_rule_s_window"): 1,
    }  # fmt: skip
    assert len(linkedin.posts()) == 1


def test_what_linkedin_refused_is_refused_whatever_the_window(linkedin: Teller) -> None:
    linkedin.publish(linkedin.sold(1, clicked_at=BEYOND))

    report = linkedin.tell(Said({"message": "Index: 0, ERROR :: /user :: no"}, 422))

    assert [state for _, state, _ in report.outcomes] == ["failed"]
