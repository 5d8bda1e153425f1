"""A market of a few records per table, written by hand: enough for every way of paging and every error."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import duckdb
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.sandbox import tiny_ads, tiny_contacts
from tests.sandbox.tiny_records import FIRST_DAY, LAST_DAY, Record

PRIVATE_KEY = (
    rsa.generate_private_key(public_exponent=65537, key_size=2048)
    .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    .decode()
)
CONNECTIONS = {
    "AIRFLOW_CONN_GOOGLE_ADS_NORDHAUS": json.dumps(
        {
            "login": "client-1",
            "password": "refresh-1",
            "extra": {"client_secret": "secret-1", "token_url": "http://sandbox.invalid/google_ads/token"},
        }
    ),
    "AIRFLOW_CONN_META_ADS_NORDHAUS": json.dumps({"password": "meta-token", "extra": {"app_secret": "app-secret"}}),
    "AIRFLOW_CONN_CALLRAIL_NORDHAUS": json.dumps({"password": "callrail-key"}),
    "AIRFLOW_CONN_TYPEFORM_NORDHAUS": json.dumps({"password": "typeform-token"}),
    "AIRFLOW_CONN_HUBSPOT_NORDHAUS": json.dumps({"password": "hubspot-token"}),
    "AIRFLOW_CONN_MATOMO_NORDHAUS": json.dumps({"password": "matomo-token"}),
    "AIRFLOW_CONN_PIPEDRIVE_NORDHAUS": json.dumps({"password": "pipedrive-token"}),
    "AIRFLOW_CONN_AMOCRM_NORDHAUS": json.dumps({"password": "amocrm-token"}),
    "AIRFLOW_CONN_AMOCRM_CLEARWATER": json.dumps(
        {"login": "amo-client", "password": "amo-refresh-1", "extra": {"client_secret": "amo-secret"}}
    ),
    "AIRFLOW_CONN_BITRIX24_NORDHAUS": json.dumps({"login": "1", "password": "bitrix-secret"}),
    "AIRFLOW_CONN_SALESFORCE_NORDHAUS": json.dumps({"login": "consumer-key", "password": "consumer-secret"}),
    "AIRFLOW_CONN_JOTFORM_NORDHAUS": json.dumps({"password": "jotform-key"}),
    "AIRFLOW_CONN_CALENDLY_NORDHAUS": json.dumps({"password": "calendly-token"}),
    "AIRFLOW_CONN_CALLTOUCH_NORDHAUS": json.dumps({"password": "calltouch-token"}),
    "AIRFLOW_CONN_COMAGIC_NORDHAUS": json.dumps({"login": "robot", "password": "comagic-password"}),
    "AIRFLOW_CONN_COMAGIC_CLEARWATER": json.dumps({"password": "comagic-token"}),
    "AIRFLOW_CONN_GA4_NORDHAUS": json.dumps(
        {
            "login": "reader@nordhaus.iam.example",
            "password": PRIVATE_KEY,
            "extra": {"token_url": "http://sandbox.invalid/ga4/token"},
        }
    ),
    "AIRFLOW_CONN_YANDEX_METRICA_NORDHAUS": json.dumps({"password": "metrica-token"}),
    "AIRFLOW_CONN_STRIPE_NORDHAUS": json.dumps({"password": "rk_test_synthetic"}),
    "AIRFLOW_CONN_TIKTOK_ADS_NORDHAUS": json.dumps({"password": "tiktok-token"}),
    "AIRFLOW_CONN_VK_ADS_NORDHAUS": json.dumps({"login": "vk-client", "password": "vk-secret"}),
    "AIRFLOW_CONN_LINKEDIN_ADS_NORDHAUS": json.dumps(
        {
            "login": "linkedin-client",
            "password": "linkedin-refresh",
            "extra": {
                "client_secret": "linkedin-secret",
                "token_url": "http://sandbox.invalid/linkedin_ads/oauth/v2/accessToken",
            },
        }
    ),
    "AIRFLOW_CONN_LINKEDIN_ADS_CLEARWATER": json.dumps({"password": "linkedin-access"}),
    "AIRFLOW_CONN_YANDEX_DIRECT_NORDHAUS": json.dumps(
        {
            "login": "direct-client",
            "password": "direct-refresh-1",
            "extra": {
                "client_secret": "direct-secret",
                "token_url": "http://sandbox.invalid/yandex_direct/token",
            },
        }
    ),
    "AIRFLOW_CONN_YANDEX_DIRECT_CLEARWATER": json.dumps({"password": "direct-token"}),
    "AIRFLOW_CONN_MICROSOFT_ADS_NORDHAUS": json.dumps(
        {
            "login": "microsoft-client",
            "password": "microsoft-refresh-1",
            "extra": {
                "developer_token": "developer-1",
                "token_url": "http://sandbox.invalid/microsoft_ads/token",
            },
        }
    ),
    "AIRFLOW_CONN_ECB": json.dumps({"host": "http://sandbox.invalid/ecb"}),
}
ACCOUNTS = {
    "google_ads": "1112223334",
    "meta_ads": "555000111",
    "callrail": "ACCNORD",
    "typeform": "nordhaus",
    "hubspot": "41001",
    "matomo": "nordhaus",
    "ecb": "ecb",
}


TABLES = {
    "google_ads__customer": tiny_ads.customer,
    "google_ads__customer_clients": tiny_ads.customer_clients,
    "google_ads__campaign_days": tiny_ads.campaign_days,
    "google_ads__ad_group_days": tiny_ads.ad_group_days,
    "google_ads__keyword_days": tiny_ads.keyword_days,
    "google_ads__search_term_days": tiny_ads.search_term_days,
    "google_ads__click_view": tiny_ads.click_view,
    "google_ads__call_view": tiny_ads.call_view,
    "google_ads__lead_form_submission_data": tiny_ads.lead_form_submissions,
    "meta_ads__account": tiny_ads.meta_account,
    "meta_ads__ad_days": tiny_ads.ad_days,
    "meta_ads__leads": tiny_ads.leads,
    "callrail__calls": tiny_contacts.calls,
    "callrail__form_submissions": tiny_contacts.form_submissions,
    "callrail__text_messages": tiny_contacts.text_messages,
    "callrail__trackers": tiny_contacts.trackers,
    "typeform__forms": tiny_contacts.forms,
    "typeform__responses": tiny_contacts.responses,
    "hubspot__contacts": tiny_contacts.contacts,
    "hubspot__deals": tiny_contacts.deals,
    "hubspot__deal_stages": tiny_contacts.deal_stages,
    "hubspot__deal_contacts": tiny_contacts.deal_contacts,
    "hubspot__line_items": tiny_contacts.line_items,
    "hubspot__calls": tiny_contacts.crm_calls,
    "hubspot__owners": tiny_contacts.owners,
    "hubspot__pipelines": tiny_contacts.pipelines,
    "matomo__visits": tiny_contacts.visits,
    "ecb__rates": tiny_contacts.rates,
}


def write_tiny_wire(path: Path) -> Path:
    """Write the file and return where it is."""
    with duckdb.connect(str(path)) as database:
        database.execute(
            "create table meta as select 7 as seed, 1 as scale, ? as first_day, ? as last_day",
            [FIRST_DAY, LAST_DAY],
        )
        for table, records in TABLES.items():
            _write(database, table, list(records()))
    return path


def _write(database: duckdb.DuckDBPyConnection, table: str, records: list[Record]) -> None:
    names = list(records[0][0])
    kinds = {str: "text", int: "bigint", float: "double", date: "date", datetime: "timestamp"}
    columns = []
    for name in names:
        kind = next(kinds[type(row[name])] for row, *_ in records if row[name] is not None)
        columns.append(f'"{name}" {kind}')
    database.execute(
        f'create table "{table}" ({", ".join(columns)}, _brand text, _account text, _day date,'
        " _payload text, _valid_from date, _valid_to date)"
    )
    source = table.split("__")[0]
    brand = None if source == "ecb" else "nordhaus"
    for row, payload, valid_from, valid_to in records:
        text = json.dumps(payload, separators=(",", ":"), ensure_ascii=False)
        moment = next((value for value in row.values() if isinstance(value, date)), valid_from)
        day = moment.date() if isinstance(moment, datetime) else moment
        values = [*row.values(), brand, ACCOUNTS[source], day, text, valid_from, valid_to]
        database.execute(f'insert into "{table}" values ({", ".join("?" * len(values))})', values)
