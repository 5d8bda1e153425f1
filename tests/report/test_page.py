"""The page needs nobody, believes no name, and can be read by everybody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.report.looking import PAGES, Looking
from tests.report.published_market import FORMULA, SCRIPT

CAUGHT = "URL.createObjectURL = (saved) => { window.saved = saved; return '#'; };"


@pytest.mark.parametrize("name", PAGES)
def test_every_chart_of_a_page_is_drawn_and_has_a_table_behind_it(looking: Looking, name: str) -> None:
    looking.open(name, brand="nord", period="all")
    charts = looking.ask(
        "return [...document.querySelectorAll('.chart')].map(place => [place.querySelector('svg') !== null,"
        " place.closest('.card').querySelector('details table') !== null])"
    )
    faults = looking.faults()

    assert all(drawn and behind for drawn, behind in charts)
    assert len(charts) > 0 or name == "health" or looking.ask("return document.querySelectorAll('.empty').length") > 0
    assert faults == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone(looking: Looking, name: str) -> None:
    looking.open(name, width=390, brand="nord", period="all")

    assert looking.ask("return document.documentElement.scrollWidth") <= 390
    assert looking.ask("return getComputedStyle(document.body).fontSize") == "16px"


def test_no_page_asks_the_network_for_anything(looking: Looking, page: Path) -> None:
    for name in PAGES:
        looking.open(name, brand="nord")
        assert looking.ask("return performance.getEntriesByType('resource').map(one => one.name)") == []
    text = page.read_text(encoding="utf-8")
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)

    assert policy.startswith("default-src &#39;none&#39;; script-src &#39;sha256-")
    assert "unsafe-eval" not in policy
    markup = re.sub(r"(?s)<script>.*?</script>", "", text)
    assert re.findall(r"<(?!a )\w+[^>]*(?:src|href)=|url\(|@import", markup) == []


def test_a_page_may_not_ask_even_when_it_tries(looking: Looking) -> None:
    looking.open("health")
    said = looking.browser.execute_async_script(
        "const done = arguments[0];"
        "document.addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective));"
        "fetch('http://127.0.0.1:9/').catch(() => setTimeout(() => done('nobody refused'), 20000))"
    )

    assert said == "connect-src"


def test_a_name_is_text_wherever_it_stands(looking: Looking) -> None:
    for name in PAGES:
        looking.open(name, brand="nord", period="all")
        looking.ask("for (const closed of document.querySelectorAll('button.open')) closed.click()")
        assert looking.ask("return window.planted === undefined"), name
        assert looking.ask("return document.querySelectorAll('main script, main img').length") == 0, name
    looking.open("channels", brand="nord", period="all")
    looking.ask(
        "const bar = document.querySelector('[data-title=\"Leads by campaign\"] svg path[aria-roledescription=bar]');"
        "for (const kind of ['pointerover', 'mouseover', 'pointermove', 'mousemove'])"
        " bar.dispatchEvent(new PointerEvent(kind, {bubbles: true, clientX: 500, clientY: 500}))"
    )
    assert looking.ask("return window.planted === undefined")
    assert SCRIPT in looking.ask("return document.querySelector('main').textContent")


def test_behind_each_query_stands_the_command_that_shows_the_records(looking: Looking) -> None:
    looking.open("channels", brand="nord", period="all")
    commands = looking.ask(
        "return [...document.querySelectorAll('details pre')]"
        ".map(query => query.parentElement.querySelector('code')?.textContent)"
    )

    assert commands
    assert all(re.fullmatch(r"leadgen trace \w+ --column COLUMN --where NAME=VALUE", one) for one in commands)


def test_a_spreadsheet_takes_no_name_for_a_formula(looking: Looking) -> None:
    looking.open("channels", brand="nord", period="all")
    looking.ask(CAUGHT + "document.querySelector('.tools button').click()")
    saved = looking.browser.execute_async_script("window.saved.text().then(arguments[0])")

    assert saved.splitlines()[0].endswith(
        "channel,campaign,spend,valid_inquiry_count,lead_credit,sale_credit,first_sale_credit,revenue,cpl,cac,roas"
    )
    assert "\"'" + FORMULA.replace('"', '""') + '"' in saved
    assert not re.search(r'(?m)^"?[=+@]|,"?[=+@]', saved)


def test_the_keyboard_reaches_pages_switches_and_tables(looking: Looking) -> None:
    looking.open("channels", brand="nord")
    reached = looking.ask(
        "return [...document.querySelectorAll('a[href], button, select, summary, [tabindex=\"0\"]')]"
        ".map(one => one.tagName + (one.tabIndex < 0 ? ' unreachable' : ''))"
    )
    unnamed = looking.ask(
        "return [...document.querySelectorAll('select')].filter(one => !one.labels[0]?.textContent.trim()).length"
    )
    looking.ask("const first = document.querySelector('button.open'); first.focus(); first.click()")

    assert {"A", "BUTTON", "SELECT", "SUMMARY", "DIV"} <= set(reached)
    assert unnamed == 0
    assert looking.ask("return document.activeElement.getAttribute('aria-expanded')") == "true"
    assert (
        looking.ask("return document.querySelector('nav [aria-current=page]').textContent") == "Channels and campaigns"
    )


def test_a_chart_says_to_a_screen_reader_what_it_is(looking: Looking) -> None:
    looking.open("overview", brand="nord")
    told = looking.ask(
        "return [...document.querySelectorAll('.chart svg')].map(one => one.querySelector('[aria-label]') !== null"
        " || one.hasAttribute('aria-label'))"
    )

    assert told
    assert all(told)


def test_money_is_written_as_the_brand_writes_it(looking: Looking) -> None:
    looking.open("problems", brand="nord")
    german = looking.ask("return document.querySelector('.money').textContent")
    looking.open("overview", brand="pool", period="all")

    assert german == "1.234\u00a0€ at stake"
    assert re.fullmatch(r"\$\d{1,3}(,\d{3})*", looking.tile("revenue"))


def test_dark_is_chosen_by_a_button_and_keeps_its_contrast(looking: Looking) -> None:
    looking.open("overview", brand="nord")
    colours = "const style = getComputedStyle(document.body); return [style.color, style.backgroundColor]"
    before = looking.ask(colours)
    looking.ask("document.getElementById('theme').click()")
    after = looking.ask(colours)

    assert before != after
    assert all(contrast(*pair) >= 7 for pair in (before, after))


def contrast(ink: str, paper: str) -> float:
    """By the rule of WCAG."""

    def light(colour: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((light(ink), light(paper)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
