"""The hook behind the Test button of a connection: asks the source for one page with what the form holds."""

from __future__ import annotations

from airflow.sdk import BaseHook

from dags.connections import connection_from
from extractors.doctor import first_pages
from extractors.errors import ExtractError
from extractors.model import Account, Source
from extractors.settings import load_accounts
from extractors.sources import SOURCES


class LeadgenHook(BaseHook):
    """A connection of the type Leadgen source."""

    conn_name_attr = "leadgen_conn_id"
    default_conn_name = "leadgen_default"
    conn_type = "leadgen"
    hook_name = "Leadgen source"

    def __init__(self, leadgen_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.leadgen_conn_id = leadgen_conn_id

    def test_connection(self) -> tuple[bool, str]:
        """Whether the first table can be read, and what was said. Nothing is landed."""
        found = self.get_connection(self.leadgen_conn_id)
        extra = found.extra_dejson
        if extra.get("source") not in SOURCES or not extra.get("account"):
            return False, f"Fill in source and account: source is one of {', '.join(sorted(SOURCES))}."
        source = SOURCES[extra["source"]]
        account = _account(source, str(extra["account"]), self.leadgen_conn_id)
        findings = first_pages(source, account, lambda: connection_from(found, source), source.tables[:1])
        return all(finding.word == "may" for finding in findings), " ".join(one.sentence for one in findings)


def _account(source: Source, name: str, connection: str) -> Account:
    """The account with the options that it is listed with; one that is not listed yet has none."""
    try:
        listed = load_accounts(SOURCES)
    except ExtractError:
        listed = []
    for account in listed:
        if (account.source, account.account) == (source.name, name):
            return account
    return Account(source.name, name, connection)
