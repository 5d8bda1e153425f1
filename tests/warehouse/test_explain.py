"""The story of a lead: who, how that is known, how well, the journey and the credit, without a contact detail."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from warehouse import settings
from warehouse.__main__ import app
from warehouse.errors import NothingPublished, UnknownRecord
from warehouse.explain import explain

MARTS = """
    create schema marts;
    create table marts.inquiries as
    select
        'n' as brand, 'i1' as inquiry_id, 'l1' as lead_id, 'p1' as person_id, 'form' as kind,
        timestamp '2026-03-01 10:00' as occurred_at, 'typeform' as source, 'r1' as source_record_id,
        'A' as grade, 95 as score, 'Paid Search' as channel, 'Brand' as campaign_name, false as is_duplicate,
        null::varchar as duplicate_of_inquiry_id, 'j***@m***.example' as email_masked, '+49*****12' as phone_masked
    union all
    select
        'n', 'i2', 'l1', 'p1', 'form', timestamp '2026-03-01 10:05', 'typeform', 'r2', 'A', 95, 'Paid Search', 'Brand',
        true, 'i1', 'j***@m***.example', null
    union all
    select
        'n', 'i3', null, 'p9', 'form', timestamp '2026-03-02 10:05', 'typeform', 'r3', 'E', 0, 'unattributed', null,
        false, null, null, null;
    create table marts.inquiry_flags as
    select 'i2' as inquiry_id, 'duplicate' as flag, 'low' as severity, 'Stop it' as what_to_fix, 'owner' as who_can;
    create table marts.lead_journeys as
    select
        'l1' as lead_id, 1 as touch_number, timestamp '2026-03-01 09:59' as touched_at, 'visit' as touch_kind,
        'Paid Search' as channel, 'Brand' as campaign_name, 'same_client_id' as matched_by, true as is_before_lead
    union all
    select 'l1', 2, timestamp '2026-03-03 09:59', 'visit', 'Email', null, 'same_click_id', false;
    create table marts.attributed_leads as
    select
        'l1' as lead_id, 'linear' as attribution_model, 1 as touch_number, 'Paid Search' as channel,
        1.0::double as credit, null::varchar as unattributed_reason;
    create table marts.sales as
    select
        'n' as brand, 'p1' as person_id, 'l1' as lead_id, 's1' as sale_id, 'hubspot' as source, '77' as source_deal_id,
        'same_person' as lead_matched_by, true as is_first_sale,
        timestamp '2026-04-01 10:00' as sold_at, date '2026-04-01' as sale_date,
        1200.5::decimal(18, 2) as revenue, 'EUR' as currency, true as is_cancelled,
        date '2026-04-09' as cancelled_date
    union all
    select
        'n', 'p8', null, 's2', 'hubspot', '78', null, false, timestamp '2026-05-01 10:00', date '2026-05-01', 10, 'EUR',
        false, null;
    create table marts.attributed_sales as
    select
        's1' as sale_id, 'linear' as attribution_model, 1 as touch_number, 'Paid Search' as channel,
        0.5::double as credit, null::varchar as unattributed_reason
    union all
    select 's1', 'linear', 2, 'Email', 0.5, null
    union all
    select 's2', 'linear', null, 'unattributed', 1, 'no_touch';
    create table marts.probable_people as
    select 'n' as brand, 'p0' as person_id, 'p1' as probable_person_id, 0.97 as probability,
        'similar_name,similar_email' as matched_by
"""
LINKS = """
    create table identity_links as
    select
        'n' as brand, 'p1' as person_id, 'inquiry:i1' as record_node, 'email:n:md5' as other_node,
        'same_email' as matched_by, 'strong' as strength, timestamp '2026-03-01 10:00' as seen_at,
        null::varchar as refused_because
    union all
    select 'n', 'p1', 'inquiry:i1', 'client:n:d', 'same_client_id', 'medium', timestamp '2026-03-01 10:00', 'names'
"""


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse of one lead, and its private file."""
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    for link, statements in ((settings.warehouse_link(), MARTS), (settings.private_link(), LINKS)):
        with duckdb.connect(str(link)) as database:
            database.execute(statements)
    return tmp_path


def test_a_lead_is_told_from_the_person_to_the_sale(published: Path) -> None:
    assert explain("l1") == [
        "Lead l1 of n, person p1.",
        "He left: e-mail j***@m***.example; phone +49*****12.",
        "The person has 2 inquiries in 1 lead in all.",
        "Probably (97%) also person p0: alike in name, email. Nothing was joined.",
        "",
        "2026-03-01 10:00 UTC: form i1, read from typeform (record r1).",
        "  Grade A, 95 of 100: the person can be reached, and the click or the campaign that brought him is known.",
        "  Came by: Paid Search, campaign Brand.",
        "  No flag.",
        "",
        "2026-03-01 10:05 UTC: form i2, read from typeform (record r2).",
        "  Grade A, 95 of 100: the person can be reached, and the click or the campaign that brought him is known.",
        "  Came by: Paid Search, campaign Brand.",
        "  It repeats inquiry i1.",
        "  Flag duplicate, low: Stop it (owner).",
        "",
        "Journey:",
        "  1. 2026-03-01 09:59 UTC: visit by Paid Search, Brand; his because: the same browser.",
        "  2. 2026-03-03 09:59 UTC: visit by Email; his because: the same click on an ad"
        " (after the lead, earns nothing).",
        "",
        "Credit of the lead:",
        "  linear: touch 1 Paid Search 1.0.",
        "Sold on 2026-04-01, cancelled on 2026-04-09: 1,200.50 EUR (sale s1).",
        "",
        "Evidence, record by record:",
        "  inquiry i1: the same browser (medium, since 2026-03-01 10:00 UTC); not followed, because the names differ.",
        "  inquiry i1: the same e-mail address (strong, since 2026-03-01 10:00 UTC).",
        "To undo one: a line in identity_overrides.csv with the decision 'separate' (docs/identity.md).",
    ]


def test_a_sale_is_told_from_its_money_to_the_lead_behind_it(published: Path) -> None:
    told = explain("s1")

    assert told[:7] == [
        "Sale s1 of n, person p1, read from hubspot (deal 77).",
        "Sold on 2026-04-01, cancelled on 2026-04-09: 1,200.50 EUR; the person's first sale.",
        "",
        "Credit of the sale:",
        "  linear: touch 1 Paid Search 0.5, touch 2 Email 0.5.",
        "",
        "It came of the lead that was the person's newest before the deal.",
    ]
    assert told[7:] == explain("l1")


def test_a_sale_without_a_lead_says_so(published: Path) -> None:
    assert explain("s2") == [
        "Sale s2 of n, person p8, read from hubspot (deal 78).",
        "Sold on 2026-05-01: 10.00 EUR; the person's next sale.",
        "",
        "Credit of the sale:",
        "  linear: unattributed (no_touch) 1.0.",
        "",
        "It came of no lead: no inquiry of the person is known from the time before it.",
        "",
        "Evidence: nothing ties this record to any other.",
    ]


def test_an_inquiry_without_a_lead_says_so_and_so_does_a_missing_private_file(published: Path) -> None:
    assert "It belongs to no lead: spam and colleagues are none." in explain("i3")
    assert explain("i3")[-1] == "Evidence: nothing ties this record to any other."
    settings.private_link().unlink()
    assert explain("i3")[-1] == "The evidence between records is in the private file, which is not here."


def test_an_unknown_id_says_where_ids_are(published: Path) -> None:
    with pytest.raises(UnknownRecord, match=r"No sale, lead or inquiry is called 'x'. Take sale_id"):
        explain("x")


def test_the_command_prints_it_and_fails_before_anything_is_published(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = CliRunner().invoke(app, ["explain", "i1"])
    assert (ran.exit_code, ran.output.splitlines()[0]) == (0, "Lead l1 of n, person p1.")
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "new"))
    with pytest.raises(NothingPublished):
        explain("i1")
