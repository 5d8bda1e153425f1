"""A small build to look for people in, with the tables of a whole one that are asked."""

from __future__ import annotations

import duckdb

TABLES = """
    create schema intermediate; create schema shapes; create schema steps; create schema marts;
    create table intermediate.int_brands__resolved as select 'nord' as brand, 'DE' as phone_region;
    create table intermediate.int_people__resolved (record_type text, record_id text, brand text, person_id text);
    create table intermediate.int_identifiers__normalised (
        brand text, record_type text, record_id text, identifier_type text, identifier_value text, identifier_node text
    );
    create table intermediate.int_identifiers__hubs (
        brand text, identifier_type text, identifier_value text, identifier_node text, reason text, record_count int
    );
    create table intermediate.int_names__normalised (brand text, node_id text);
    create table intermediate.int_urls__parsed (url text, click_id text);
    create table intermediate.int_clicks__shared (click_id text);
    create table shapes.inquiries__unioned (
        inquiry_id text, brand text, source text, account text, source_table text, source_record_id text,
        email_raw text, phone_raw text, full_name text, page_url text, click_id text
    );
    create table shapes.contacts__unioned (
        contact_id text, brand text, source text, account text, source_contact_id text, email_raw text, phone_raw text,
        mobile_raw text, other_emails_raw text, other_phones_raw text, full_name text, click_id text
    );
    create table shapes.deals__unioned (
        deal_id text, brand text, source text, account text, source_deal_id text, email_raw text, phone_raw text
    );
    create table shapes.visits__unioned (brand text, client_id text, landing_url text, started_at timestamp);
    create table steps.emails (
        raw_email text, email_normalised text, is_valid boolean, is_role boolean, is_disposable boolean
    );
    create table steps.phones (raw_phone text, region text, phone_e164 text);
    create table marts.inquiries (brand text, person_id text, inquiry_id text, lead_id text);
    create table marts.sales (brand text, person_id text, sale_id text);
"""
RECEPTION, FAMILY = "+49301234567", "+49301112223"


def inquiry(
    database: duckdb.DuckDBPyConnection,
    inquiry_id: str,
    person: str,
    *,
    phone: str,
    name: str,
    email: str | None = None,
) -> None:
    """A form of theirs."""
    database.execute(
        "insert into shapes.inquiries__unioned "
        "values (?, 'nord', 'typeform', 'n', 'responses', ?, ?, ?, ?, null, null)",
        [inquiry_id, f"r-{inquiry_id}", email, phone, name],
    )
    database.execute("insert into intermediate.int_names__normalised values ('nord', ?)", [f"inquiry:{inquiry_id}"])
    database.execute("insert into marts.inquiries values ('nord', ?, ?, ?)", [person, inquiry_id, f"l-{inquiry_id}"])
    known(database, "inquiry", inquiry_id, person, "phone", phone, phone)
    if email:
        known(database, "inquiry", inquiry_id, person, "email", email, email)


def known(
    database: duckdb.DuckDBPyConnection, what: str, record: str, person: str, kind: str, raw: str, value: str
) -> None:
    """One identifier of one record."""
    database.execute("delete from intermediate.int_people__resolved where record_id = ?", [record])
    database.execute("insert into intermediate.int_people__resolved values (?, ?, 'nord', ?)", [what, record, person])
    database.execute(
        "insert into intermediate.int_identifiers__normalised values ('nord', ?, ?, ?, ?, ?)",
        [what, record, kind, value, f"{kind}:{value}"],
    )
    if kind == "email":
        database.execute("insert into steps.emails values (?, ?, true, false, false)", [raw, value])
    else:
        database.execute("insert into steps.phones values (?, 'DE', ?)", [raw, value])
