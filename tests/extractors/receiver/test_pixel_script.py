"""The pixel in a real browser: what it puts into a form, with and without the visitor's consent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.support.ui import WebDriverWait

from tests.extractors.receiver.receiving import receiving, write_accounts
from tests.story.browser import Site, browsing

CLICKS = "gclid=SYN-1&ScCid=SYN-Snap-2&gclsrc=aw.ds"
FILLED = """
    var form = document.querySelector("form");
    form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    return Object.fromEntries(new FormData(form));
"""
GATHERED = """
    var form = document.querySelector("form"), first = Object.fromEntries(new FormData(form));
    return [first, Object.fromEntries(new FormData(form))];
"""
GRANTED = """localStorage.setItem("choice", JSON.stringify({ analytics_storage: "granted", ad_storage: "granted" }));"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site whose pages embed the pixel of a running receiver."""
    with ExitStack() as opened:
        site = Site()
        opened.callback(site.close)
        write_accounts(tmp_path / "config", {}, {"dach": {"origins": [site.url]}})
        site.receiver = opened.enter_context(receiving()).url
        yield site


def sent(browser: Chrome, address: str) -> Mapping[str, str]:
    """What a form on this page would send, the page before being one with the same parameters."""
    browser.get(address)
    browser.execute_script(f"location.assign({address.replace('index.html', 'quote.html')!r})")
    wait = WebDriverWait(browser, 30)
    wait.until(lambda page: page.title == "Ask for a quote" and page.execute_script("return Boolean(window.leadgen)"))
    filled: Mapping[str, str] = browser.execute_script(FILLED)
    return filled


@pytest.mark.timeout(300)
def test_the_ids_of_clicks_reach_a_form_by_consent_alone_however_they_are_written(site: Site, tmp_path: Path) -> None:
    address = f"{site.url}/index.html?utm_source=snap&{CLICKS}"
    with browsing(tmp_path / "profile") as browser:
        refused = sent(browser, address)
        browser.execute_script(GRANTED)
        agreed = sent(browser, address)

    assert not [name for name, value in refused.items() if "SYN" in value or "aw.ds" in value]
    assert (refused["utm_source"], refused["page_url"]) == ("snap", f"{site.url}/quote.html?utm_source=snap")
    assert refused["referrer"] == f"{site.url}/index.html?utm_source=snap"
    assert (agreed["gclid"], agreed["sccid"]) == ("SYN-1", "SYN-Snap-2")
    assert CLICKS in agreed["page_url"]
    assert CLICKS in agreed["referrer"]


@pytest.mark.timeout(300)
def test_a_form_that_a_script_submits_without_saying_so_is_filled_too(site: Site, tmp_path: Path) -> None:
    address = f"{site.url}/index.html?utm_source=snap&{CLICKS}"
    with browsing(tmp_path / "profile") as browser:
        sent(browser, address)
        browser.execute_script(GRANTED)
        said = sent(browser, address)
        browser.refresh()
        WebDriverWait(browser, 30).until(lambda page: page.execute_script("return Boolean(window.leadgen)"))
        first, second = browser.execute_script(GATHERED)

    names = ("client_id", "gclid", "utm_source", "page_url", "referrer")
    assert [first[name] for name in names] == [said[name] for name in names]
    # Each sending is one of its own.
    assert len({said["submission_id"], first["submission_id"], second["submission_id"]}) == 3
