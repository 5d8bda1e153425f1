"""Tells the story of one sale, lead or inquiry in plain words: who, how we know, how well, the journey, the credit.

Everything comes from what is published. Contact details stay masked; links between records are read from the private
file, which only its owner can open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import duckdb

from warehouse import settings
from warehouse.errors import NothingPublished, UnknownRecord

GRADES = {
    "A": "the person can be reached, and the click or the campaign that brought him is known",
    "B": "the person can be reached, and the channel is known, but neither click nor campaign",
    "C": "the person can be reached, but nobody knows what brought him",
    "D": "the channel is known, but the person cannot be told",
    "E": "neither the person nor the channel is known",
}
MATCHES = {
    "same_email": "the same e-mail address",
    "same_phone": "the same phone number",
    "same_email_and_name": "the same e-mail address, which several share, and the same name",
    "same_phone_and_name": "the same phone number, which several share, and the same name",
    "same_contact_id": "the same contact of the CRM",
    "same_inquiry": "the deal names the inquiry",
    "same_channel_contact": "the same account at a messenger",
    "same_client_id": "the same browser",
    "same_user_id": "the same login",
    "same_visit": "the record names the visit",
    "same_click_id": "the same click on an ad",
    "number_held": "the dialled number was shown to this browser at that moment",
    "same_vendor_person_id": "the call tracker takes them for one",
    "declared": "somebody has declared it in identity_overrides.csv",
    "tracking_number": "the dialled number belongs to it",
    "page_of_inquiry": "the address of the page says so",
    "lead_ad": "the form lies on the ad itself, or the ad opened the chat",
    "self_reported": "the person says so",
}
CONTRADICTIONS = {
    "names": "the names differ",
    "emails": "the e-mail addresses differ",
    "phones": "the phone numbers differ",
    "declared": "somebody has declared them to be two people",
}
LEAD_OF_SALE = {
    "same_inquiry": "the CRM names",
    "same_person": "was the person's newest before the deal",
    "other_contact": "another contact of the deal had begun",
}
RECORDS = {"inquiry": "inquiry", "contact": "CRM contact", "deal": "deal", "client": "browser"}


def explain(record_id: str) -> list[str]:
    """The lines of the story; ``record_id`` is a ``sale_id``, ``lead_id`` or ``inquiry_id`` of the published tables."""
    link = settings.warehouse_link()
    if not link.exists():
        raise NothingPublished("Nothing was published yet. Build first: leadgen build --to DAY.")
    with duckdb.connect(str(link.resolve()), read_only=True) as reader:
        if sales := _rows(reader, "select * from marts.sales where sale_id = ?", [record_id]):
            return _story_of_sale(reader, sales[0])
        inquiries = _rows(reader, INQUIRIES, [record_id, record_id])
        if not inquiries:
            raise UnknownRecord(
                f"No sale, lead or inquiry is called {record_id!r}. Take sale_id from marts.sales, lead_id from "
                "marts.leads, or inquiry_id from marts.inquiries."
            )
        lines = _story_of_inquiries(reader, inquiries, inquiries[0]["lead_id"])
    return [*lines, "", *_links(inquiries[0]["brand"], inquiries[0]["person_id"])]


def _story_of_inquiries(
    reader: duckdb.DuckDBPyConnection, inquiries: list[dict[str, Any]], lead_id: str | None
) -> list[str]:
    lines = list(_person(reader, inquiries, lead_id))
    for inquiry in inquiries:
        lines += ["", *_inquiry(reader, inquiry)]
    if lead_id:
        lines += ["", *_journey(reader, lead_id), "", "Credit of the lead:", *_credit(reader, "lead", lead_id)]
        for sale in _rows(reader, "select * from marts.sales where lead_id = ? order by sold_at, sale_id", [lead_id]):
            lines.append(f"{_sold(sale)} (sale {sale['sale_id']}).")
        return lines
    return [*lines, "", "It belongs to no lead: spam and colleagues are none."]


def _story_of_sale(reader: duckdb.DuckDBPyConnection, sale: dict[str, Any]) -> list[str]:
    lines = [
        f"Sale {sale['sale_id']} of {sale['brand']}, person {sale['person_id']}, read from {sale['source']} "
        f"(deal {sale['source_deal_id']}).",
        f"{_sold(sale)}; the person's {'first' if sale['is_first_sale'] else 'next'} sale.",
        "",
        "Credit of the sale:",
        *_credit(reader, "sale", sale["sale_id"]),
        "",
    ]
    inquiries = _rows(reader, INQUIRIES, [sale["lead_id"], sale["lead_id"]]) if sale["lead_id"] else []
    if inquiries:
        lines += [f"It came of the lead that {LEAD_OF_SALE[sale['lead_matched_by']]}."]
        lines += _story_of_inquiries(reader, inquiries, sale["lead_id"])
    else:
        lines += ["It came of no lead: no inquiry of the person is known from the time before it."]
    return [*lines, "", *_links(sale["brand"], sale["person_id"])]


def _sold(sale: dict[str, Any]) -> str:
    given_back = f", cancelled on {sale['cancelled_date']}" if sale["is_cancelled"] else ""
    return f"Sold on {sale['sale_date']}{given_back}: {sale['revenue']:,.2f} {sale['currency']}"


INQUIRIES = """
    select * from marts.inquiries where inquiry_id = ? or lead_id = ? order by occurred_at, inquiry_id
"""


def _rows(reader: duckdb.DuckDBPyConnection, query: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    found = reader.execute(query, values)
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _person(reader: duckdb.DuckDBPyConnection, inquiries: list[dict[str, Any]], lead_id: str | None) -> Iterator[str]:
    first = inquiries[0]
    what = f"Lead {lead_id}" if lead_id else f"Inquiry {first['inquiry_id']}"
    yield f"{what} of {first['brand']}, person {first['person_id']}."
    shown = [
        f"{name} {', '.join(values)}"
        for name, column in (("e-mail", "email_masked"), ("phone", "phone_masked"))
        if (values := sorted({one[column] for one in inquiries if one[column]}))
    ]
    yield f"He left: {'; '.join(shown)}." if shown else "He left neither an address nor a number."
    (others,) = _rows(
        reader,
        "select count(*) as inquiries, count(distinct lead_id) as leads from marts.inquiries "
        "where brand = ? and person_id = ?",
        [first["brand"], first["person_id"]],
    )
    yield f"The person has {_count(others['inquiries'], 'inquiry')} in {_count(others['leads'], 'lead')} in all."
    for row in _rows(
        reader,
        "select * from marts.probable_people where brand = ? and ? in (person_id, probable_person_id) order by all",
        [first["brand"], first["person_id"]],
    ):
        other = row["probable_person_id"] if row["person_id"] == first["person_id"] else row["person_id"]
        alike = row["matched_by"].replace("similar_", "").replace(",", ", ")
        yield f"Probably ({row['probability']:.0%}) also person {other}: alike in {alike}. Nothing was joined."


def _inquiry(reader: duckdb.DuckDBPyConnection, inquiry: dict[str, Any]) -> Iterator[str]:
    yield (
        f"{_moment(inquiry['occurred_at'])}: {inquiry['kind'].replace('_', ' ')} {inquiry['inquiry_id']}, read from "
        f"{inquiry['source']} (record {inquiry['source_record_id']})."
    )
    yield f"  Grade {inquiry['grade']}, {inquiry['score']} of 100: {GRADES[inquiry['grade']]}."
    campaign = f", campaign {inquiry['campaign_name']}" if inquiry["campaign_name"] else ""
    yield f"  Came by: {inquiry['channel']}{campaign}."
    if inquiry["is_duplicate"]:
        yield f"  It repeats inquiry {inquiry['duplicate_of_inquiry_id']}."
    flags = _rows(
        reader, "select * from marts.inquiry_flags where inquiry_id = ? order by flag", [inquiry["inquiry_id"]]
    )
    for flag in flags:
        cure = f": {flag['what_to_fix']} ({flag['who_can']})" if flag["what_to_fix"] else ""
        yield f"  Flag {flag['flag']}, {flag['severity']}{cure}."
    if not flags:
        yield "  No flag."


def _journey(reader: duckdb.DuckDBPyConnection, lead_id: str) -> Iterator[str]:
    touches = _rows(reader, "select * from marts.lead_journeys where lead_id = ? order by touch_number", [lead_id])
    if not touches:
        yield "Journey: no contact of this person is known."
        return
    yield "Journey:"
    for touch in touches:
        campaign = f", {touch['campaign_name']}" if touch["campaign_name"] else ""
        because = MATCHES.get(touch["matched_by"] or "", touch["matched_by"]) or "nothing else is tied to it"
        after = "" if touch["is_before_lead"] else " (after the lead, earns nothing)"
        yield (
            f"  {touch['touch_number']}. {_moment(touch['touched_at'])}: {touch['touch_kind'].replace('_', ' ')} by "
            f"{touch['channel']}{campaign}; his because: {because}{after}."
        )


def _credit(reader: duckdb.DuckDBPyConnection, conversion: Literal["lead", "sale"], record_id: str) -> Iterator[str]:
    for row in _rows(
        reader,
        f"""
        select
            attribution_model,
            string_agg(
                case when touch_number is null then 'unattributed (' || unattributed_reason || ')'
                    else 'touch ' || touch_number || ' ' || channel end || ' ' || round(credit, 4),
                ', ' order by touch_number
            ) as shares
        from marts.attributed_{conversion}s
        where {conversion}_id = ?
        group by attribution_model
        order by attribution_model
        """,
        [record_id],
    ):
        yield f"  {row['attribution_model']}: {row['shares']}."


def _links(brand: str, person_id: str) -> Iterator[str]:
    private = settings.private_link()
    if not private.exists():
        yield "The evidence between records is in the private file, which is not here."
        return
    try:
        with duckdb.connect(str(private.resolve()), read_only=True) as reader:
            links = _rows(
                reader,
                "select * from identity_links where brand = ? and person_id = ? "
                "order by seen_at nulls last, record_node, other_node, matched_by",
                [brand, person_id],
            )
    except (duckdb.Error, OSError):
        yield "The evidence between records is in the private file, which only its owner may read."
        return
    if not links:
        yield "Evidence: nothing ties this record to any other."
        return
    yield "Evidence, record by record:"
    for link in links:
        kind, _, number = link["record_node"].partition(":")
        record = f"{RECORDS.get(kind, kind)} {number}" if kind in RECORDS else "a declaration"
        seen = f", since {_moment(link['seen_at'])}" if link["seen_at"] else ""
        match = MATCHES.get(link["matched_by"], link["matched_by"])
        not_followed = (
            f"; not followed, because {CONTRADICTIONS.get(link['refused_because'], link['refused_because'])}"
            if link["refused_because"]
            else ""
        )
        yield f"  {record}: {match} ({link['strength']}{seen}){not_followed}."
    yield "To undo one: a line in identity_overrides.csv with the decision 'separate' (docs/identity.md)."


def _moment(moment: Any) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _count(number: int, what: str) -> str:
    plural = what.removesuffix("y") + "ies" if what.endswith("y") else f"{what}s"
    return f"{number} {what if number == 1 else plural}"
