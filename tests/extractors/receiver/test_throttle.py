"""How many posts are taken, by a clock that stands still, and what consent lets through."""

from __future__ import annotations

import pytest

from extractors.receiver.consent import AD_COOKIES, consent_of, without_click_ids
from extractors.receiver.cookies import LONGEST, MOST_COOKIES, clicks_of, marketing_cookies, tilda_tags
from extractors.receiver.throttle import Bucket, Buckets


class Clock:
    """Shows what it is told."""

    now = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now


def test_a_burst_is_taken_and_then_so_many_a_second() -> None:
    clock = Clock()
    bucket = Bucket(rate=2, burst=3, clock=clock)

    assert [bucket.wait() for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    clock.now = 0.25
    assert bucket.wait() == 0.25
    clock.now = 0.5
    assert [bucket.wait(), bucket.wait()] == [0.0, 0.5]
    # However long nobody posts, no more than the burst comes at once.
    clock.now = 1000
    assert [bucket.wait() for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]


def test_each_sender_has_his_own_bucket_and_the_one_longest_unseen_is_forgotten() -> None:
    buckets = Buckets(rate=0.001, burst=1, most=2)

    assert (buckets.wait("a"), buckets.wait("b")) == (0.0, 0.0)
    assert buckets.wait("a") > 0
    # Of the three, b was seen longest ago.
    assert buckets.wait("c") == 0.0
    assert buckets.wait("a") > 0
    assert buckets.wait("b") == 0.0


@pytest.mark.parametrize(
    ("said", "is_assumed", "analytics", "denied", "ads"),
    [
        ({"analytics_storage": "granted", "ad_storage": "denied"}, False, True, False, False),
        ({"analytics_storage": "denied", "ad_storage": "GRANTED"}, False, False, True, True),
        ({"consent.ad_storage": "granted", "ad_storage": "denied"}, False, False, False, True),
        ({}, False, False, False, False),
        ({}, True, True, False, True),
        ({"analytics_storage": "denied", "ad_storage": "perhaps"}, True, False, True, True),
    ],
)
def test_silence_is_no_yes_unless_the_site_says_so(
    said: dict[str, str], is_assumed: bool, analytics: bool, denied: bool, ads: bool
) -> None:
    consent = consent_of(said, is_assumed)

    assert (consent.is_analytics_granted, consent.is_analytics_denied) == (analytics, denied)
    assert consent.is_ads_granted == ads
    assert [consent.allows(cookie) for cookie in (*AD_COOKIES, "_ga")] == [ads] * len(AD_COOKIES) + [analytics]


def test_an_address_loses_its_click_ids_and_keeps_its_tags() -> None:
    assert without_click_ids("https://n.de/?utm_source=x&GCLID=1&fbclid=2&q=a%26b#top") == (
        "https://n.de/?utm_source=x&q=a%26b#top"
    )
    assert (without_click_ids(None), without_click_ids("https://n.de/")) == (None, "https://n.de/")


def test_only_marketing_cookies_of_a_usual_length_are_kept() -> None:
    long, longer = "x" * LONGEST, "x" * (LONGEST + 1)

    assert marketing_cookies(f"_ga=1; session=2; _ga_AB1=3; _fbp={long}; _fbc={longer}; _ttp=; x_ga=4") == {
        "_ga": "1",
        "_ga_AB1": "3",
        "_fbp": long,
    }
    assert marketing_cookies(f"TILDAUTM={longer}") == {"TILDAUTM": longer}
    assert marketing_cookies("a=1;" * MOST_COOKIES + "_ga=1") == {}
    assert marketing_cookies("a=1;" * (MOST_COOKIES - 1) + "_ga=1") == {"_ga": "1"}


def test_the_newest_click_of_the_cookies_counts_and_tildas_tags_are_read_also_when_encoded_twice() -> None:
    newer = {"_gcl_aw": "GCL.1772000000.google", "_fbc": "fb.1.1773000000000.meta"}
    older = {"_gcl_aw": "GCL.1774000000.google", "_fbc": "fb.1.1773000000000.meta"}

    assert clicks_of(newer) == {"fbclid": newer["_fbc"]}
    assert clicks_of(older) == {"gclid": older["_gcl_aw"]}
    assert clicks_of({}) == {}
    tags = {"utm_source": "x", "utm_medium": "cpc"}
    assert tilda_tags({"TILDAUTM": "utm_source%3Dx%7C%7C%7Cutm_medium%3Dcpc%7C%7C%7Cutm_term%3D"}) == tags
    assert tilda_tags({"TILDAUTM": "utm_source%253Dx%257C%257C%257Cutm_medium%253Dcpc"}) == tags
